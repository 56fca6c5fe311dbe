"""The real bot as a process of its own, in a folder of its own; a chat's tests say how it is told of their stand-in."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bot as package
from bot.domain.query import parse
from bot.domain.subscription import Address, Schedule
from bot.storage import Store

from .builders import make_batch, make_facts, make_listing

# A private address is refused before anything is asked: every source fails at once, and nothing leaves the machine.
NOWHERE = "http://127.0.0.1:9"
WEAVING = 23  # papers, enough for three pages of a search
CALM = {
    "PAPERROUND_DATABASE_URL": "sqlite:///papers.db",
    "PAPERROUND_SOURCES": "huggingface",
    "PAPERROUND_HUGGINGFACE_URL": NOWHERE,
    "PAPERROUND_SETTLE_SECONDS": "0",
    "PAPERROUND_SPREAD_SECONDS": "0",
    "PAPERROUND_SECRET_KEY": "c3RhbmQtaW4gc3RhbmQtaW4gc3RhbmQtaW4gc3RhbmQ=",
}
MAIN = ("-m", "bot", "run")
STARTING = ENDING = 60.0  # seconds, on a busy machine


@dataclass(kw_only=True)
class WholeBot:
    """One folder in which the bot runs, is ended, and runs again."""

    folder: Path
    main: tuple[str, ...] = MAIN
    more: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # what its `.env` says instead
    process: asyncio.subprocess.Process | None = None
    starts: int = 0

    def of_chat(self) -> Mapping[str, str]:
        """The settings by which it finds the stand-in."""
        raise NotImplementedError

    async def answers(self) -> bool:
        """Whether it is connected and serves what it is to serve."""
        raise NotImplementedError

    def is_gone(self) -> bool:
        """Whether the stand-in noticed that it ended."""
        raise NotImplementedError

    async def until(self, true: Callable[[], object], *, seconds: float = 20.0) -> None:
        """Wait until something is so, or raise TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - anything at all may be waited for
                await asyncio.sleep(0.01)

    @property
    def database(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.folder / 'papers.db'}"

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests but the path; the settings of a calm place, and the chat's."""
        whole = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "PYTHONPATH": str(Path(package.__file__).parents[1]),
            **CALM,
            **self.of_chat(),
            **self.more,
        }
        return {name: value for name, value in whole.items() if name not in self.without}

    async def start(self) -> None:
        """Start the process; it answers people when this returns."""
        await self.launch()
        async with asyncio.timeout(STARTING):
            while not await self._is_up():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def launch(self) -> None:
        """Start the process, and wait for nothing: it may well die before it answers anybody."""
        self.starts += 1
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.main, cwd=self.folder, env=self.environment(), stdout=log, stderr=log
            )

    async def _is_up(self) -> bool:
        if self.process is None or self.process.returncode is not None:
            raise AssertionError(self.said())
        return await self.answers()

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it, if it still runs; how it ended."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def ended(self, *, within: float = ENDING) -> int:
        """Wait for its end; how it ended."""
        if self.process is None:
            raise AssertionError("it was never started")
        async with asyncio.timeout(within):
            code = await self.process.wait()
        await self.until(self.is_gone)
        return code

    async def again(self) -> None:
        """Restart it in good order."""
        if await self.end() != 0:
            raise AssertionError(self.said())
        await self.start()

    async def cleared_away(self) -> None:
        """Leave nothing of it running."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def said(self) -> str:
        """What it wrote to its terminal."""
        return (self.folder / "bot.log").read_text(encoding="utf-8")[-4000:]

    async def papers(
        self, count: int = WEAVING, *, about: str = "weaving", first: int = 1, days_ago: int = 0
    ) -> None:
        """Have papers of today, or of a day before, in its store."""
        now = datetime.now(UTC) - timedelta(days=days_ago)
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
        schedule, due = _since_now()
        async with await Store.open(self.database) as store:
            for one in await store.destinations():
                await store.update_destination(one.id, schedule=schedule, next_due_at=due)

    async def follow(self, places: Iterable[tuple[Address, str]], *, by: str) -> None:
        """Have these places follow the papers that `papers` makes; their digests are due since a moment ago."""
        schedule, due = _since_now()
        now = datetime.now(UTC)
        async with await Store.open(self.database) as store:
            for address, name in places:
                made = await store.ensure_destination(
                    address, name=name, schedule=schedule, next_due_at=due, now=now
                )
                await store.subscribe(made.id, parse("weaving").canonical, created_by=by, now=now)

    async def sent_all(self, *, seconds: float = 120.0) -> None:
        """Wait until digests were planned and nothing is left to send."""
        try:
            await self.until(self.is_over, seconds=seconds)
        except TimeoutError:
            left = self.ask("SELECT status, count(*) FROM delivery GROUP BY status")
            raise AssertionError(f"not all was sent: {left}\n{self.said()}") from None

    def is_over(self) -> bool:
        """Whether digests were planned and nothing is left to send."""
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


def _since_now() -> tuple[Schedule, datetime]:
    due = datetime.now(UTC) - timedelta(seconds=1)
    every_day = frozenset(range(7))
    return Schedule(at=due.time().replace(second=0, microsecond=0), tz="UTC", days=every_day), due
