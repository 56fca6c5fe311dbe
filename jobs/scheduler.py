"""The ticker: APScheduler wakes the jobs, the store decides what is due.

No digest hangs on a timer. Every job reads what is due from the tables, so a tick that is lost, late or repeated
costs nothing: the next one does what it left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from .rounds import SWEEP, Rounds
from .tasks import end, supervised

SWEEP_SECONDS = 5
SWEEP_JITTER = 1  # processes that started together do not all look at once
LAST_SECONDS = 2.0  # for handlers to see that their lanes are released
# Late is better than never, once is enough, and one at a time.
ALWAYS_ONCE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}

Job = tuple[str, Callable[[], Awaitable[None]], BaseTrigger]


async def run_schedule(rounds: Rounds, *, plans: bool = True, works: bool = True) -> None:
    """Run the jobs until cancelled; then what is being sent is finished, within its time.

    A process that `plans` keeps the schedule, one that `works` sends and fetches. The first ticks come at once, the
    first ingest of a process that also works after `ingest_every`: it has asked its sources when it started.
    """
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=ALWAYS_ONCE)
    jobs = [*(_planning(rounds) if plans else ()), *(_working(rounds) if works else ())]
    for name, work, trigger in jobs:
        scheduler.add_job(_starter(rounds, name, work), trigger, id=name)
    if works:
        rounds.answer()
    stop = asyncio.Event()
    kept = [
        asyncio.create_task(supervised(name, partial(work, stop), until=stop), name=name)
        for name, work in (("engine", rounds.engine.run), ("sender", rounds.sender.run))
    ]
    scheduler.start()
    try:
        for name, work, _ in jobs:
            if name != "ingest" or not works:
                rounds.start(name, work)
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
        stop.set()
        await rounds.finish()
        await asyncio.wait(kept, timeout=LAST_SECONDS)
        await end(*kept)


def _planning(rounds: Rounds) -> tuple[Job, ...]:
    every = int(rounds.ingest_every.total_seconds())
    return (
        ("tick", rounds.tick, CronTrigger(second=0, timezone=UTC)),
        ("ingest", rounds.wake_sources, IntervalTrigger(seconds=every, timezone=UTC)),
        ("put right", rounds.put_right, IntervalTrigger(hours=1, timezone=UTC)),
    )


def _working(rounds: Rounds) -> tuple[Job, ...]:
    often = IntervalTrigger(seconds=SWEEP_SECONDS, jitter=SWEEP_JITTER, timezone=UTC)
    return (
        (SWEEP, rounds.sweep, often),
        ("tell", rounds.tell, CronTrigger(second=30, timezone=UTC)),
    )


def _starter(rounds: Rounds, name: str, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def start() -> (
        None
    ):  # a coroutine, so that APScheduler calls it on the event loop and not in a thread
        rounds.start(name, work)

    return start
