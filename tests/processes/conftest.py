"""Real processes on one database, their far side in this one."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from bot.app.clock import SystemClock
from bot.domain.delivery import Delivery, Status
from bot.domain.query import parse
from bot.domain.subscription import Address, Schedule
from bot.storage import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.http import FakeServer, reply
from bot.testing.platforms import FakeSlack, Verdict, expected, judge, serve
from bot.testing.postgres import NoPostgres, PostgresServer

SCRIPT = Path(__file__).with_name("process.py")
SLOW_MAIN = Path(__file__).with_name("slow_main.py")
LEFT = (Status.PENDING, Status.SENDING, Status.UNCERTAIN)
SETTLE = 2.0  # seconds; here the platform has what it took at once
SHORT_LEASE = 6.0
FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Looms</title><id>x</id>{entries}</feed>"""
ENTRY = """<entry><id>https://example.org/{n}</id><link href="https://example.org/{n}"/>
<title>On weaving looms, part {n}</title><published>{now}</published><author><name>Ada Example</name></author>
<summary>We study large language models. Part {n} is about weaving. It needs no needles.</summary></entry>"""


@dataclass
class Worker:
    """A process, and the owner it is in the lane table."""

    child: asyncio.subprocess.Process
    owner: str

    def send(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, if it still runs; how it ended."""
        if self.child.returncode is None:
            self.send(number)
        async with asyncio.timeout(120):
            return await self.child.wait()


@dataclass(kw_only=True)
class Fleet:
    """Any number of processes on one database, and one platform they all send to."""

    url: str
    engine: str
    socket: Path
    platform: FakeSlack
    store: Store
    server: PostgresServer | None = None
    workers: list[Worker] = field(default_factory=list)
    channels: dict[int, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def is_one_file(self) -> bool:
        return self.url.startswith("sqlite")

    async def settle_in(self, *, lanes: int, channels: int, papers: int = 1) -> None:
        """Make destinations that are due now: a part for each paper and a slot for each destination."""
        now = SystemClock().now()
        listings = [
            make_listing(rank, facts=make_facts(rank, title=f"knitting {rank}"), day=now.date())
            for rank in range(1, papers + 1)
        ]
        await self.store.add_batch(make_batch(*listings, day=now.date()), now=now)
        query, due = parse("knitting").canonical, now - timedelta(seconds=1)
        schedule = Schedule(
            at=due.time().replace(second=0, microsecond=0), tz="UTC", days=frozenset(range(7))
        )
        for number in range(lanes * channels):
            lane, channel = f"T{number % lanes}", f"T{number % lanes}/C{number}"
            address = Address(platform=self.platform.platform, workspace=lane, channel=channel)
            made = await self.store.ensure_destination(
                address, name=channel, schedule=schedule, next_due_at=due, now=now
            )
            await self.store.subscribe(made.id, query, created_by="ada", now=now)
            self.channels[made.id] = channel

    async def start(
        self, *, role: str = "all", rate: float = 2.0, lease: float | None = SHORT_LEASE, lose: int = 0
    ) -> Worker:
        """Start a process; it is ready when this returns."""
        job = {"url": self.url, "engine": self.engine, "socket": str(self.socket), "role": role}
        job |= {
            "platform": self.platform.platform,
            "rate": rate,
            "lease": lease,
            "lose": lose,
            "settle": SETTLE,
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), json.dumps(job), stdout=PIPE
        )
        assert child.stdout is not None
        async with asyncio.timeout(120):
            worker = Worker(child, (await child.stdout.readline()).decode().strip())
        assert worker.owner, "the process did not start"
        self.workers.append(worker)
        return worker

    async def ledger(self) -> tuple[Delivery, ...]:
        return await self.store.deliveries(limit=1_000_000)

    async def until_sent(self, part: float, *, seconds: float = 120.0) -> None:
        """Wait until so much of what is to arrive has, in messages by channel."""
        await self.until(lambda: len(self.platform.messages) >= part, seconds=seconds)

    async def until_over(self, *, seconds: float = 240.0) -> None:
        """Wait until every slot was planned and nothing is left to do."""

        async def over() -> bool:
            if len(self.platform.messages) < len(self.channels):
                return False
            return not await self.store.deliveries(status=LEFT, limit=1)

        await self.until(over, seconds=seconds)

    async def until(self, true: Callable[[], object], *, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while True:
                came = true()
                if await came if asyncio.iscoroutine(came) else came:
                    return
                await asyncio.sleep(0.1)

    async def verdict(self) -> Verdict:
        """What readers would complain about; every slot there is, once and in order."""
        ledger = await self.ledger()
        found = judge(self.platform, expected(ledger, self.channels))
        spent = time.monotonic() - self.started
        self.note(f"{self.engine} on {self.url.partition(':')[0]}, {spent:.0f} s: {found}")
        assert {one.destination_id for one in ledger} == set(self.channels)
        assert {one.status for one in ledger} == {Status.SENT}
        return found

    def note(self, figures: str) -> None:
        """For whoever runs this with -s."""
        sys.stdout.write(f"\n{figures}\n")

    async def stop(self) -> None:
        for worker in self.workers:
            if worker.child.returncode is None:
                worker.send(signal.SIGCONT)
                worker.send(signal.SIGKILL)
                await worker.child.wait()


async def fleet_on(url: str, engine: str, server: PostgresServer | None = None) -> AsyncIterator[Fleet]:
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        platform, socket = FakeSlack(clock=SystemClock()), Path(folder) / "chat"
        async with serve(platform, socket), await Store.open(url) as store:
            fleet = Fleet(
                url=url, engine=engine, socket=socket, platform=platform, store=store, server=server
            )
            try:
                yield fleet
            finally:
                await fleet.stop()


@pytest.fixture
async def fleet(postgres_url: str) -> AsyncIterator[Fleet]:
    """On a PostgreSQL that stays up."""
    async for one in fleet_on(postgres_url, "procrastinate"):
        yield one


@pytest.fixture(params=["embedded/sqlite", "embedded/postgres", "procrastinate/postgres"])
async def conforming(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Each engine on each database it is for; its PostgreSQL is its own, to be stopped."""
    engine, _, database = request.param.partition("/")
    if database == "sqlite":
        async for one in fleet_on(f"sqlite:///{tmp_path / 'papers.db'}", engine):
            yield one
        return
    try:
        server = PostgresServer()
    except NoPostgres as reason:
        pytest.skip(str(reason))
    with server:
        async for one in fleet_on(server.empty(), engine, server):
            yield one


@pytest.fixture
def stopwatch() -> Callable[[], float]:
    """Seconds since the test began, for whoever runs it with -s."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.fixture
def slowly() -> Callable[[str], tuple[str, ...]]:
    """The program of a bot whose database takes so many seconds for everything."""
    return lambda seconds: (str(SLOW_MAIN), seconds, "run")


@pytest.fixture
async def looms() -> AsyncIterator[Mapping[str, str]]:
    """The settings of a bot whose only source is a feed of five papers of today."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = "".join(ENTRY.format(n=n, now=now) for n in range(1, 6))
    async with FakeServer() as papers:
        feed = FEED.format(entries=entries).encode()
        papers.on("/feed.xml", reply(200, feed, content_type="application/atom+xml"))
        yield {
            "PAPERROUND_SOURCES": "feed",
            "PAPERROUND_FEEDS": papers.url("/feed.xml"),
            "PAPERROUND_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
