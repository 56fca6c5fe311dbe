"""Forks senders that die: each is a process of its own that opens the store, takes lanes and sends."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from bot.app.clock import SystemClock
from bot.domain.delivery import Status
from bot.ports import LaneLimits
from bot.storage import Store
from bot.testing import FakeClock
from bot.testing.platforms import RemoteChat
from bot.testing.zygote import serve_forks
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.plan import plan_due

UNFINISHED = (Status.PENDING, Status.SENDING, Status.UNCERTAIN)
LOOK_SECONDS = 0.02
MANY = 1000


class DiesAt:
    """A `Reached` that kills its own process at the n-th visit of a crash point."""

    def __init__(self, point: str, visit: int) -> None:
        self._point, self._left = point, visit

    def __call__(self, point: CrashPoint) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def work(job: SimpleNamespace) -> None:
    """Plan if told to, then deliver until nothing is left or SIGTERM asks to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    reached = DiesAt(job.point, job.visit)
    async with await Store.open(job.url, migrate=False) as store:
        if job.url.startswith("sqlite"):
            await store.clear_leases()
        if job.plan_at:
            await plan_due(store, clock=FakeClock(datetime.fromisoformat(job.plan_at)), reached=reached)
        await deliver(store, job, reached, stop)


async def deliver(store: Store, job: SimpleNamespace, reached: DiesAt, stop: asyncio.Event) -> None:
    limits = LaneLimits(rate_per_s=500.0, concurrency=job.concurrency)
    chat = RemoteChat(Path(job.socket), platform=job.platform, limits=limits, papers_per_part=1)
    sender = Sender(
        store,
        {job.platform: chat},
        clock=SystemClock(),
        settle=timedelta(seconds=job.settle),
        reached=reached,
        lease_seconds=job.lease,
    )
    renewing = asyncio.create_task(sender.run(stop))
    sending = asyncio.create_task(until_done(store, sender, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({sending, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await sender.stop()
    await asyncio.gather(sending, stopping, renewing)


async def until_done(store: Store, sender: Sender, stop: asyncio.Event) -> None:
    """What is uncertain is due when it has settled, so there is something to wait for."""
    while not stop.is_set() and await left(store):
        await sender.drain_due()
        await asyncio.sleep(LOOK_SECONDS)


async def left(store: Store) -> bool:
    """Whether anything is unfinished, other than behind a message that waits for a person."""
    held = {one.destination_id for one in await store.deliveries(status=Status.HELD, limit=MANY)}
    unfinished = await store.deliveries(status=UNFINISHED, limit=MANY)
    return any(one.destination_id not in held for one in unfinished)


if __name__ == "__main__":
    serve_forks(lambda job: asyncio.run(work(job)))
