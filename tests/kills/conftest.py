"""Real kill -9: senders forked from a process that imported everything, the far side in this one."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.app.clock import SystemClock
from bot.domain.delivery import SlotState, Status
from bot.domain.query import parse
from bot.domain.schedule import next_due
from bot.domain.subscription import Address, Destination, Schedule
from bot.storage import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.platforms import (
    FakeDiscord,
    FakePlatform,
    FakeSlack,
    FakeSmtp,
    Faults,
    Slow,
    Verdict,
    expected,
    judge,
    serve,
)
from bot.testing.zygote import Zygote, zygote
from jobs.plan import plan_due

ZYGOTE = Path(__file__).with_name("zygote.py")
SETTLE = 0.2  # seconds
LATE = Slow(before=0.05)  # accepted when its sender may be dead; well within the settle delay
ANSWERS = Slow(before=0.002, after=0.002)
PG_LEASE, SQLITE_LEASE = 0.5, 30.0
CHANNELS, PARTS = 8, 2
KILLED = -signal.SIGKILL
LEFT = (Status.PENDING, Status.SENDING, Status.UNCERTAIN, Status.HELD)

LINES: list[str] = []  # of figures, for the end of the run
BLIND = "slack without history"
PLATFORMS: dict[str, Callable[..., FakePlatform]] = {
    "slack": FakeSlack,
    BLIND: lambda **settings: FakeSlack(history=False, **settings),
    "discord": FakeDiscord,
    "smtp": FakeSmtp,
}


@dataclass(kw_only=True)
class Kills:
    """One platform, one database, and senders that are killed one after the other."""

    name: str
    url: str
    socket: Path
    platform: FakePlatform
    store: Store
    zygote: Zygote
    chance: Random
    clock: FakeClock = field(default_factory=lambda: FakeClock(tomorrow()))
    channels: dict[int, str] = field(default_factory=dict)
    papers: int = 0
    kills: int = 0
    replayed: int = 0
    started: float = field(default_factory=time.monotonic)

    async def settle_in(self, channels: int = CHANNELS) -> None:
        """Make the destinations, each subscribed to the day's papers at nine."""
        for number in range(channels):
            made = await self._destination(f"C{number}")
            self.channels[made.id] = made.address.channel

    async def lists(self, papers: int = PARTS) -> None:
        """Have a source list a day's papers; a part of the digest for each."""
        day = self.clock.now().date()
        numbers = range(self.papers + 1, self.papers + papers + 1)
        self.papers += papers
        listings = [
            make_listing(rank, facts=make_facts(number, title=f"knitting {number}"), day=day)
            for rank, number in enumerate(numbers, start=1)
        ]
        await self.store.add_batch(make_batch(*listings, day=day), now=self.clock.now())

    async def next_day(self) -> None:
        """A digest for everybody, planned and not sent."""
        await self.lists()
        self.clock.advance(timedelta(hours=3))
        report = await plan_due(self.store, clock=self.clock)
        assert report.planned == len(self.channels)
        self.clock.advance(timedelta(hours=21))

    async def start(
        self, *, point: str = "", visit: int = 0, plan_at: datetime | None = None, settle: float = SETTLE
    ) -> int:
        """Start a sender, which dies by itself at the n-th visit of a crash point."""
        job = {
            "url": self.url,
            "socket": str(self.socket),
            "platform": self.platform.platform,
            "concurrency": self.platform.limits.concurrency,
            "settle": settle,
            "lease": SQLITE_LEASE if self.url.startswith("sqlite") else PG_LEASE,
            "point": point,
            "visit": visit,
            "plan_at": plan_at.isoformat() if plan_at else "",
        }
        return await self.zygote.fork(job)

    async def kill_once(self) -> None:
        """Let a sender send a little, then end it with SIGKILL at a random moment."""
        ended = await self.ended_by(signal.SIGKILL)
        assert ended in {KILLED, 0}, f"the sender ended with {ended}"
        self.kills += ended == KILLED

    async def ended_by(self, what: signal.Signals) -> int:
        """Start a sender with enough to do and signal it at a random moment; how it ended."""
        await self.top_up()
        pid = await self.start()
        await self._moment(at_any_time=what is signal.SIGKILL)
        os.kill(pid, what)
        return await self.zygote.end(pid)

    async def top_up(self) -> None:
        """Never let a sender run out of work; and be the person who looks after held messages."""
        await self.replay_held()
        waiting = await self.store.deliveries(status=(Status.PENDING, Status.UNCERTAIN), limit=100)
        if len(waiting) < CHANNELS * PARTS // 2:
            await self.next_day()

    async def replay_held(self) -> None:
        """Twice nobody could tell: a person decides that it is sent again."""
        for held in await self.store.deliveries(status=Status.HELD, limit=100):
            await self.store.replay(held.key, datetime.now(UTC))
            self.replayed += 1

    async def finish(self) -> None:
        """Let senders send everything that is left."""
        while await self.store.deliveries(status=LEFT, limit=1):
            await self.replay_held()
            assert await self.zygote.end(await self.start()) == 0

    async def verdict(self) -> Verdict:
        """What arrived, against all there is in the ledger; every slot must have been sent."""
        deliveries = await self.store.deliveries(limit=10**7)
        assert {one.status for one in deliveries} == {Status.SENT}
        for destination in self.channels:
            slots = await self.store.slots(destination, limit=10**6)
            assert slots
            assert {slot.state for slot in slots} == {SlotState.SENT}
        assert await self.store.check() == ()
        return judge(self.platform, expected(deliveries, self.channels))

    async def judged(self, lost_answers: int = 0) -> Verdict:
        """The verdict, which must be without fault; only who cannot be asked may get copies, marked, one per kill."""
        verdict = await self.verdict()
        assert verdict.kept, verdict
        forgivable = self.kills + lost_answers if self.name == BLIND else 0
        assert len(verdict.marked) <= forgivable, verdict
        return verdict

    def told(self, verdict: Verdict, folder: Path, **figures: object) -> None:
        """One line of figures: printed at the end, and written where docs/soak.md is made from."""
        figures = {
            "database": self.url.partition(":")[0],
            "adapter": self.name,
            **figures,
            "messages": verdict.arrived,
            "lost": len(verdict.lost),
            "repeated": len(verdict.repeated),
            "repeated, marked": len(verdict.marked),
            "out of order": len(verdict.overtaken),
            "seconds": round(time.monotonic() - self.started, 1),
        }
        line = json.dumps(figures)
        LINES.append(line)
        with (Path(os.environ.get("SOAK_FOLDER", folder)) / "kills.jsonl").open("a") as file:
            file.write(f"{line}\n")

    async def _destination(self, channel: str) -> Destination:
        now, schedule = self.clock.now(), Schedule()
        made = await self.store.ensure_destination(
            Address(platform=self.platform.platform, workspace="T1", channel=channel),
            name=f"#{channel}",
            schedule=schedule,
            next_due_at=next_due(schedule, now)[1],
            now=now,
        )
        await self.store.subscribe(made.id, parse("knitting").canonical, created_by="ada", now=now)
        return made

    async def _moment(self, *, at_any_time: bool) -> None:
        """Mostly within a send: a few milliseconds after some request came in; else whatever it is doing by then."""
        aim = len(self.platform.requests) + self.chance.randint(1, 6)
        give_up = time.monotonic() + (self.chance.uniform(0.1, 0.6) if at_any_time else 60.0)
        while len(self.platform.requests) < aim and time.monotonic() < give_up:  # noqa: ASYNC110 - a fake has no event
            await asyncio.sleep(0.001)
        await asyncio.sleep(self.chance.uniform(0.0, 0.008))


def tomorrow() -> datetime:
    """Six o'clock: digests of days to come are sent at once, and none of them is late."""
    return datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, whatever was captured."""
    for line in LINES:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def senders_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the senders logged."""
    path = tmp_path_factory.mktemp("kills") / "senders.log"
    path.touch()
    return path


@pytest.fixture(scope="session")
def forks(senders_log: Path) -> Iterator[Zygote]:
    """A process that forks senders."""
    with zygote(ZYGOTE, senders_log) as made:
        yield made


@pytest.fixture(autouse=True)
def shown(senders_log: Path) -> Iterator[None]:
    """When a test fails, the end of what its senders logged is shown."""
    before = senders_log.stat().st_size
    yield
    sys.stdout.write(senders_log.read_bytes()[before:][-4000:].decode(errors="replace"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with nothing in it."""
    path = tmp_path_factory.mktemp("kills") / "paperround.db"
    Store.open_now(f"sqlite:///{path}").database.close_now()
    return path


@pytest.fixture
def url(request: pytest.FixtureRequest, empty: Path, tmp_path: Path) -> str:
    """A database: SQLite's unless the test is parametrised `indirect` with "postgres"."""
    if getattr(request, "param", "sqlite") == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{shutil.copy(empty, tmp_path)}"


@pytest.fixture
def begin(url: str, forks: Zygote) -> Callable[..., Any]:
    """Begins a run against a platform: `async with begin("slack", faults) as kills`."""

    @asynccontextmanager
    async def begun(name: str, faults: Faults | None = None, *, seed: int = 1) -> AsyncIterator[Kills]:
        usual = Faults(seed=seed).sometimes(LATE, chance=0.2).sometimes(ANSWERS, chance=0.7)
        platform = PLATFORMS[name](clock=SystemClock(), faults=faults or usual, papers_per_part=1)
        with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
            socket = Path(folder) / "s"
            async with await Store.open(url) as store, serve(platform, socket):
                kills = Kills(
                    name=name,
                    url=url,
                    socket=socket,
                    platform=platform,
                    store=store,
                    zygote=forks,
                    chance=Random(seed),
                )
                await kills.settle_in()
                yield kills

    return begun
