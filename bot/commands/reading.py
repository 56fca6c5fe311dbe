"""What a channel was shown, is about to be shown, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from bot.compose import compose
from bot.domain import query as queries
from bot.domain.digest import Digest, Pick, Why
from bot.domain.matching import explain
from bot.domain.paper import Paper
from bot.domain.schedule import local_day, next_due
from bot.domain.subscription import Destination, Subscription
from bot.domain.topics import Topics
from bot.errors import NotFound

from .context import Context
from .days import read_day
from .imported import imported_line
from .lookups import find_paper, here, read_query, subscriptions_of
from .matched import bitmaps, listed_since, parsed, without_muted
from .paging import PAGE_SIZE, page_of, turns
from .papers import PageNumber, PaperRef
from .past import shown_digest
from .replies import (
    Action,
    DigestView,
    Fate,
    Notice,
    PaperList,
    Reason,
    Reply,
    Tone,
    WhyView,
)
from .spec import Arg, Kind, Place, command
from .unfolding import unfolded
from .wording import begun, long_date


@command(examples=("preview", "preview diffusion -survey"))
async def preview(
    context: Context,
    query: Annotated[
        str, Arg("A query to try in place of the subscriptions", kind=Kind.QUERY, place=Place.REST)
    ] = "",
) -> Reply:
    """Show the next digest as it would be now; nothing is posted or recorded."""
    asked = await parsed(query, await context.topics()) if query else None
    destination = await context.destination()
    if destination is None and asked is None:
        destination = await here(context)
    digest = await _composed(context, destination or _nobody(context), asked)
    title = f"Preview for {context.place}: nothing was posted or recorded"
    if not digest.matched:
        imported = await imported_line(context, destination or _nobody(context), asked)
        return Notice(
            kind=Tone.INFO,
            what="The next digest would be empty as things stand.",
            fix=f"`{context.typed('list')}` shows what is subscribed; a broader query or a topic brings more.",
            lines=(*filter(None, [imported]), *digest.notes),
        )
    return DigestView(digest=digest, title=title, actions=(Action("Post now", "post now"),))


@command(examples=("catchup since:2026-11-02", "catchup since:monday"))
async def catchup(
    context: Context,
    since: Annotated[str, Arg("The first day to catch up on", kind=Kind.DATE, place=Place.WORD)],
    page: PageNumber = 1,
) -> Reply:
    """List all that matched this channel's subscriptions since a day, shown or not."""
    destination = await here(context)
    first = read_day(since, await context.today())
    papers, notes = await listed_since(context, first)
    asked = await _asked(context, destination)
    matched = await _matched(context, asked, papers)
    chosen, pages = page_of(matched, page)
    return PaperList(
        title=f"Since {long_date(first)}, for {destination.name}",
        papers=await asyncio.to_thread(_picks, asked, chosen),
        total=len(matched),
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        notes=notes,
        hint="" if matched else "Nothing stored since then matches the subscriptions here.",
        actions=turns("catchup", page, pages, since=first.isoformat()),
    )


@command(examples=("more", "more date:2026-06-01"))
async def more(
    context: Context,
    date: Annotated[str, Arg("The day of an older digest; the last one, when left out", kind=Kind.DATE)] = "",
    page: PageNumber = 1,
) -> Reply:
    """Show the papers behind "N more" of a digest here."""
    destination = await here(context)
    day = read_day(date, await context.today(), option="date", reach=None) if date else None
    digest = await shown_digest(context, destination, day)
    if day and digest is None:
        raise NotFound(
            f"{begun(destination.name)} was shown no papers on {long_date(day)}.",
            fix=f"`{context.typed('catchup')} since:{day}` lists what matched since then.",
        )
    folded = digest.folded if digest else ()
    chosen, pages = page_of(folded, page)
    papers = await unfolded(context, chosen)
    return PaperList(
        title=f"More of {long_date(digest.day)}" if digest else "More",
        papers=papers,
        total=len(folded),
        page=page,
        pages=pages,
        first=(digest.shown if digest else 0) + (page - 1) * PAGE_SIZE + 1,
        hint="" if folded else f"{'That' if day else 'The last'} digest here had no more than it showed.",
        actions=turns("more", page, pages, date=digest.day.isoformat() if digest else ""),
    )


@command(examples=("why 2401.00001",))
async def why(context: Context, paper: PaperRef) -> Reply:
    """Say why a paper was shown here, or why it was not."""
    destination = await here(context)
    found = await find_paper(context, paper)
    reasons = await _reasons(context, destination, found)
    fate, what = await _fate(context, destination, found, reasons)
    edit = tuple(
        Action(f"Edit {one.subscription.id}", "edit", {"which": str(one.subscription.id)})
        for one in reasons
        if one.hits
    )
    return WhyView(paper=found, fate=fate, what=what, reasons=reasons, actions=edit)


async def _composed(context: Context, destination: Destination, asked: queries.Query | None) -> Digest:
    day = next_due(destination.schedule, context.now())[0]
    return await compose(context.store, destination, day=day, now=context.now(), query=asked)


def _nobody(context: Context) -> Destination:
    """A destination that is not stored, to try a query where nothing is subscribed."""
    return Destination(id=0, address=context.address, name=context.place, schedule=context.schedule)


async def _asked(context: Context, destination: Destination) -> list[tuple[Subscription, queries.Query]]:
    """The subscriptions here that can be read, each with its query."""
    topics = await context.topics()
    every = await subscriptions_of(context, destination)
    return await asyncio.to_thread(
        lambda: [(one, query) for one in every if (query := read_query(one, topics))]
    )


async def _matched(
    context: Context, asked: Sequence[tuple[Subscription, queries.Query]], papers: Sequence[Paper]
) -> list[Paper]:
    """What these match, most wanted first, without the asker's muted authors."""
    found = await bitmaps((query for _, query in asked), papers)
    maps = [found.get(query.key, 0) for _, query in asked]
    return await without_muted(context, await asyncio.to_thread(_most_wanted, maps, papers))


def _most_wanted(maps: Sequence[int], papers: Sequence[Paper]) -> list[Paper]:
    wanted_by = {paper.id: sum(bitmap >> index & 1 for bitmap in maps) for index, paper in enumerate(papers)}
    matched = (paper for paper in papers if wanted_by[paper.id])
    return sorted(matched, key=lambda paper: (-wanted_by[paper.id], -paper.votes, -paper.id))


def _picks(asked: Sequence[tuple[Subscription, queries.Query]], papers: Sequence[Paper]) -> tuple[Pick, ...]:
    return tuple(_explained(asked, paper) for paper in papers)


def _explained(asked: Sequence[tuple[Subscription, queries.Query]], paper: Paper) -> Pick:
    whys = (
        Why(query=one.query, subscription_id=one.id, hits=hits)
        for one, query in asked
        if (hits := explain(query, paper))
    )
    return Pick(paper=paper, why=tuple(whys), score=paper.votes)


async def _reasons(context: Context, destination: Destination, paper: Paper) -> tuple[Reason, ...]:
    topics = await context.topics()
    every = await subscriptions_of(context, destination)
    return await asyncio.to_thread(lambda: tuple(_reason(one, topics, paper) for one in every))


def _reason(one: Subscription, topics: Topics, paper: Paper) -> Reason:
    query = read_query(one, topics)
    return Reason(subscription=one, hits=explain(query, paper) if query else ())


async def _fate(
    context: Context, destination: Destination, paper: Paper, reasons: tuple[Reason, ...]
) -> tuple[Fate, str]:
    if slot := await context.store.shown_in(destination.id, paper.id):
        digest = await context.store.digest(slot.id)
        folded = digest is not None and paper.id in {one.paper_id for one in digest.folded}
        on = long_date(digest.day if digest else local_day(destination.schedule, slot.due_at))
        behind = (
            'behind "N more": it matched, but ranked beyond the cap' if folded else "in the digest itself"
        )
        return Fate.SHOWN, f"Shown here on {on}, {behind}."
    if paper.id in (await context.store.dismissed([destination.id])).get(destination.id, frozenset()):
        return Fate.DISMISSED, "It was marked as not for this channel."
    if not any(reason.hits for reason in reasons):
        return Fate.FILTERED, "No subscription here matches it, so it was filtered out."
    digest = await _composed(context, destination, None)
    if paper.id in {pick.paper.id for pick in digest.picks}:
        return Fate.WAITING, "It matches and comes with the next digest."
    if paper.id in {one.paper_id for one in digest.folded}:
        return (
            Fate.WAITING,
            f'It matches, but ranks beyond the cap of {destination.max_papers}: behind "N more".',
        )
    return Fate.OUTSIDE, _outside(paper)


def _outside(paper: Paper) -> str:
    if paper.backfill:
        return "It matches, but was loaded as back-fill: older lists never come in a digest unless asked for."
    listed = f" on {long_date(paper.listed)}" if paper.listed else ""
    return f"It matches, but was listed{listed}, outside the days the next digest looks at."
