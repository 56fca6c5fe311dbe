"""Making digests: reads the store, asks the domain, returns a `Digest`; writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from bot.domain import history, matching
from bot.domain.answers import Answers
from bot.domain.choosing import WINDOW_DAYS, Chooser, Request, Wanted
from bot.domain.digest import Digest
from bot.domain.heard import Heard
from bot.domain.history import History, history_of
from bot.domain.notes import combined_note
from bot.domain.paper import Paper
from bot.domain.query import Query, parse
from bot.domain.subscription import Destination, Subscription
from bot.domain.topics import Topics
from bot.domain.window import Window
from bot.errors import InvalidQuery
from bot.storage.folded import unpacked
from bot.storage.pasts import Past
from bot.storage.results import DayFreshness
from bot.storage.store import Store

MANUAL = history.MANUAL
MOST_LISTED = 100_000  # papers of a span of days that was asked for
LOOKED_BACK = timedelta(days=21)  # at slots and what they folded; more than the window has days
MOST_STRAYS = (
    400  # papers of the window that are older than it: asked for one by one, not with all that is as old
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """What was read from the store about one destination."""

    destination: Destination
    subscriptions: tuple[Subscription, ...]
    topics: Topics
    past: Past
    taken: Iterable[int]  # shown in parts, or dismissed


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the store knows of one destination when its digest is made."""

    wanted: tuple[Wanted, ...]
    unreadable: tuple[str, ...]  # a line for each subscription that cannot be read any more
    taken: int  # mask of the window
    history: History
    newest_slot: int
    heard: Heard


class Composer:
    """Digests for any number of destinations at one moment: papers are loaded and each query is asked once."""

    def __init__(self, store: Store, now: datetime, window: Window, *, since: date | None = None) -> None:
        self.now = now
        self.window = window
        self._store = store
        self._looked_back = now - LOOKED_BACK if since is None else None
        self._reach = window.reach(now.date() - LOOKED_BACK, MOST_STRAYS)
        self._answers = Answers(window.papers)
        self._chooser = Chooser(window, self._answers.hits, self._explain)
        self._known: dict[int, Known] = {}
        self._failed: dict[int, Exception] = {}
        self._queries: dict[tuple[str, Topics], Query | InvalidQuery] = {}
        self._topics: dict[str, Topics] = {}
        self._newest = 0
        self._heard: dict[frozenset[str], Heard] = {}
        self._verdicts: tuple[DayFreshness, ...] = ()
        self._feeds: dict[str, set[str]] = {}
        self._reasons: dict[tuple[str, str, int], tuple[str, ...]] = {}
        self._folded: dict[bytes, int] = {}

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
        merged = await store.merged([paper.id for paper in papers])
        window = await asyncio.to_thread(Window, papers, merged)
        composer = cls(store, now, window, since=since)
        await composer._read_sources()
        return composer

    async def meet(self, destinations: Sequence[Destination], *, query: Query | None = None) -> None:
        """Read everything about these destinations; `query` stands in for their subscriptions.

        Where one of them cannot be met, `digest` raises the reason for that one; only a store that fails stops all.
        """
        ids = [destination.id for destination in destinations]
        subscriptions = {} if query else await self._store.subscriptions(ids)
        since_id, strays = self._reach
        shown = await self._store.shown_among(ids, since_id=since_id, ids=strays)
        dismissed, pasts = (
            await self._store.dismissed(ids),
            await self._store.pasts(ids, since=self._looked_back),
        )
        met = [
            Met(
                destination=destination,
                subscriptions=subscriptions.get(destination.id, ()),
                topics=await self._topics_of(destination.address.workspace),
                past=pasts[destination.id],
                taken=(*shown[destination.id], *dismissed.get(destination.id, ())),
            )
            for destination in destinations
        ]
        await asyncio.to_thread(self._learn, met, query)

    def digest(
        self,
        destination: Destination,
        *,
        day: date,
        late: bool = False,
        everything: bool = False,
    ) -> Digest:
        """Make the digest of a destination that was met; pure, and quick. Raises why it could not be met."""
        if failed := self._failed.get(destination.id):
            raise failed
        known = self._known[destination.id]
        days = () if everything else tuple([missed for missed in known.history.released if missed < day])
        request = Request(
            destination=destination,
            day=day,
            wanted=known.wanted,
            taken=known.taken,
            held=known.heard.held(day),
            previous=known.history.previous,
            newest=self._newest,
            everything=everything,
            notes=_notes(known, day, days),
            late=late,
            combined=days,
        )
        return self._chooser.choose(request)

    def wants_something(self, destination: Destination) -> bool:
        """Whether a destination that was met has anything to be asked for."""
        return bool(self._known[destination.id].wanted)

    def quiet_weekdays(self, destination: Destination) -> int:
        """How many weekdays running, up to its last slot, brought a destination that was met nothing."""
        return self._known[destination.id].history.quiet_weekdays

    def forget(self) -> None:
        """Forget who was met; what was worked out for all stays."""
        self._known, self._failed = {}, {}

    def newest_slot(self, destination: Destination) -> int:
        """The id of the newest slot of a destination that was met; 0 when it has none."""
        return self._known[destination.id].newest_slot

    async def _read_sources(self) -> None:
        since = self.now.date() - timedelta(days=2)
        self._verdicts = await self._store.freshness(since=since)
        self._newest = self.window.newest_of(await self._store.newest_days(now=self.now))
        for feed in await self._store.feeds():
            self._feeds.setdefault(feed.url, set()).add(feed.workspace)

    async def _topics_of(self, workspace: str) -> Topics:
        if workspace not in self._topics:
            self._topics[workspace] = Topics.shipped().with_own(
                await self._store.topics(workspace), check=False
            )
        return self._topics[workspace]

    def _heard_by(self, workspace: str) -> Heard:
        """What sources said, without the feeds that other workspaces added; the same for all who added the same."""
        own = frozenset(url for url, added_by in self._feeds.items() if workspace in added_by)
        if own not in self._heard:
            rows = [row for row in self._verdicts if row.origin in own or row.origin not in self._feeds]
            self._heard[own] = Heard(rows, self.window)
        return self._heard[own]

    def _learn(self, met: Sequence[Met], query: Query | None) -> None:
        """Work out what is known of each destination, and ask what they want; not for the event loop's thread."""
        for one in met:
            self._failed.pop(one.destination.id, None)
            with self._apart(one.destination.id):
                self._known[one.destination.id] = self._known_of(one, query)
        self._ask([one.destination.id for one in met if one.destination.id not in self._failed])

    def _read(
        self, subscriptions: Sequence[Subscription], topics: Topics
    ) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
        """The subscriptions that can be read, and a line for each that cannot."""
        wanted, unreadable = [], []
        for one in subscriptions:
            if one.paused:
                continue
            query = self._parsed(one.query, topics)
            if isinstance(query, InvalidQuery):
                unreadable.append(f"The subscription {one.query} was left out: {query.what}")
                continue
            wanted.append(Wanted(query=query, subscription_id=one.id, since=one.created_at))
        return tuple(wanted), tuple(unreadable)

    def _parsed(self, text: str, topics: Topics) -> Query | InvalidQuery:
        """A query, or why it cannot be read; read once for all who share the text and the topics."""
        if (text, topics) not in self._queries:
            try:
                self._queries[text, topics] = parse(text, topics)
            except InvalidQuery as error:
                self._queries[text, topics] = error
        return self._queries[text, topics]

    def _known_of(self, met: Met, query: Query | None) -> Known:
        wanted, unreadable = self._read(met.subscriptions, met.topics)
        folded = reduce(or_, (self._mask_of(packed) for packed in met.past.folded), 0)
        return Known(
            wanted=(Wanted(query=query),) if query else wanted,
            unreadable=unreadable,
            taken=self.window.holding(met.taken) | folded,
            history=history_of(met.past.slots),
            newest_slot=met.past.newest,
            heard=self._heard_by(met.destination.address.workspace),
        )

    def _mask_of(self, packed: bytes) -> int:
        """The papers that a slot folded; many slots of a day fold the same."""
        if packed not in self._folded:
            self._folded[packed] = self.window.holding(unpacked(packed))
        return self._folded[packed]

    def _ask(self, ids: Sequence[int]) -> None:
        """Ask what these destinations want; a query that cannot be asked fails those who want it."""
        broken = self._answers.ask(one.query for number in ids for one in self._known[number].wanted)
        for number in ids if broken else ():
            for one in self._known[number].wanted:
                if one.query.key in broken:
                    self._failed[number] = broken[one.query.key]

    @contextmanager
    def _apart(self, destination_id: int) -> Iterator[None]:
        """Keep what goes wrong for one destination until its digest is asked for."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this destination's alone
            self._failed[destination_id] = error

    def _explain(self, query: Query, paper: Paper) -> tuple[str, ...]:
        """Why a paper matches, worked out once for all who share the query."""
        asked = (query.canonical, query.key, paper.id)
        if asked not in self._reasons:
            self._reasons[asked] = matching.explain(query, paper)
        return self._reasons[asked]


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


def _notes(known: Known, day: date, combined: Sequence[date]) -> tuple[str, ...]:
    carried = (combined_note(combined),) if combined else ()
    return (*carried, *known.heard.notes(day), *known.unreadable)
