"""The rounds of one process: what its ticks and its wake-ups do.

Each can be run at any moment, any number of times, in any number of processes: it reads from the tables what is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import structlog

from bot.errors import PaperRoundError, StoreBusy
from bot.ports import Clock, Engine, Source
from bot.storage.store import Store
from bot.storage.upkeep import KEEP_DAYS

from .deliver import Sender
from .ingest import ingest
from .plan import plan_due
from .prune import prune
from .spread import SPREAD
from .tasks import end

log = structlog.get_logger()

LANE, INGEST, PRUNE = "lane", "ingest", "prune"  # the kinds of wake-ups
# Whoever won the minute may have died, or a clock may have been wrong: what is overdue by so much is anybody's.
OVERDUE = timedelta(minutes=2)
SWEEP = "sweep"
BUSY_TRIES, BUSY_SECONDS = 4, 1.0


@dataclass(kw_only=True, slots=True)
class Rounds:
    """The jobs of one process."""

    store: Store
    engine: Engine
    sender: Sender
    sources: Callable[[], Awaitable[Sequence[Source]]]  # made anew each time: feeds and categories change
    clock: Clock
    keep_days: int = KEEP_DAYS  # how long what is long finished is kept
    ingest_every: timedelta = timedelta(hours=1)
    spread: timedelta = SPREAD  # over how long the lanes of a crowd begin to send
    papers_first: asyncio.Event | None = (
        None  # nothing is planned before: today's digest needs today's papers
    )
    took: Callable[[str, float], object] = lambda _source, _seconds: None  # told how long each source took
    owner: str = field(default_factory=lambda: uuid4().hex)
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _fetching: set[asyncio.Task[object]] = field(default_factory=set)
    _stopping: bool = False
    _pruned: date | None = None

    def answer(self) -> None:
        """Have the engine bring wake-ups here."""
        for kind, handler in ((LANE, self.sender.drain), (INGEST, self.fetch), (PRUNE, self.tidy)):
            self.engine.handler(kind, handler)

    async def tick(self) -> None:
        """Plan what is due, once a minute over all processes, and wake the lanes that got something to send."""
        if self.papers_first:
            await self.papers_first.wait()
        now = self.clock.now()
        slot = f"{now:%Y-%m-%dT%H:%M}"
        if await self._is_mine("plan", slot) or await self._is_overdue(now):
            await self._plan()
            await self.store.cron_done("plan", slot, self.clock.now())
            await self.sweep()  # it wakes those that may begin now, and later those of a crowd

    async def sweep(self) -> None:
        """Wake every lane that has something to do and nobody who does it: no lost hint costs more than this."""
        await self.sender.sweep(self.engine.wake)

    async def tell(self) -> None:
        """Tell people what they have not been told, once a minute over all processes."""
        minute = f"{self.clock.now():%Y-%m-%dT%H:%M}"
        if await self.sender.has_to_tell() and await self._is_mine("tell", minute):
            await self.sender.tell()

    async def wake_sources(self) -> None:
        """Have every source asked, once in `ingest_every` over all processes."""
        now, every = self.clock.now().timestamp(), self.ingest_every.total_seconds()
        slot = datetime.fromtimestamp(now - now % every, UTC)
        if await self._is_mine(INGEST, f"{slot:%Y-%m-%dT%H:%M:%S}"):
            await self.engine.wake(INGEST, [source.name for source in await self.sources()])

    async def put_right(self) -> None:
        """Put right what a wrong clock left, and have old things pruned; a pruning that failed is tried again."""
        now = self.clock.now()
        await self.store.regain_due(now)
        await self.store.forget_runs_ahead(now)
        if await self._is_mine(PRUNE, f"{now:%Y-%m-%dT%H}"):
            await self.engine.wake(PRUNE, [now.date().isoformat()])

    async def fetch(self, name: str) -> bool:
        """Ask one source; a bot that stops does not wait for it."""
        asked = [source for source in await self.sources() if source.name == name]
        if self._stopping:
            return True
        fetching: asyncio.Task[object] = asyncio.create_task(ingest(self.store, asked, clock=self.clock))
        began = self.clock.monotonic()
        self._fetching.add(fetching)
        fetching.add_done_callback(self._fetching.discard)
        await asyncio.wait({fetching})
        self.took(name, self.clock.monotonic() - began)
        if not fetching.cancelled():
            fetching.result()
        return False

    async def tidy(self, _day: str) -> bool:
        """Forget what is long finished, once a day in each process that is asked."""
        today = self.clock.now().date()
        if self._pruned != today:
            await prune(self.store, clock=self.clock, keep_days=self.keep_days)
            self._pruned = today
        return False

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a job in the background, unless it is still running; its failure is logged and ends nothing else."""
        if self._stopping:
            return
        if name not in self._running or self._running[name].done():
            self._running[name] = asyncio.create_task(_supervised(name, work), name=name)

    async def finish(self) -> None:
        """Begin nothing new; what is being sent is finished, what is being fetched is left."""
        self._stopping = True
        await end(*self._running.values(), *self._fetching)
        await self.sender.stop()

    async def _plan(self) -> None:
        """Plan, and be patient: who won the minute and gave up would leave it to the next."""
        for _ in range(BUSY_TRIES):
            try:
                await plan_due(self.store, clock=self.clock, spread=self.spread)
            except StoreBusy as busy:
                log.warning("plan.waits", reason=str(busy))
                await asyncio.sleep(BUSY_SECONDS)
            else:
                return
        await plan_due(self.store, clock=self.clock, spread=self.spread)

    async def _is_mine(self, name: str, slot: str) -> bool:
        return await self.store.cron_run(name, slot, self.owner, self.clock.now())

    async def _is_overdue(self, now: datetime) -> bool:
        return bool(await self.store.due(now - OVERDUE, limit=1))


async def _supervised(name: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except PaperRoundError as error:
        log.warning("job.failed", job=name, code=error.code, reason=str(error))
    except Exception:
        log.exception("job.failed", job=name)
