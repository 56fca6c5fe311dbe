"""What a query would have brought on the last list days."""

from __future__ import annotations

from bot.domain.query import Query

from .context import Context
from .matched import matching
from .replies import BackTest

LIST_DAYS = 10
# Calendar days that hold ten list days, with two weekends and a holiday; more would only cost time.
LOOK_BACK = 16
SAMPLES = 3


async def back_test(context: Context, query: Query) -> BackTest:
    """Match the papers of the last ten list days; the samples are the most wanted of the newest."""
    papers = [paper for paper in await context.store.recent(LOOK_BACK, now=context.now()) if paper.listed]
    days = sorted({paper.listed for paper in papers if paper.listed})[-LIST_DAYS:]
    hits = await matching(query, [paper for paper in papers if paper.listed in days])
    best = sorted(hits, key=lambda paper: (paper.listed, paper.votes, paper.id), reverse=True)
    return BackTest(
        days=tuple(days),
        counts=tuple(sum(paper.listed == day for paper in hits) for day in days),
        samples=tuple(best[:SAMPLES]),
    )
