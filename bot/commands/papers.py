"""Finding and reading papers; open to everyone, private to the asker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated

from bot.domain import query as queries
from bot.domain.digest import Pick, Why
from bot.domain.matching import Matcher, explain
from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.topics import Topics

from .citing import bibtex, csl_json, ris
from .context import Context
from .lookups import find_paper
from .matched import MOST_LISTED, listed_since, matching, parsed, without_muted
from .paging import PAGE_SIZE, check_page, page_of, turns
from .replies import Action, Citation, PaperCard, PaperList, Reply
from .spec import Arg, Kind, Place, command
from .wording import long_date

PERIODS = {"day": 1, "week": 7, "month": 30}
# A source this far behind the newest is told of and left out: its papers are no news.
STALE = timedelta(days=7)

PaperRef = Annotated[str, Arg("The paper's number, arXiv id, DOI or link", kind=Kind.PAPER, place=Place.REST)]
PageNumber = Annotated[int, Arg("Which page")]


@command(examples=('search "flow matching" -survey', "search author:Song has:code page:2"))
async def search(
    context: Context,
    query: Annotated[str, Arg("What to look for", kind=Kind.QUERY, place=Place.REST)],
    page: PageNumber = 1,
) -> Reply:
    """Search all stored papers, best first."""
    said = " ".join(query.split())
    asked = await parsed(said, await context.topics())
    check_page(page, max(page, 1))
    found = await context.store.search(
        asked, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, now=context.now()
    )
    pages = max(1, -(-found.total // PAGE_SIZE))
    check_page(page, pages)
    picks = await _picks([(hit.paper, hit.score) for hit in found.hits], asked)
    return PaperList(
        title=f"Papers for {said}",
        papers=picks,
        total=found.total,
        exact_total=found.exact_total,
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        query=said,
        hint="" if picks else "Nothing matches. Try fewer words, `OR` between them, or a topic.",
        actions=(*turns("search", page, pages, query=said), *_follow(said)),
    )


@command(examples=("show 2401.00001", "show https://arxiv.org/abs/2401.00001"))
async def show(context: Context, paper: PaperRef) -> Reply:
    """Show all that is known of one paper."""
    found = await find_paper(context, paper)
    topics = (await asyncio.to_thread(topics_of, [found], await context.topics()))[found.id]
    number = {"paper": str(found.id)}
    actions = tuple(
        Action(label, verb, number)
        for label, verb in (("Save", "save"), ("Similar", "similar"), ("Why", "why"), ("Cite", "cite"))
    )
    return PaperCard(paper=found, topics=topics, actions=actions)


@command(examples=("similar 2401.00001",))
async def similar(context: Context, paper: PaperRef) -> Reply:
    """Find papers that share a paper's telling words."""
    found = await find_paper(context, paper)
    hits = await context.store.similar(found.id, limit=PAGE_SIZE)
    return PaperList(
        title=f"Similar to {found.title}",
        papers=tuple(Pick(paper=hit.paper, why=(), score=hit.score) for hit in hits),
        total=len(hits),
        hint="" if hits else "Nothing stored is much like it.",
    )


@command(examples=("today", "today topic:diffusion-models"))
async def today(
    context: Context,
    topic: Annotated[str, Arg("A topic or any query to keep to", kind=Kind.QUERY, place=Place.REST)] = "",
    page: PageNumber = 1,
) -> Reply:
    """List the newest day of every source, most wanted first."""
    newest = await context.store.newest_days(now=context.now())
    asked = await _query_or_topic(context, topic)
    last = max(newest.values(), default=context.now().date())
    current = {source: day for source, day in newest.items() if last - day < STALE}
    listed = [paper for source, day in current.items() for paper in await _day(context, source, day)]
    papers = await without_muted(context, _unique(listed))
    wanted = sorted(await matching(asked, papers) if asked else papers, key=_votes)
    chosen, pages = page_of(wanted, page)
    return PaperList(
        title=f"Papers of {long_date(last)}" if newest else "Today's papers",
        papers=await _picks([(paper, paper.votes) for paper in chosen], asked),
        total=len(wanted),
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        query=asked.canonical if asked else "",
        notes=_older(newest, await context.today()),
        hint="" if chosen else _nothing_today(asked, context),
        actions=turns("today", page, pages, topic=topic),
    )


@command(examples=("trending", "trending month"))
async def trending(
    context: Context,
    period: Annotated[str, Arg("How far back", place=Place.WORD, choices=tuple(PERIODS))] = "week",
    page: PageNumber = 1,
) -> Reply:
    """List the papers with the most votes of a day, week or month."""
    since = await context.today() - timedelta(days=PERIODS[period])
    listed, notes = await listed_since(context, since)
    papers = await without_muted(context, listed)
    voted = sorted((paper for paper in papers if paper.votes), key=_votes)
    chosen, pages = page_of(voted, page)
    return PaperList(
        title=f"Most wanted papers of the last {period}",
        papers=await _picks([(paper, paper.votes) for paper in chosen], None),
        total=len(voted),
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        notes=notes,
        hint="" if chosen else f"No paper of the last {period} has votes yet.",
        actions=turns("trending", page, pages, period=period),
    )


@command(examples=("cite 2401.00001",))
async def cite(context: Context, paper: PaperRef) -> Reply:
    """Give a paper's citation as BibTeX, RIS and CSL-JSON."""
    found = await find_paper(context, paper)
    return Citation(paper=found, bibtex=bibtex(found), ris=ris(found), csl=csl_json(found))


def topics_of(papers: Iterable[Paper], topics: Topics) -> dict[int, tuple[str, ...]]:
    """The names of the topics each paper matches, by paper id."""
    ordered = list(papers)
    parsed = {topic.name: queries.parse(topic.definition, topics) for topic in topics.all()}
    matcher = Matcher()
    for query in parsed.values():
        matcher.add(query)
    bitmaps = matcher.match(ordered)
    return {
        paper.id: tuple(name for name, query in parsed.items() if bitmaps.get(query.key, 0) >> index & 1)
        for index, paper in enumerate(ordered)
    }


async def _query_or_topic(context: Context, text: str) -> Query | None:
    """`diffusion` is the topic when there is one; anything else is a query."""
    if not text:
        return None
    topics = await context.topics()
    named = topics.get(text)
    return await parsed(f"topic:{named.name}" if named else text, topics)


async def _day(context: Context, source: str, day: date) -> tuple[Paper, ...]:
    return await context.store.listed(since=day, until=day, source=source, limit=MOST_LISTED)


def _unique(papers: Iterable[Paper]) -> list[Paper]:
    return list({paper.id: paper for paper in papers}.values())


async def _picks(scored: Sequence[tuple[Paper, float]], asked: Query | None) -> tuple[Pick, ...]:
    """Summarised and explained in a thread: ten papers and a broad topic take a while."""
    return await asyncio.to_thread(lambda: tuple(_pick(paper, asked, score) for paper, score in scored))


def _pick(paper: Paper, asked: Query | None, score: float) -> Pick:
    if asked is None:
        return Pick(paper=paper, why=(), score=score)
    why = Why(query=asked.canonical, subscription_id=None, hits=explain(asked, paper))
    return Pick(paper=paper, why=(why,), score=score)


def _votes(paper: Paper) -> tuple[int, int]:
    return -paper.votes, -paper.id


def _older(newest: dict[str, date], today: date) -> tuple[str, ...]:
    """One honest line for each source whose newest day is not today."""
    return tuple(
        f"{SOURCE_NAMES.get(source, source)}: the newest list is of {long_date(day)}."
        for source, day in sorted(newest.items())
        if day < today
    )


def _nothing_today(asked: Query | None, context: Context) -> str:
    if asked is None:
        return "No source has listed anything yet."
    return f"Nothing of the newest day matches. `{context.typed('search')} {asked.canonical}` looks further back."


def _follow(query: str) -> tuple[Action, ...]:
    return (Action("Subscribe", "subscribe", {"query": query}),)
