"""Making digests: reads the store, asks the domain, returns a `Digest`; writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain import matching
from bot.domain.choosing import WINDOW_DAYS, Request, Wanted, choose
from bot.domain.delivery import Slot, SlotState
from bot.domain.digest import Digest
from bot.domain.matching import Matcher
from bot.domain.notes import combined_note, late_sources, source_notes
from bot.domain.paper import Paper
from bot.domain.query import Query, parse
from bot.domain.subscription import WEEKDAYS, Destination, Subscription
from bot.domain.topics import Topics
from bot.domain.window import Window
from bot.errors import InvalidQuery
from bot.storage.results import DayFreshness
from bot.storage.store import Store

MANUAL = "manual:"  # how the key of a slot begins that no schedule asked for
HISTORY = 40  # slots looked back at; more than the window has days
MOST_LISTED = 100_000  # papers of a span of days that was asked for
RELEASED = frozenset({SlotState.SKIPPED, SlotState.DEAD})


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the store knows of one destination when its digest is made."""

    wanted: tuple[Wanted, ...]
    unreadable: tuple[str, ...]  # a line for each subscription that cannot be read any more
    taken: frozenset[int]
    previous: datetime | None  # when its last good slot was due
    released: tuple[date, ...]  # dates since then whose papers came back, oldest first
    quiet_weekdays: int  # how many weekdays running, up to the last slot, brought nothing
    verdicts: tuple[DayFreshness, ...]


class Composer:
    """Digests for any number of destinations at one moment: papers are loaded and each query is asked once."""

    def __init__(self, store: Store, now: datetime, window: Window) -> None:
        self.now = now
        self.window = window
        self._store = store
        self._bitmaps: dict[str, int] = {}
        self._known: dict[int, Known] = {}
        self._topics: dict[str, Topics] = {}
        self._newest = 0
        self._verdicts: tuple[DayFreshness, ...] = ()
        self._feeds: dict[str, set[str]] = {}
        self._reasons: dict[tuple[str, str, int], tuple[str, ...]] = {}

    @classmethod
    async def load(
        cls, store: Store, *, now: datetime, since: date | None = None, until: date | None = None
    ) -> Composer:
        """Read the papers listed in the last 14 days, or from `since` to `until` with back-fill and imports."""
        if since is not None and until is not None:
            papers = await store.listed(since=since, until=until, limit=MOST_LISTED)
        else:
            days_ago = now.date() - timedelta(days=WINDOW_DAYS)
            papers = await store.window(
                listed_since=since or days_ago, seen_before=now, include_backfill=since is not None
            )
        composer = cls(store, now, await asyncio.to_thread(Window, papers))
        await composer._read_sources()
        return composer

    async def meet(self, destinations: Sequence[Destination], *, query: Query | None = None) -> None:
        """Read everything about these destinations; `query` stands in for their subscriptions."""
        ids = [destination.id for destination in destinations]
        subscriptions = {} if query else await self._store.subscriptions(ids)
        shown, dismissed = await self._store.shown(ids), await self._store.dismissed(ids)
        for destination in destinations:
            topics = await self._topics_of(destination.address.workspace)
            wanted, unreadable = _read(subscriptions.get(destination.id, ()), topics)
            slots = await self._store.slots(destination.id, limit=HISTORY)
            previous, released = _history(slots)
            self._known[destination.id] = Known(
                wanted=(Wanted(query=query),) if query else wanted,
                unreadable=unreadable,
                taken=shown.get(destination.id, frozenset()) | dismissed.get(destination.id, frozenset()),
                previous=previous,
                released=released,
                quiet_weekdays=_quiet_weekdays(slots),
                verdicts=self._verdicts_for(destination.address.workspace),
            )
        await asyncio.to_thread(self._ask, ids)

    def digest(
        self,
        destination: Destination,
        *,
        day: date,
        late: bool = False,
        everything: bool = False,
    ) -> Digest:
        """Make the digest of a destination that was met; pure, and quick."""
        known = self._known[destination.id]
        days = () if everything else tuple(missed for missed in known.released if missed < day)
        request = Request(
            destination=destination,
            day=day,
            wanted=known.wanted,
            taken=known.taken,
            held=self._held(known.verdicts, day),
            previous=known.previous,
            newest=self._newest,
            everything=everything,
            notes=_notes(known, day, days),
            late=late,
            combined=days,
        )
        return choose(request, self.window, self._bitmaps, self._explain)

    def wants_something(self, destination: Destination) -> bool:
        """Whether a destination that was met has anything to be asked for."""
        return bool(self._known[destination.id].wanted)

    def quiet_weekdays(self, destination: Destination) -> int:
        """How many weekdays running, up to its last slot, brought a destination that was met nothing."""
        return self._known[destination.id].quiet_weekdays

    async def _read_sources(self) -> None:
        since = self.now.date() - timedelta(days=2)
        self._verdicts = await self._store.freshness(since=since)
        self._newest = self.window.newest_of(await self._store.newest_days(now=self.now))
        for feed in await self._store.feeds():
            self._feeds.setdefault(feed.url, set()).add(feed.workspace)

    async def _topics_of(self, workspace: str) -> Topics:
        if workspace not in self._topics:
            self._topics[workspace] = Topics.shipped().with_own(await self._store.topics(workspace))
        return self._topics[workspace]

    def _verdicts_for(self, workspace: str) -> tuple[DayFreshness, ...]:
        """What sources said, without the feeds that other workspaces added."""
        return tuple(row for row in self._verdicts if workspace in self._feeds.get(row.origin, {workspace}))

    def _ask(self, ids: Sequence[int]) -> None:
        """Ask every query not asked yet, once, whoever wants it."""
        matcher = Matcher()
        queries = {one.query.key: one.query for number in ids for one in self._known[number].wanted}
        for key, query in queries.items():
            if key not in self._bitmaps:
                matcher.add(query)
        self._bitmaps |= dict.fromkeys(queries, 0) | self._bitmaps | matcher.match(self.window.papers)

    def _explain(self, query: Query, paper: Paper) -> tuple[str, ...]:
        """Why a paper matches, worked out once for all who share the query."""
        asked = (query.canonical, query.key, paper.id)
        if asked not in self._reasons:
            self._reasons[asked] = matching.explain(query, paper)
        return self._reasons[asked]

    def _held(self, verdicts: Sequence[DayFreshness], day: date) -> int:
        """Papers of the day that are a bare title because arXiv, which has the rest, is late."""
        if "arxiv" not in late_sources(verdicts, day):
            return 0
        return self.window.where(lambda paper: paper.listed == day and _is_bare(paper))


async def compose(
    store: Store,
    destination: Destination,
    *,
    day: date,
    now: datetime,
    query: Query | None = None,
    since: date | None = None,
    until: date | None = None,
    late: bool = False,
) -> Digest:
    """Make one destination's digest for a date, as its subscriptions or `query` ask, and write nothing.

    With `since` everything listed from that date on is a candidate, imports and back-fill too.
    """
    composer = await Composer.load(store, now=now, since=since, until=until)
    await composer.meet([destination], query=query)
    return await asyncio.to_thread(
        composer.digest, destination, day=day, late=late, everything=since is not None
    )


def _read(
    subscriptions: Sequence[Subscription], topics: Topics
) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """The subscriptions that can be read, and a line for each that cannot."""
    wanted, unreadable = [], []
    for one in subscriptions:
        if one.paused:
            continue
        try:
            wanted.append(
                Wanted(query=parse(one.query, topics), subscription_id=one.id, since=one.created_at)
            )
        except InvalidQuery as error:
            unreadable.append(f"The subscription {one.query} was left out: {error.what}")
    return tuple(wanted), tuple(unreadable)


def _history(slots: Sequence[Slot]) -> tuple[datetime | None, tuple[date, ...]]:
    """When the last good slot was due, and the dates since then whose papers came back; newest slot first."""
    released: list[date] = []
    for slot, day in _scheduled(slots):
        if slot.state not in RELEASED:
            return slot.due_at, tuple(sorted(released))
        released.append(day)
    return None, tuple(sorted(released))


def _quiet_weekdays(slots: Sequence[Slot]) -> int:
    states = [slot.state for slot, day in _scheduled(slots) if day.weekday() in WEEKDAYS]
    return next((n for n, state in enumerate(states) if state is not SlotState.EMPTY), len(states))


def _scheduled(slots: Sequence[Slot]) -> list[tuple[Slot, date]]:
    return [
        (slot, date.fromisoformat(slot.slot_key)) for slot in slots if not slot.slot_key.startswith(MANUAL)
    ]


def _notes(known: Known, day: date, combined: Sequence[date]) -> tuple[str, ...]:
    carried = (combined_note(combined),) if combined else ()
    return (*carried, *source_notes(known.verdicts, day), *known.unreadable)


def _is_bare(paper: Paper) -> bool:
    return paper.key.startswith("arxiv:") and not paper.abstract and "arxiv" not in paper.sources
