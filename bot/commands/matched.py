"""Reading queries and matching many papers at once without holding up anybody else's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.domain import query as queries
from bot.domain.matching import Matcher
from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.topics import Topics

from .context import Context
from .wording import long_date

# Enough for a month of every arXiv category at once.
MOST_LISTED = 20_000


async def parsed(text: str, topics: Topics) -> Query:
    """A query, read in a thread: a long one takes a while; raises `InvalidQuery`."""
    return await asyncio.to_thread(queries.parse, text, topics)


async def bitmaps(asked: Iterable[Query], papers: Sequence[Paper]) -> Mapping[str, int]:
    """By `Query.key`, a bitmap of the papers it matches; worked out in a thread, about 8,000 papers a second."""
    return await asyncio.to_thread(_bitmaps, list(asked), papers)


async def matching(query: Query, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that match, in the order given."""
    bitmap = (await bitmaps([query], papers)).get(query.key, 0)
    return [paper for index, paper in enumerate(papers) if bitmap >> index & 1]


async def listed_since(context: Context, since: date) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """What was listed since a day, newest first, and a line when that was more than is looked through."""
    papers = await context.store.listed(since=since, limit=MOST_LISTED + 1)
    if len(papers) <= MOST_LISTED:
        return papers, ()
    oldest = papers[MOST_LISTED - 1].listed or since
    note = (
        f"Only the newest {MOST_LISTED:,} papers were looked through, back to {long_date(oldest)}; "
        f"more were listed since {long_date(since)}."
    )
    return papers[:MOST_LISTED], (note,)


async def without_muted(context: Context, papers: Iterable[Paper]) -> list[Paper]:
    """The papers by nobody the asker has muted."""
    muted = {name.casefold() for name in await context.store.muted(context.workspace, context.asker.user)}
    return await asyncio.to_thread(_audible, papers, muted) if muted else list(papers)


def _audible(papers: Iterable[Paper], muted: set[str]) -> list[Paper]:
    return [paper for paper in papers if not muted & {name.casefold() for name in paper.authors}]


def _bitmaps(asked: Sequence[Query], papers: Sequence[Paper]) -> Mapping[str, int]:
    matcher = Matcher()
    for query in asked:
        matcher.add(query)
    return matcher.match(papers)
