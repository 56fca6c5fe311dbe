"""The ticker: APScheduler wakes the jobs, the store decides what is due.

No digest hangs on a timer. Every job reads what is due from the tables, so a tick that is lost, late or repeated
costs nothing: the next one does what it left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import PaperRoundError
from bot.ports import ChatAdapter, Clock, Source
from bot.storage.store import Store
from bot.storage.upkeep import KEEP_DAYS

from .deliver import deliver_due
from .ingest import ingest
from .plan import plan_due
from .prune import prune

log = structlog.get_logger()

SWEEP_SECONDS = 5
GRACE_SECONDS = 10.0  # what is being sent when the bot stops may finish
# Late is better than never, once is enough, and one at a time.
ALWAYS_ONCE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@dataclass(kw_only=True, slots=True)
class Rounds:
    """The jobs of one process; each can be run at any moment, any number of times."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    sources: Callable[[], Awaitable[Sequence[Source]]]  # made anew each time: feeds and categories change
    clock: Clock
    keep_days: int = KEEP_DAYS  # how long what is long finished is kept
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _stopping: bool = False
    _pruned: date | None = None

    async def tick(self) -> None:
        """Plan what is due, and have it sent; a slow platform never delays the next planning."""
        await plan_due(self.store, clock=self.clock)
        self.start("sweep", self.sweep)

    async def sweep(self) -> None:
        """Send what may be sent; a second sweep waits for the first."""
        async with self._sending:
            await deliver_due(self.store, self.adapters, clock=self.clock)

    async def fetch(self) -> None:
        """Ask every source."""
        await ingest(self.store, await self.sources(), clock=self.clock)

    async def tidy(self) -> None:
        """Put right what a wrong clock left, and prune once a day; what failed is tried again within the hour."""
        now = self.clock.now()
        await self.store.regain_due(now)
        today = now.astimezone(UTC).date()
        if self._pruned == today:
            return
        await prune(self.store, clock=self.clock, keep_days=self.keep_days)
        await self.store.cron_run("prune", today.isoformat(), "scheduler", now)
        self._pruned = today

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a job in the background, unless it is still running; its failure is logged and ends nothing else."""
        if self._stopping:
            return
        if name not in self._running or self._running[name].done():
            self._running[name] = asyncio.create_task(_supervised(name, work), name=name)

    async def finish(self) -> None:
        """Let what runs come to its end, within the grace period; sending goes first, and nothing new starts."""
        self._stopping = True
        tasks = [task for task in self._running.values() if not task.done()]
        for task in tasks:
            if task.get_name() not in {"tick", "sweep"}:
                task.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def run_schedule(rounds: Rounds, *, ingest_every: timedelta = timedelta(hours=1)) -> None:
    """Run the jobs until cancelled; the first ticks come at once, the first ingest after `ingest_every`."""
    await rounds.store.recover()
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=ALWAYS_ONCE)
    jobs = (
        ("tick", rounds.tick, CronTrigger(second=0, timezone=UTC)),
        ("sweep", rounds.sweep, IntervalTrigger(seconds=SWEEP_SECONDS, timezone=UTC)),
        (
            "ingest",
            rounds.fetch,
            IntervalTrigger(seconds=int(ingest_every.total_seconds()), timezone=UTC),
        ),
        ("prune", rounds.tidy, IntervalTrigger(hours=1, timezone=UTC)),
    )
    for name, work, trigger in jobs:
        scheduler.add_job(_starter(rounds, name, work), trigger, id=name)
    scheduler.start()
    try:
        for name, work in (("tick", rounds.tick), ("prune", rounds.tidy)):
            rounds.start(name, work)
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
        await rounds.finish()


def _starter(rounds: Rounds, name: str, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def start() -> (
        None
    ):  # a coroutine, so that APScheduler calls it on the event loop and not in a thread
        rounds.start(name, work)

    return start


async def _supervised(name: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except PaperRoundError as error:
        log.warning("job.failed", job=name, code=error.code, reason=str(error))
    except Exception:
        log.exception("job.failed", job=name)
