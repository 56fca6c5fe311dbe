"""Delivery: lanes drained over the ledger. What is due is rendered once, claimed, sent and marked.

The intent (`sending`) is committed right before the platform is called and the outcome after it. What a crash or a
lost answer leaves in between is `uncertain`: the platform is asked before it is sent again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TypeAlias

import structlog

from bot.errors import StoreBusy
from bot.ports import ChatAdapter, Clock
from bot.storage.store import Store

from .commits import Commits
from .crash import CrashPoint, Reached, nothing
from .lane import drained
from .lane_lease import LEASE_SECONDS, Lease, Leases
from .lane_open import OpenLane
from .outcomes import SETTLE, code_of, told
from .outgoing import Tools, in_flight, platform_of
from .tasks import end, supervised, together
from .telling import tell_untold, untold

log = structlog.get_logger()
_RANDOM = SystemRandom()

PLACES = 200  # lanes drained at once in one process
TURN_SECONDS = 30.0  # what a lane may take of a place before others have theirs
STOP_SECONDS = 20.0  # what is on its way when the bot stops may finish
END_SECONDS = 5.0  # and what has not by then has so long to clear away


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReport:
    """What one delivery run did, in messages."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    held: int = 0
    uncertain: int = 0
    expired: int = 0


Drain: TypeAlias = "asyncio.Task[tuple[Counter[str], bool]]"
REPORTED = tuple(one.name for one in fields(DeliverReport))


class Sender:
    """Everything one process sends; there is one per process, and all that sends shares it.

    `settle` is how long an uncertain message rests before its platform is asked, `jitter` gives 0 to 1 for the
    back-off, `reached` is told each step (`jobs/crash.py`), `places` is how many lanes are drained at once.
    """

    def __init__(  # noqa: PLR0913 - all but three have their value in earnest
        self,
        store: Store,
        adapters: Mapping[str, ChatAdapter],
        *,
        clock: Clock,
        settle: timedelta = SETTLE,
        jitter: Callable[[], float] = _RANDOM.random,
        reached: Reached = nothing,
        lease_seconds: float = LEASE_SECONDS,
        turn_seconds: float = TURN_SECONDS,
        places: int = PLACES,
    ) -> None:
        self._in_flight = in_flight(store)
        owner = self._in_flight.owner
        self._tools = Tools(
            store=store,
            adapters=adapters,
            clock=clock,
            jitter=jitter,
            settle=settle,
            reached=reached,
            commits=Commits(store, owner=owner),
            leases=Leases(store, owner=owner, clock=clock, seconds=lease_seconds),
        )
        self._turn_seconds = turn_seconds
        self._places = asyncio.Semaphore(places)
        self._drains: set[Drain] = set()

    async def drain(self, lane_id: str) -> bool:
        """Send what is due in a lane; True when there is more to do.

        A lane that is being drained already, here or elsewhere, is left to whoever does it.
        """
        _, more = await self._drain(lane_id)
        return more

    async def drain_due(self) -> DeliverReport:
        """Send everything that may be sent now, in every lane, until nothing is left."""
        done = await self._drained_all()
        if expired := await self._expired():  # what stood behind it may go now
            done += await self._drained_all()
        return _report(done, expired=expired)

    async def drain_all_of(self, lane_id: str) -> DeliverReport:
        """Send everything that may be sent now in one lane, as a command does beside others that send."""
        expired = await self._expired()
        done, more = await self._drain(lane_id)
        while more and not self._tools.stopping.is_set():
            came, more = await self._drain(lane_id)
            done.update(came)
        return _report(done, expired=expired)

    async def sweep(self, wake: Callable[[str, Sequence[str]], Awaitable[None]]) -> int:
        """Wake every lane that is due and that nobody drains, whatever became of earlier hints; how many."""
        lanes = [lane_id for lane_id in await self._due() if lane_id not in self._in_flight.lanes]
        if lanes:
            await wake("lane", lanes)
        await self._expired()  # last: whoever writes for long keeps it waiting, and must not keep the lanes
        return len(lanes)

    async def expire(self) -> int:
        """Give up what waited past its catch-up window; how many messages."""
        return len(await self._tools.store.expire(self._tools.clock.now()))

    async def tell(self) -> int:
        """Tell the notices nobody was told yet; how many."""
        return await tell_untold(self._tools.store, self._tools.adapters, self._tools.clock)

    async def has_to_tell(self) -> bool:
        """Whether there are notices that can be told here."""
        return bool(await untold(self._tools.store, self._tools.adapters))

    async def run(self, stop: asyncio.Event) -> None:
        """Renew the leases in the background until told to stop; the lanes are released by `stop`."""
        renewing = asyncio.create_task(supervised("leases", self._tools.leases.keep))
        try:
            await stop.wait()
        finally:
            await end(renewing)

    async def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Start nothing else; what is on its way may finish within `seconds`, then every lane is released."""
        self._tools.stopping.set()
        for news in self._in_flight.lanes.values():
            news.set()
        if self._drains:
            _, late = await asyncio.wait(self._drains, timeout=seconds)
            await end(*late, seconds=END_SECONDS)

    async def _expired(self) -> int:
        """`expire`, left to the next time when somebody else has been writing for long."""
        try:
            return await self.expire()
        except StoreBusy as busy:
            log.warning("delivery.not_expired", reason=told(busy))
            return 0

    async def _drained_all(self) -> Counter[str]:
        done = Counter[str]()
        while lanes := await self._due():
            drains = await together(*(self._drain(lane_id) for lane_id in lanes))
            came = sum((counted for counted, _ in drains), Counter[str]())
            done.update(came)
            if not came:  # others are at it, or nothing can be recorded
                break
        return done

    async def _due(self) -> list[str]:
        """The lanes that are due and that this process can send in; the others are for those who can."""
        due = await self._tools.store.due_lanes(self._tools.clock.now(), settle=self._tools.settle)
        return [lane_id for lane_id in due if self._is_ours(lane_id)]

    def _is_ours(self, lane_id: str) -> bool:
        return platform_of(lane_id) in self._tools.adapters

    async def _drain(self, lane_id: str) -> tuple[Counter[str], bool]:
        """One drain; what came of the messages, and whether there is more to do."""
        lanes = self._in_flight.lanes
        if lane_id in lanes:  # woken twice in one process: whoever drains it already only looks again
            lanes[lane_id].set()
            return Counter(), False
        if self._tools.stopping.is_set() or not self._is_ours(lane_id):
            return Counter(), False
        news = lanes[lane_id] = asyncio.Event()
        task = asyncio.create_task(self._in_place(lane_id, news), name=f"drain {lane_id}")
        self._drains.add(task)
        task.add_done_callback(self._drains.discard)
        try:
            await asyncio.wait({task})
        finally:
            await end(task)
            lanes.pop(lane_id, None)
        if task.cancelled():  # `stop` waited long enough
            return Counter(), True
        return task.result()

    async def _in_place(self, lane_id: str, news: asyncio.Event) -> tuple[Counter[str], bool]:
        async with self._places:
            try:
                return await self._leased(lane_id, news)
            except StoreBusy as busy:  # the sweep comes back to it
                log.warning("lane.not_drained", lane=lane_id, reason=told(busy))
                return Counter(), False

    async def _leased(self, lane_id: str, news: asyncio.Event) -> tuple[Counter[str], bool]:
        tools = self._tools
        lease = await tools.leases.take(lane_id)
        if lease is None:
            return Counter(), False
        tools.reached(CrashPoint.AFTER_LEASE)
        lane = await self._opened(lease, news)
        if lane is None:
            return Counter(), False
        try:
            if not lease.lane.paused and lane.pacer.blocked_for() == 0:
                await drained(lane)
                tools.reached(CrashPoint.BEFORE_RELEASE)
        except (Exception, asyncio.CancelledError):
            await self._released(lane)
            raise
        except BaseException:
            tools.leases.forget(lease)
            raise
        await self._released(lane)
        _told(lane)
        return lane.done, lane.more

    async def _opened(self, lease: Lease, news: asyncio.Event) -> OpenLane | None:
        """The lane, ready to be drained; None, and given back, when its adapter says nothing sensible about it."""
        tools, platform = self._tools, lease.lane.platform
        try:
            return OpenLane(
                tools=tools,
                lease=lease,
                adapter=tools.adapters[platform],
                news=news,
                turn_seconds=self._turn_seconds,
                crowded=self._places.locked,
            )
        except Exception as error:  # noqa: BLE001 - an adapter may be a stranger's
            log.error("lane.not_opened", lane=lease.lane.id, code=code_of(error), reason=told(error))  # noqa: TRY400 - one line
            await tools.leases.release(lease, tat=None, blocked_until=None)
            return None

    async def _released(self, lane: OpenLane) -> None:
        lane.forget_rests()
        blocked = lane.pacer.blocked_for()
        await self._tools.leases.release(
            lane.lease, tat=self._in(lane.pacer.next_in()), blocked_until=self._in(blocked)
        )

    def _in(self, seconds: float) -> datetime | None:
        return self._tools.clock.now() + timedelta(seconds=seconds) if seconds > 0 else None


def _report(done: Counter[str], *, expired: int = 0) -> DeliverReport:
    return DeliverReport(**{name: done[name] for name in REPORTED if name != "expired"}, expired=expired)


def _told(lane: OpenLane) -> None:
    done = {name: number for name, number in lane.done.items() if name}
    if done:
        log.info("lane.drained", lane=lane.lease.lane.id, more=lane.more, **done)


async def deliver_due(
    store: Store,
    adapters: Mapping[str, ChatAdapter],
    *,
    clock: Clock,
    settle: timedelta = SETTLE,
    jitter: Callable[[], float] = _RANDOM.random,
    reached: Reached = nothing,
) -> DeliverReport:
    """Send everything that may be sent now; one bad destination never stops the others."""
    sender = Sender(store, adapters, clock=clock, settle=settle, jitter=jitter, reached=reached)
    return await sender.drain_due()
