"""Folded papers as people read them: a digest keeps but their ids, so they are read and explained when asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.domain import query as queries
from bot.domain.digest import Folded, Pick, Why
from bot.domain.matching import explain
from bot.domain.paper import Paper
from bot.domain.topics import Topics
from bot.errors import InvalidQuery

from .context import Context


async def unfolded(context: Context, folded: Sequence[Folded]) -> tuple[Pick, ...]:
    """Return these as picks, in order, each with why; a paper that is not stored any more is left out."""
    papers = {paper.id: paper for paper in await context.store.papers([one.paper_id for one in folded])}
    return await asyncio.to_thread(picks_of, folded, papers, await context.topics())


def picks_of(folded: Sequence[Folded], papers: Mapping[int, Paper], topics: Topics) -> tuple[Pick, ...]:
    """These as picks, in order, given the papers that are stored."""
    asked = {text: _parsed(text, topics) for text in dict.fromkeys(one.query for one in folded)}
    return tuple(
        Pick(
            paper=papers[one.paper_id], why=_why(one, asked[one.query], papers[one.paper_id]), score=one.score
        )
        for one in folded
        if one.paper_id in papers
    )


def _why(folded: Folded, query: queries.Query | None, paper: Paper) -> tuple[Why, ...]:
    if not folded.query:
        return ()
    return (Why(query=folded.query, subscription_id=None, hits=explain(query, paper) if query else ()),)


def _parsed(text: str, topics: Topics) -> queries.Query | None:
    """The query as it reads today; None when it named a topic that is gone."""
    try:
        return queries.parse(text, topics)
    except InvalidQuery:
        return None
