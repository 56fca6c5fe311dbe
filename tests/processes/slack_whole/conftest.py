"""The real bot as a process of its own, Slack's stand-in in this one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

import bot as package
from bot.domain.query import parse
from bot.domain.subscription import Address, Schedule
from bot.storage import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.slack import Driver, SlackStandIn, Verdict, judge

# A private address is refused before anything is asked: every source fails at once, and nothing leaves the machine.
NOWHERE = "http://127.0.0.1:9"
WEAVING = 23  # papers, enough for three pages of a search
CALM = {
    "PAPERROUND_DATABASE_URL": "sqlite:///papers.db",
    "PAPERROUND_CHAT": "slack",
    "PAPERROUND_SOURCES": "huggingface",
    "PAPERROUND_HUGGINGFACE_URL": NOWHERE,
    "PAPERROUND_SETTLE_SECONDS": "0",
    "PAPERROUND_SPREAD_SECONDS": "0",
    "PAPERROUND_SECRET_KEY": "c3RhbmQtaW4gc3RhbmQtaW4gc3RhbmQtaW4gc3RhbmQ=",
}
MAIN = ("-m", "bot", "run")
SLOW_MAIN = Path(__file__).with_name("slow_main.py")
STARTING = 60.0  # seconds, on a busy machine


@dataclass(kw_only=True)
class Bot:
    """One folder in which the bot runs, is ended, and runs again."""

    folder: Path
    slack: SlackStandIn
    transport: str
    oauth: bool = False
    port: int = 0
    main: tuple[str, ...]
    more: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # what its `.env` says instead
    process: asyncio.subprocess.Process | None = None
    starts: int = 0

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'papers.db'}"

    def driver(self, workspace: object = None) -> Driver:
        return Driver(
            self.slack, transport=self.transport, url=f"{self.site}/slack/events", workspace=workspace
        )

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests but the path; the settings of a calm place, and Slack's."""
        served = {"PAPERROUND_WEB_PORT": str(self.port), "PAPERROUND_WEB_URL": self.site}
        whole = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "PYTHONPATH": str(Path(package.__file__).parents[1]),
            **CALM,
            **(served if self.transport == "http" or self.oauth else {}),
            **self.slack.environment(transport=self.transport, oauth=self.oauth),
            **self.more,
        }
        return {name: value for name, value in whole.items() if name not in self.without}

    async def start(self) -> None:
        """Start the process; it answers people when this returns."""
        self.starts += 1
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.main, cwd=self.folder, env=self.environment(), stdout=log, stderr=log
            )
        async with asyncio.timeout(STARTING):
            while not await self._answers():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        """Whether it is connected and serves what it is to serve."""
        assert self.process is not None
        assert self.process.returncode is None, self.said()
        if self.transport == "socket" and not self.slack.sockets.connections:
            return False
        return self.port == 0 or await self._serves("install" if self.oauth else "events?ssl_check=1")

    async def _serves(self, page: str) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.site}/slack/{page}", allow_redirects=False) as answer,
            ):
                return answer.status < 400
        except aiohttp.ClientError:
            return False

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it, if it still runs; how it ended."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(60):
            code = await self.process.wait()
        await self.slack.until(lambda: not self.slack.sockets.connections)
        return code

    async def again(self) -> None:
        """Restart it in good order."""
        assert await self.end() == 0, self.said()
        await self.start()

    def said(self) -> str:
        """What it wrote to its terminal."""
        return (self.folder / "bot.log").read_text(encoding="utf-8")[-4000:]

    async def papers(self, count: int = WEAVING, *, about: str = "weaving", first: int = 1) -> None:
        """Have papers of today in its store."""
        now = datetime.now(UTC)
        listings = [
            make_listing(
                number, facts=make_facts(number, title=f"On {about} looms, part {number}"), day=now.date()
            )
            for number in range(first, first + count)
        ]
        async with await Store.open(self.database) as store:
            await store.add_batch(make_batch(*listings, day=now.date()), now=now)

    async def make_due(self) -> None:
        """Let every digest be due since a moment ago."""
        due = datetime.now(UTC) - timedelta(seconds=1)
        schedule = Schedule(
            at=due.time().replace(second=0, microsecond=0), tz="UTC", days=frozenset(range(7))
        )
        async with await Store.open(self.database) as store:
            for one in await store.destinations():
                await store.update_destination(one.id, schedule=schedule, next_due_at=due)

    async def sent_all(self, *, seconds: float = 120.0) -> None:
        """Wait until digests were planned and nothing is left to send."""
        try:
            await self.slack.until(self.is_over, seconds=seconds)
        except TimeoutError:
            left = self.ask("SELECT status, count(*) FROM delivery GROUP BY status")
            pytest.fail(f"not all was sent: {left}\n{self.said()}")

    def is_over(self) -> bool:
        left = "SELECT count(*) FROM delivery WHERE status NOT IN ('sent', 'dead', 'cancelled')"
        return self.is_planned() and self.ask(left) == [(0,)]

    def is_planned(self) -> bool:
        """Whether every digest that was due has its messages."""
        due = "SELECT count(*) FROM destination WHERE next_due_at <= strftime('%s', 'now') * 1000000"
        return self.ask(due) == [(0,)] and self.ask("SELECT count(*) FROM delivery") != [(0,)]

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Ask its database."""
        with closing(sqlite3.connect(self.folder / "papers.db")) as db:
            return db.execute(question).fetchall()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


Running = Callable[..., object]


@pytest.fixture
def a_bot(tmp_path: Path) -> Running:
    """`async with a_bot("socket", rates=True) as bot:` - a stand-in and a bot that is not started yet."""

    @asynccontextmanager
    async def make(
        transport: str, *, oauth: bool = False, main: tuple[str, ...] = MAIN, **slack: object
    ) -> AsyncIterator[Bot]:
        folder = tmp_path / "bot"
        folder.mkdir()
        async with SlackStandIn(**slack) as stand_in:
            port = free_port() if transport == "http" or oauth else 0
            one = Bot(folder=folder, slack=stand_in, transport=transport, oauth=oauth, port=port, main=main)
            try:
                yield one
            finally:
                if one.process is not None and one.process.returncode is None:
                    one.process.kill()
                    await one.process.wait()

    return make


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, a_bot: Running) -> AsyncIterator[Bot]:
    """The bot of one workspace, over each way that events may come; the posting limit is enforced."""
    async with a_bot(request.param, rates=True) as one:
        yield one


@pytest.fixture
def verdict_of() -> Callable[[Bot], Verdict]:
    """What readers would complain about, with the slowest acknowledgement told to whoever runs this with -s."""

    def judged(one: Bot) -> Verdict:
        found, acks = judge(one.slack), one.slack.state.acks
        slowest = max((ack.seconds for ack in acks), default=0.0)
        sys.stdout.write(
            f"\n{one.transport}: {len(acks)} acknowledged, the slowest after {slowest:.2f} s; {found.posted} messages\n"
        )
        return found

    return judged


@pytest.fixture
def stopwatch() -> Callable[[], float]:
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.fixture
def digests_everywhere() -> Callable[..., object]:
    """Make so many channels whose digest is due now, of a few papers each; their ids."""

    async def make(one: Bot, count: int) -> list[str]:
        await one.papers(6)
        home, now = one.slack.home, datetime.now(UTC)
        due = now - timedelta(seconds=1)
        schedule = Schedule(
            at=due.time().replace(second=0, microsecond=0), tz="UTC", days=frozenset(range(7))
        )
        channels = [home.add_channel(f"loom-{number}", members=("bot", "ben")) for number in range(count)]
        async with await Store.open(one.database) as store:
            for channel in channels:
                address = Address(platform="slack", workspace=home.id, channel=channel.id)
                made = await store.ensure_destination(
                    address, name=f"#{channel.name}", schedule=schedule, next_due_at=due, now=now
                )
                await store.subscribe(
                    made.id, parse("weaving").canonical, created_by=home.person("ben").id, now=now
                )
        return [channel.id for channel in channels]

    return make


@pytest.fixture
def slowly() -> Callable[[str], tuple[str, ...]]:
    """The program of a bot whose database takes so many seconds for everything."""
    return lambda seconds: (str(SLOW_MAIN), seconds, "run")
