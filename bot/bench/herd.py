"""A crowd that wants its digest in the same minute: made-up papers about shipped topics, and many channels that follow them.

Shared by the benches and the tests; everything is drawn with a seed, so two runs see the same crowd.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.paper import Batch, Facts, Freshness, Listing
from bot.domain.query import parse
from bot.domain.topics import Topics
from bot.storage import Store
from bot.storage import tables as t
from bot.storage.statements import insert

from .word_model import WordModel

DAY = date(2026, 6, 1)
MADE = datetime(2026, 5, 28, 12, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 4, tzinfo=UTC)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
PLATFORM = "herd"
PAPERS = 300
SAID = (2, 7)  # phrases of topics in one abstract
FOLLOWED = (
    (1, 50),
    (2, 30),
    (3, 15),
    (6, 5),
)  # how many subscriptions a channel has, and how often of a hundred
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Herd:
    """How many there are of each."""

    lanes: int = 100
    channels: int = 1_000  # of each lane
    texts: int = 2_000  # different subscriptions
    papers: int = PAPERS
    seed: int = 7

    @property
    def destinations(self) -> int:
        """How many digests are due at nine."""
        return self.lanes * self.channels


async def gather(store: Store, herd: Herd) -> None:
    """Put the herd into an empty store: a day of papers, and everybody due at nine."""
    await store.add_batch(day_of_papers(herd), now=NIGHT)
    await store.database.write(lambda db: _write(db, herd))


def day_of_papers(herd: Herd, day: date = DAY) -> Batch:
    """One day of Hugging Face, each paper about a few topics."""
    rng = random.Random(herd.seed + day.toordinal())
    model = WordModel.seeded(herd.seed + day.toordinal(), words=6_000, phrases=9_000)
    phrases = topic_phrases()
    listings = [
        Listing(
            source="huggingface",
            origin="",
            day=day,
            rank=number,
            votes=paper.votes,
            facts=Facts(
                title=f"{paper.title} {rng.choice(phrases)}",
                keys=(f"arxiv:{day:%y%m}.{day.day:02}{number:03}",),
                abstract=about(paper.abstract, rng, phrases),
                authors=paper.authors,
                categories=paper.categories,
                url=f"https://papers.example/{day}/{number}",
                submitted=day - timedelta(days=2),
            ),
        )
        for number, paper in enumerate(model.papers(herd.papers), start=1)
    ]
    return Batch(
        source="huggingface", origin="", day=day, freshness=Freshness.FRESH, listings=tuple(listings)
    )


def texts(herd: Herd) -> list[str]:
    """Different subscriptions as people write them: topics, topics narrowed down, words."""
    rng = random.Random(herd.seed)
    names = sorted(topic.name for topic in Topics.shipped().all())
    words = iter(WordModel.seeded(herd.seed, words=6_000, phrases=9_000).queries(4 * herd.texts))
    drawn: dict[str, None] = {f"topic:{name}": None for name in names[: herd.texts // 4]}
    while len(drawn) < herd.texts:
        shape = rng.random()
        if shape < 0.3:
            text = f"topic:{rng.choice(names)} OR topic:{rng.choice(names)}"
        elif shape < 0.6:
            text = f"topic:{rng.choice(names)} upvotes>={rng.randint(1, 40)}"
        else:
            text = next(words)
        drawn.setdefault(parse(text).canonical)
    return list(drawn)


def topic_phrases() -> list[str]:
    return sorted({phrase for topic in Topics.shipped().all() for phrase in topic.synonyms})


def about(abstract: str, rng: random.Random, phrases: Sequence[str]) -> str:
    said = " ".join(f"This is about {phrase}." for phrase in rng.sample(phrases, rng.randint(*SAID)))
    return f"{said} {abstract}"


def _write(db: Connection, herd: Herd) -> None:
    """Straight into the tables: a hundred thousand commands would take an hour."""
    lanes = [f"w{number}" for number in range(herd.lanes)]
    _many(
        db,
        t.lane,
        ({"id": f"{PLATFORM}:{name}", "workspace_id": name, "platform": PLATFORM} for name in lanes),
    )
    _many(db, t.query, ({"text": text} for text in texts(herd)))
    _many(db, t.destination, _channels(herd, lanes))
    query_ids = list(db.execute(select(t.query.c.id).order_by(t.query.c.id)).scalars())
    homes = db.execute(select(t.destination.c.id, t.destination.c.workspace_id)).all()
    _many(db, t.subscription, _subscriptions(herd, homes, query_ids))


def _channels(herd: Herd, lanes: Sequence[str]) -> Iterator[dict[str, Any]]:
    # One of each lane in turn, as channels come: neighbours in time are of many workspaces.
    for number in range(herd.channels):
        for name in lanes:
            yield {
                "workspace_id": name,
                "platform": PLATFORM,
                "channel_id": f"c{number}",
                "lane_id": f"{PLATFORM}:{name}",
                "name": f"#c{number}",
                "hh": 9,
                "mm": 0,
                "tz": "UTC",
                "days": 127,
                "max_papers": 10,
                "note_empty": False,
                "next_due_at": NINE,
                "created_at": MADE,
            }


def _subscriptions(herd: Herd, homes: Sequence[Any], query_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    rng = random.Random(herd.seed)
    counts, shares = zip(*FOLLOWED, strict=True)
    for home_id, workspace in homes:
        (count,) = rng.choices(counts, shares)
        # Log-uniform by rank: few texts are followed by many.
        ranks = {int(len(query_ids) ** rng.random()) - 1 for _ in range(count)}
        for rank in sorted(ranks):
            yield {
                "workspace_id": workspace,
                "destination_id": home_id,
                "query_id": query_ids[rank],
                "created_by": "ada",
                "created_at": MADE,
            }


def _many(db: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == ROWS_AT_ONCE:
            db.execute(insert(db, table), waiting)
            waiting = []
    if waiting:
        db.execute(insert(db, table), waiting)
