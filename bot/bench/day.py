"""A busy day for `bench ingest`: arXiv's feed of 2,000 papers, parsed, stored and matched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from time import process_time
from typing import TypeVar, cast
from xml.sax.saxutils import escape

from bot.domain.matching import Matcher
from bot.domain.paper import Batch, Facts, Freshness, Listing, Paper
from bot.domain.query import parse
from bot.domain.summary import summarise
from bot.plugins import SOURCES, load
from bot.ports import Fetcher, Source, SourceContext
from bot.storage import Store
from bot.testing.clock import FakeClock

from .word_model import WordModel

DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PICKED = 10  # papers of a digest
T = TypeVar("T")


def measure(path: Path, papers: Sequence[Paper], model: WordModel, subscriptions: int) -> dict[str, float]:
    """CPU seconds of each step of the day, and how many papers came through.

    "summaries" are those of one digest: a paper is summarised when it is picked, not when it is stored.
    """
    body = feed_of(papers)
    source = _arxiv()
    matcher = Matcher()
    for query in map(parse, model.queries(subscriptions)):
        matcher.add(query)
    seconds: dict[str, float] = {}
    batch = _timed(seconds, "parse", lambda: source.parse(body, day=DAY))
    with asyncio.Runner() as runner:
        store = runner.run(Store.open(f"sqlite:///{path}"))
        _timed(seconds, "store", lambda: runner.run(store.add_batch(batch, now=NOON)))
        stored = runner.run(store.window(listed_since=DAY, seen_before=NOON))
        _timed(seconds, "match", lambda: matcher.match(stored))
        _timed(seconds, "summaries", lambda: [summarise(one.title, one.abstract) for one in stored[:PICKED]])
        runner.run(store.close())
    return seconds | {"papers": len(batch.listings), "stored": len(stored)}


def feed_of(papers: Sequence[Paper]) -> bytes:
    """An announcement in the shape of https://info.arxiv.org/help/rss.html."""
    when = format_datetime(datetime(2026, 6, 1, 4, tzinfo=UTC))
    items = "".join(_item(number, paper, when) for number, paper in enumerate(papers, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>'
        f"<title>cs updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs</link><pubDate>{when}</pubDate>"
        f"<lastBuildDate>{when}</lastBuildDate>{items}</channel></rss>"
    ).encode()


def _item(number: int, paper: Paper, when: str) -> str:
    identifier = f"2606.{number:05d}"
    categories = "".join(f"<category>{escape(name)}</category>" for name in paper.categories)
    return (
        f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{identifier}</link>"
        f"<description>arXiv:{identifier}v1 Announce Type: new \nAbstract: {escape(paper.abstract)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{identifier}v1</guid>{categories}<pubDate>{when}</pubDate>'
        f"<arxiv:announce_type>new</arxiv:announce_type><dc:creator>{escape(', '.join(paper.authors))}</dc:creator>"
        "</item>"
    )


def _arxiv() -> Source:
    """The source as the bot finds it, without a network."""
    context = SourceContext(fetcher=cast("Fetcher", None), clock=FakeClock(NOON), settings={})
    return cast("Source", load(SOURCES).factories["arxiv"](context))


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = process_time()
    answer = work()
    seconds[name] = process_time() - start
    return answer


def batch_of(papers: Sequence[Paper], votes: int) -> Batch:
    """The same papers as a batch that needs no parsing."""
    listings = tuple(
        Listing(
            source="arxiv",
            origin="cs",
            day=DAY,
            rank=number,
            votes=votes,
            facts=Facts(
                title=paper.title,
                keys=(f"arxiv:2606.{number:05d}",),
                abstract=paper.abstract,
                authors=paper.authors,
                categories=paper.categories,
                url=f"https://arxiv.org/abs/2606.{number:05d}",
            ),
        )
        for number, paper in enumerate(papers, start=1)
    )
    return Batch(source="arxiv", origin="cs", day=DAY, freshness=Freshness.FRESH, listings=listings)
