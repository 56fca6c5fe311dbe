"""Imported and back-filled papers: no digest brings them unasked, so an empty one tells that they are there."""

from __future__ import annotations

from bot.domain.choosing import WINDOW_DAYS
from bot.domain.query import Query
from bot.domain.subscription import Destination

from .context import Context
from .lookups import read_query, subscriptions_of
from .matched import bitmaps


async def imported_line(context: Context, destination: Destination, asked: Query | None) -> str:
    """One line about those of the digest's days that match the query, or else the subscriptions; "" when none does."""
    queries = [asked] if asked else await _subscribed(context, destination)
    every = await context.store.recent(WINDOW_DAYS, now=context.now())
    papers = [paper for paper in every if paper.backfill]
    if not papers or not queries:
        return ""
    found = await bitmaps(queries, papers)
    matched = [index for index in range(len(papers)) if any(bits >> index & 1 for bits in found.values())]
    if not matched:
        return ""
    since = min(papers[index].listed or context.now().date() for index in matched)
    line = f"search {asked.canonical} since:{since}" if asked else f"catchup since:{since}"
    number = "1 imported or back-filled paper matches"
    if len(matched) > 1:
        number = f"{len(matched):,} imported or back-filled papers match"
    return f"{number}; `{context.typed(line)}` shows {'it' if len(matched) == 1 else 'them'}."


async def _subscribed(context: Context, destination: Destination) -> list[Query]:
    topics = await context.topics()
    every = await subscriptions_of(context, destination)
    return [query for one in every if not one.paused and (query := read_query(one, topics))]
