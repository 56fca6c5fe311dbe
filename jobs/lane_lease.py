"""Leases: which lanes this process may send in, and until when it may believe so.

The table decides by the database's own clock. Here the deadline is counted from before the statement was sent, on a
clock that goes on while the machine sleeps, so a process that was frozen knows by itself that its time is over.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.delivery import Lane
from bot.errors import StoreBusy
from bot.ports import Clock
from bot.storage.store import Store

log = structlog.get_logger()

LEASE_SECONDS = 30.0
RETRY_SECONDS = 1.0  # between two tries to renew while the database is away


@dataclass(slots=True)
class Lease:
    """One lane, ours until a moment on the monotonic clock."""

    lane: Lane
    until: float
    lost: bool = False


class Leases:
    """Every lease of one process; they are renewed together."""

    def __init__(self, store: Store, *, owner: str, clock: Clock, seconds: float = LEASE_SECONDS) -> None:
        self.owner = owner
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._held: dict[str, Lease] = {}
        self._renewing = asyncio.Lock()

    async def take(self, lane_id: str) -> Lease | None:
        """Take a lane, None when another's lease is running; what was `sending` in it is `uncertain` from then on."""
        until = self._clock.monotonic() + self._seconds
        lane = await self._store.take_lane(lane_id, owner=self.owner, seconds=self._seconds)
        if lane is None:
            return None
        self._held[lane_id] = Lease(lane=lane, until=until)
        return self._held[lane_id]

    def lasts(self, lease: Lease) -> bool:
        """Whether it is certainly still ours: asked right before every call to a platform."""
        return not lease.lost and self._clock.monotonic() < lease.until

    async def kept(self, lease: Lease) -> bool:
        """`lasts`, renewed first when half of it is gone, as when nobody renews in the background."""
        if not lease.lost and self._clock.monotonic() > lease.until - self._seconds / 2:
            await self._renew_once(lease)
        return self.lasts(lease)

    async def checked(self, lease: Lease) -> bool:
        """`lasts`, after asking the table; a busy store is no answer, then what was known holds."""
        try:
            await self.renew()
        except StoreBusy as busy:
            log.warning("lane.not_renewed", reason=str(busy))
        return self.lasts(lease)

    async def renew(self) -> None:
        """Renew every lease in one statement; those somebody else took meanwhile are lost. Raises StoreBusy."""
        held = dict(self._held)
        if not held:
            return
        until = self._clock.monotonic() + self._seconds
        mine = await self._store.renew_lanes(tuple(held), owner=self.owner, seconds=self._seconds)
        for lane_id, lease in held.items():
            if lane_id in mine:
                lease.until = until
            elif not lease.lost:
                lease.lost = True
                log.warning("lane.lost", lane=lane_id)

    async def keep(self) -> None:
        """Renew for ever, every third of a lease."""
        while True:
            wait = self._seconds / 3
            try:
                await self.renew()
            except StoreBusy as busy:
                log.warning("lane.not_renewed", reason=str(busy))
                wait = RETRY_SECONDS
            await asyncio.sleep(wait)  # leases run out by the database's clock, which is no clock of a test

    async def release(self, lease: Lease, *, tat: datetime | None, blocked_until: datetime | None) -> None:
        """Give a lane back with its pace, unless it is not ours any more; a busy store lets the lease run out."""
        self.forget(lease)
        if lease.lost:
            return
        try:
            await self._store.release_lane(
                lease.lane.id, owner=self.owner, tat=tat, blocked_until=blocked_until
            )
        except StoreBusy as busy:
            log.warning("lane.not_released", lane=lease.lane.id, reason=str(busy))

    def forget(self, lease: Lease) -> None:
        """Renew it no more."""
        if self._held.get(lease.lane.id) is lease:
            del self._held[lease.lane.id]

    async def _renew_once(self, lease: Lease) -> None:
        """For all who find it half gone at the same moment."""
        async with self._renewing:
            if not lease.lost and self._clock.monotonic() > lease.until - self._seconds / 2:
                await self.checked(lease)
