"""Asking every source while somebody watches, and filling up the days before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

from bot.commands.wording import listing
from jobs.ingest import ingest

from .build import App
from .watching import Seen, Watched

ENOUGH_LIST_DAYS = 5  # fewer stored days than this are filled up in the background
ENOUGH_WAIT = 20.0  # seconds the others are waited for once one source has answered
LONGEST_WAIT = 40.0  # seconds any answer at all is waited for
LOOK_BACK = 24  # calendar days that hold them

Say: TypeAlias = Callable[[str], None]
Watching: TypeAlias = Callable[[int], AbstractContextManager[Seen]]  # given how many sources there are


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What one round of sources brought."""

    sources: tuple[Watched, ...]
    was_empty: bool  # the store, before
    is_empty: bool  # the store, after

    @property
    def all_failed(self) -> bool:
        """Whether nothing good came from anywhere."""
        return bool(self.sources) and all(one.failed for one in self.sources)


@dataclass(frozen=True, kw_only=True, slots=True)
class Underway:
    """A round of sources of which enough has come."""

    fetched: Fetched
    waiting: tuple[str, ...]  # the sources that have not answered yet, as people call them
    rest: asyncio.Task[None]


def unwatched(_sources: int) -> AbstractContextManager[Seen]:
    """Shows nothing while sources are asked."""
    return nullcontext(lambda _: None)


async def fetch_all(app: App, say: Say, watching: Watching = unwatched) -> Fetched:
    """Ask every source and say in one line each what came, as soon as it has."""
    was_empty = await is_empty(app)
    sources = await app.sources()
    with watching(len(sources)) as seen:
        watched = tuple(
            Watched(source, seen=seen, finished=lambda one: say(one.line())) for source in sources
        )
        say(f"Asking {listing([one.title for one in watched])} ...")
        await ingest(app.store, watched, clock=app.clock)
    return Fetched(sources=watched, was_empty=was_empty, is_empty=await is_empty(app))


@asynccontextmanager
async def fetch_first(app: App, say: Say, watching: Watching = unwatched) -> AsyncIterator[Underway]:
    """Ask every source, and go on once enough has come: a source that stalls makes nobody wait for the others.

    What is still being fetched goes on in the background; it ends with the block.
    """
    answered = asyncio.Event()
    sources: list[Watched] = []
    left = set[Watched]()

    def finished(one: Watched) -> None:
        left.discard(one)
        say(one.line())
        if not one.failed:
            answered.set()

    was_empty = await is_empty(app)
    sources += [Watched(source, finished=finished) for source in await app.sources()]
    left |= set(sources)
    rest = asyncio.create_task(_ask_all(app, sources, say, watching))
    first = asyncio.create_task(answered.wait())
    try:
        await asyncio.wait({rest, first}, timeout=LONGEST_WAIT, return_when=asyncio.FIRST_COMPLETED)
        if first.done() and left:
            await asyncio.wait({rest}, timeout=ENOUGH_WAIT)
        if rest.done() or not left:
            await rest
        waiting = tuple(one.title for one in sources if one in left)
        if waiting:
            say(f"Still waiting for {listing(list(waiting))}; what comes from there is in the next digest.")
        fetched = Fetched(sources=tuple(sources), was_empty=was_empty, is_empty=await is_empty(app))
        yield Underway(fetched=fetched, waiting=waiting, rest=rest)
    finally:
        for task in (rest, first):
            task.cancel()
        await asyncio.gather(rest, first, return_exceptions=True)


async def _ask_all(app: App, sources: Sequence[Watched], say: Say, watching: Watching) -> None:
    with watching(len(sources)) as seen:
        for one in sources:
            one.watch(seen)
        say(f"Asking {listing([one.title for one in sources])} ...")
        await ingest(app.store, sources, clock=app.clock)


async def fill_up(app: App, say: Say) -> None:
    """Fetch the last list days where a first run left them out; they never come in a digest unasked."""
    papers = await app.store.recent(LOOK_BACK, now=app.clock.now())
    days = {paper.listed for paper in papers if paper.listed}
    if len(days) >= ENOUGH_LIST_DAYS or not app.settings.backfill_days:
        return
    sources = await app.sources(backfill_days=app.settings.backfill_days)
    report = await ingest(app.store, sources, clock=app.clock)
    if report.new_papers:
        say(f"Filled up the last days: {report.new_papers:,} more papers to search.")


async def is_empty(app: App) -> bool:
    """Whether no paper is stored yet."""
    return (await app.store.counts())["papers"] == 0
