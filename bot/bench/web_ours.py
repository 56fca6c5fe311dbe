"""Our side of `bench web`: made-up papers of many days in a store, and the real web host over it in its own process."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote_plus

from bot.app.memory import keep_pauses_short
from bot.commands.archive import Archive
from bot.domain.paper import Batch, Facts, Freshness, Listing, Paper
from bot.domain.text import FUNCTION_WORDS
from bot.domain.topics import Topics
from bot.storage import Store
from bot.testing.clock import FakeClock

from .herd import about, topic_phrases
from .web_load import Served
from .word_model import WordModel

LAST = date(2026, 6, 1)
A_DAY = 250
SEED = 7
WORD = re.compile(r"[a-z]{4,14}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """The papers of a store by day, and what is asked of them."""

    url: str
    days: tuple[date, ...]
    papers: int

    @property
    def now(self) -> datetime:
        """The morning after the newest day."""
        return datetime.combine(max(self.days) + timedelta(days=1), time(6), UTC)


async def fill(path: Path, papers: int) -> None:
    """Make papers up, so many a day, and store them as sources bring them."""
    rng, model, phrases = random.Random(SEED), WordModel.seeded(SEED), topic_phrases()
    async with await Store.open(f"sqlite:///{path}", durable=False) as store:
        for back in reversed(range(papers // A_DAY)):
            day = LAST - timedelta(days=back)
            listings = [
                _listing(day, number, paper, rng, phrases) for number, paper in enumerate(model.papers(A_DAY))
            ]
            await store.add_batch(_batch(day, listings), now=datetime.combine(day, time(5), UTC))


async def corpus_of(path: Path) -> Corpus:
    """What a store holds."""
    url = f"sqlite:///{path}"
    async with await Store.open(url) as store:
        days = await store.list_days(until=date(2200, 1, 1), limit=1_000_000)
        return Corpus(url=url, days=days, papers=(await store.counts())["papers"])


async def papers_of(corpus: Corpus) -> list[tuple[date, Paper]]:
    """Every paper on its last day, oldest first."""
    found: dict[int, tuple[date, Paper]] = {}
    async with await Store.open(corpus.url) as store:
        for day in sorted(corpus.days):
            listed = await store.listed(since=day, until=day, limit=100_000)
            found.update({paper.id: (day, paper) for paper in listed})
    return list(found.values())


def queries_of(papers: Sequence[tuple[date, Paper]], count: int) -> list[str]:
    """What people might search for: one word, two, or a phrase of a title; each once, in words both sides read alike."""
    rng, drawn = random.Random(SEED), dict[str, None]()
    while len(drawn) < count:
        words = [
            word for word in WORD.findall(rng.choice(papers)[1].title.lower()) if word not in FUNCTION_WORDS
        ]
        if len(words) < 2:
            continue
        at, shape = rng.randrange(len(words) - 1), rng.random()
        one, two = words[at : at + 2]
        drawn[one if shape < 0.5 else f"{one} {two}" if shape < 0.8 else f'"{one} {two}"'] = None
    return list(drawn)


@contextmanager
def serving(corpus: Corpus, days: Sequence[date], queries: Sequence[str]) -> Iterator[Served]:
    """Our server while the block runs."""
    topics = random.Random(SEED).sample(sorted(Topics.shipped().all(), key=lambda one: one.name), len(days))
    mine, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(its, corpus), daemon=True)
    process.start()
    its.close()  # else nobody hears that the process ended before it listened
    try:
        yield Served(
            name="Paper Round",
            port=mine.recv(),
            pid=process.pid or 0,
            pages={
                "front": ("/",) * len(days),
                "day": tuple(f"/day/{day}" for day in days),
                "topic": tuple(f"/topic/{topic.name}" for topic in topics),
                "search": tuple(f"/search?q={quote_plus(query)}" for query in queries),
            },
        )
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, corpus: Corpus) -> None:
    asyncio.run(_listen(pipe, corpus))


async def _listen(pipe: Connection, corpus: Corpus) -> None:
    from adapters.web.host import make_host  # noqa: PLC0415 - an extra, needed in this process alone
    from adapters.web.pages import Site, make_pages  # noqa: PLC0415 - as above
    from adapters.web.server import serve  # noqa: PLC0415 - as above

    async def ready() -> str:
        return ""

    async with await Store.open(corpus.url) as store:
        archive = Archive(store=store, clock=FakeClock(corpus.now))
        await archive.warm()
        keep_pauses_short()  # as `paperround run` does
        app = make_host({}, ready=ready, pages=make_pages(Site(archive=archive, feeds=True)))
        await serve(app, host="127.0.0.1", port=0, listening=pipe.send)


def _batch(day: date, listings: Sequence[Listing]) -> Batch:
    return Batch(source="arxiv", origin="cs", day=day, freshness=Freshness.FRESH, listings=tuple(listings))


def _listing(day: date, number: int, paper: Paper, rng: random.Random, phrases: Sequence[str]) -> Listing:
    key = f"{day:%y%m}.{day.day:02}{number:03}"
    return Listing(
        source="arxiv",
        origin="cs",
        day=day,
        rank=number + 1,
        votes=paper.votes,
        facts=Facts(
            title=f"{paper.title} {rng.choice(phrases)}",
            keys=(f"arxiv:{key}",),
            abstract=about(paper.abstract, rng, phrases),
            authors=paper.authors,
            categories=paper.categories,
            url=f"https://arxiv.org/abs/{key}",
            submitted=day - timedelta(days=2),
        ),
    )
