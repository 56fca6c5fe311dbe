"""Forks senders that die: everything is imported once, and each child is a process that opens the store itself.

Lines come in and go out: `fork {job}` is answered by the child's pid, `end PID` by how it ended. A child that ended is
not reaped before it is asked for, so its pid is nobody else's meanwhile and may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from bot.app.clock import SystemClock
from bot.domain.delivery import Status
from bot.ports import LaneLimits
from bot.storage import Store
from bot.testing import FakeClock
from bot.testing.platforms import RemoteChat
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.plan import plan_due

UNFINISHED = (Status.PENDING, Status.SENDING, Status.UNCERTAIN)
LOOK_SECONDS = 0.02


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
    while not stop.is_set() and await store.deliveries(status=UNFINISHED, limit=1):
        await sender.drain_due()
        await asyncio.sleep(LOOK_SECONDS)


def child(job: SimpleNamespace) -> int:
    """Run a job in the forked process; its stdout is not for what is logged."""
    os.dup2(2, 1)
    try:
        asyncio.run(work(job))
    except BaseException:  # noqa: BLE001 - whatever it is, the forked process must end here
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def forked(job: SimpleNamespace) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(child(job))
    return pid


def main() -> None:
    """Answer line by line until there are no more."""
    while line := sys.stdin.readline():
        verb, _, argument = line.strip().partition(" ")
        if verb == "fork":
            answer = forked(SimpleNamespace(**json.loads(argument)))
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(argument), 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
