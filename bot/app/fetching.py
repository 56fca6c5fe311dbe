"""Asking every source while somebody watches, and filling up the days before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

from bot.commands.wording import listing
from jobs.ingest import ingest

from .build import App
from .watching import Seen, Watched

ENOUGH_LIST_DAYS = 5  # fewer stored days than this are filled up in the background
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
