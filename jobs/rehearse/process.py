"""One process of the bot in a rehearsal: the real planning, sending and ingest over a scratch database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, cast

import structlog

from bot.errors import PaperRoundError, StoreBusy
from bot.ports import ChatAdapter, Source
from bot.storage.engine import Database
from bot.storage.store import Store
from jobs.crash import Reached
from jobs.deliver import Sender
from jobs.ingest import ingest
from jobs.plan import plan_due
from jobs.prune import prune

from .death import Life, MortalClock, MortalDatabase
from .press import Press, Printed
from .stage import TrueClock

log = structlog.get_logger()

SETTLE = timedelta(seconds=15)  # more than the latest late commit on the stage
LEASE_SECONDS = 3600.0  # leases count real time as well, and here a year passes in a minute


@dataclass(kw_only=True, slots=True)
class Busy:
    """A store that refuses the next so many calls."""

    calls: int = 0
    refused: int = 0

    def check(self) -> None:
        """Refuse, if it is to."""
        if self.calls > 0:
            self.calls -= 1
            self.refused += 1
            raise StoreBusy("The rehearsed database is in use.", fix="Try again in a moment.")


@dataclass(kw_only=True, slots=True)
class Newsroom:
    """Every paper by its day, and which source is down until when (true seconds)."""

    papers: Mapping[date, Sequence[Printed]]
    clock: TrueClock
    down_until: dict[str, float] = field(default_factory=dict)
    failed: int = 0  # fetches that failed
    thorough: bool = False  # whether they speak of days on which nothing changed

    async def sources(self, store: Store, names: Sequence[str]) -> list[Source]:
        """The sources as they are now."""
        known = await store.validators()
        now, tick = self.clock.now(), self.clock.monotonic()
        down = {name for name in names if self.down_until.get(name, 0.0) > tick}
        self.failed += len(down)
        return [
            Press(
                name,
                self.papers,
                now=now,
                known=known,
                trouble="timeout" if name in down else "",
                thorough=self.thorough,
            )
            for name in names
        ]


@dataclass(kw_only=True, slots=True)
class Process:
    """What runs until it is killed or stopped."""

    life: Life
    store: Store
    database: Database
    clock: MortalClock
    sender: Sender
    newsroom: Newsroom
    source_names: Sequence[str]
    failures: int = 0  # jobs that could not be done; whoever sees it tries again soon

    @classmethod
    async def start(  # noqa: PLR0913 - the parts of a bot
        cls,
        url: str,
        *,
        life: Life,
        clock: MortalClock,
        adapters: Mapping[str, ChatAdapter],
        newsroom: Newsroom,
        source_names: Sequence[str],
        busy: Busy,
        reached: Reached,
        chance: Random,
    ) -> Process:
        """Open the store as a new process finds it, and put right what the last one left."""
        store = await Store.open(url, durable=False)
        await store.clear_leases()
        await store.resume_lanes()
        database = store.database
        mortal = MortalDatabase(database, life, busy.check)
        store.database = cast("Any", mortal)  # from here on it ends with the process
        sender = Sender(
            store,
            adapters,
            clock=clock,
            settle=SETTLE,
            jitter=chance.random,
            reached=reached,
            lease_seconds=LEASE_SECONDS,
        )
        return cls(
            life=life,
            store=store,
            database=database,
            clock=clock,
            sender=sender,
            newsroom=newsroom,
            source_names=source_names,
        )

    async def turn(self, reached: Reached) -> None:
        """What a minute's tick and the sweeps after it do."""
        await self._job("tick", lambda: plan_due(self.store, clock=self.clock, reached=reached))
        await self._job("sweep", self.sender.drain_due)

    async def let_leases_end(self) -> bool:
        """End the leases that could not be given back, as time does; here it passes too quickly. Whether it was done."""
        return await self._job("leases", self.store.clear_leases)

    async def tell(self) -> None:
        """Tell people what they are to be told."""
        await self._job("tell", self.sender.tell)

    async def fetch(self) -> None:
        """Ask every source."""
        sources = await self.newsroom.sources(self.store, self.source_names)
        await ingest(self.store, sources, clock=self.clock)

    async def tidy(self) -> None:
        """Put right what a wrong clock left, and prune."""
        await self.store.regain_due(self.clock.now())
        await prune(self.store, clock=self.clock)

    async def fetch_safely(self) -> bool:
        """`fetch`; a failure is logged, as a scheduler does. Whether it was done."""
        return await self._job("ingest", self.fetch)

    async def tidy_safely(self) -> None:
        """`tidy`; a failure is logged, as a scheduler does."""
        await self._job("prune", self.tidy)

    async def stop(self) -> None:
        """End as a process that was asked to."""
        await self.sender.stop()

    async def bury(self) -> None:
        """Let go of the file; what a dead process had begun to write is kept or not before the next one looks."""
        await self.database.close()

    async def _job(self, name: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Do it; whether it could be done."""
        try:
            await work()
        except PaperRoundError as error:
            self.failures += 1
            log.warning("job.failed", job=name, code=error.code, reason=str(error))
        except Exception:
            self.failures += 1
            log.exception("job.failed", job=name)
        else:
            return True
        return False
