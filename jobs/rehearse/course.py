"""The course of a rehearsal: from one moment at which something happens to the next, whatever goes wrong."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

from bot.testing.clock import FakeClock
from jobs.lane_lease import LEASE_SECONDS
from jobs.restoring import restore

from .book import Book, Span
from .cast import Member
from .death import Life, MortalClock, Reaper
from .person import Person
from .press import SOURCES, Printed
from .process import SETTLE, Busy, Newsroom, Process
from .stage import Stage
from .weather import DAY, HOUR, Event, Weather, What
from .wish import Wish

TAIL = 4 * DAY  # after the last trouble: what is still on its way arrives
SOON = 5.0  # seconds between sweeps
A_MOMENT = 0.001  # seconds: clocks count whole microseconds, and nothing may seem to be due for ever
AGAIN = 3  # sweeps after a failure before the next moment is waited for
READ_EVERY = 7  # days between two readings of the frozen digests

Progress = Callable[[float, float], None]  # seconds done, seconds in all


@dataclass(kw_only=True, slots=True)
class Backup:
    """A copy made on the way."""

    path: Path
    at: float
    steps: int  # how often the clock had been set by then


@dataclass(kw_only=True)
class Course:
    """One rehearsal under way."""

    wish: Wish
    database: Path
    clock: FakeClock
    stage: Stage
    weather: Weather
    members: Sequence[Member]
    papers: Mapping[date, Sequence[Printed]]
    chance: Random
    progress: Progress = lambda _done, _all: None
    book: Book = field(default_factory=Book)
    busy: Busy = field(default_factory=Busy)
    starts: int = 0
    naps: int = 0
    steps: int = 0
    tidied: int = 0

    def __post_init__(self) -> None:
        """Set what follows from the rest."""
        self.reaper = Reaper(self.chance)
        self.newsroom = Newsroom(papers=self.papers, clock=self.stage.clock)
        self.person = Person(self.stage, self.book)
        self._backup: Backup | None = None
        self._restored_at: float | None = None
        self._wrong = 0.0  # seconds by which the bot's clock is wrong
        self._retries = 0
        self._waited = 0.0  # seconds since the last turn
        self._refused = 0  # calls refused by the store when it last was certain that no lease was left behind
        self._next: float | None = None  # elapsed seconds at which the store says something becomes due
        self._names = count(1)

    @property
    def elapsed(self) -> float:
        """True seconds since the start."""
        return self.clock.monotonic()

    async def run(self) -> Process:
        """Go through all of it; the process that is left is still running."""
        await self._start()
        await self._until(self.wish.seconds)
        await self._calm()
        await self._until(self.wish.seconds + TAIL)
        await self._read(limit=2 * self.wish.days + 100)
        return self.process

    async def _start(self) -> None:
        self.starts += 1
        self.life = Life()
        self.reached = self.reaper.hook(self.life)
        self.process = await Process.start(
            f"sqlite:///{self.database}",
            life=self.life,
            clock=MortalClock(self.clock, self.life),
            adapters=self.stage.adapters(self.life),
            newsroom=self.newsroom,
            source_names=SOURCES,
            busy=self.busy,
            reached=self.reached,
            chance=self.chance,
        )
        self._retries = 1

    async def _until(self, end: float) -> None:
        while self.elapsed < end:
            self._wait(end)
            events = list(self.weather.due(self.elapsed))
            for event in events:
                await self._happen(event)
            if not await self.life.within(self._work(events)):
                await self._again()
            self.progress(min(self.elapsed, end), self.wish.seconds + TAIL)

    def _wait(self, end: float) -> None:
        """Let the time pass until something happens."""
        soon = self.elapsed + SOON if self._retries else end
        self._retries = max(0, self._retries - 1)
        moments = (self.weather.next_at, soon, end, end if self._next is None else self._next)
        wait = min(moments) - self.elapsed
        self._waited = max(wait, 0.0) + A_MOMENT
        self.clock.advance(timedelta(seconds=self._waited))

    async def _work(self, events: Sequence[Event]) -> None:
        """What the bot and its person do now."""
        process = self.process
        for event in events:
            match event.what:
                case What.INGEST:
                    if await process.fetch_safely():
                        self._note_restored()
                case What.TIDY:
                    await self._tidy()
                case What.PATROL:
                    self.busy.calls = 0
                    await self.person.look_after(process)
                    await process.tell()
                case _:
                    continue
        await self._end_leases()
        failures = process.failures
        await process.turn(self.reached)
        if process.failures > failures:
            self._retries = AGAIN
        self.busy.calls = 0
        now = self.clock.now()
        moment = await process.store.next_moment(now, settle=SETTLE)
        self._next = None if moment is None else self.elapsed + (moment - now).total_seconds()
        if self.busy.refused != self._refused:
            over = self.elapsed + LEASE_SECONDS
            self._next = over if self._next is None else min(self._next, over)

    async def _end_leases(self) -> None:
        """A lease that a busy store did not take back runs out by the database's clock, which no rehearsal moves."""
        refused = self.busy.refused
        if refused != self._refused and self._waited >= LEASE_SECONDS and await self.process.let_leases_end():
            self._refused = refused

    async def _tidy(self) -> None:
        self.tidied += 1
        self.busy.calls = 0
        if self.tidied % READ_EVERY == 0:
            await self._read()
            gc.collect()  # plans set garbage aside; a year of it is gigabytes
        await self.process.tidy_safely()

    async def _read(self, **limits: int) -> None:
        await self.book.read(self.process.store, self.members, **limits)

    async def _again(self) -> None:
        """A new process, a little later, on what the dead one left."""
        await self.process.bury()
        self.clock.advance(timedelta(seconds=self.chance.uniform(1, 90)))
        self._next = None
        await self._start()

    async def _happen(self, event: Event) -> None:
        """What happens to the bot, or around it."""
        match event.what:
            case What.KILL if event.point is not None:
                self.reaper.arm(event.point)
            case What.ANYWHERE:
                self.reaper.strike_anywhere()
            case What.BACKUP:
                await self._back_up()
            case What.RESTORE:
                await self._restore()
            case What.STEP if not self._wrong:
                self._set_clock(event.amount)
                back = self.elapsed + self.chance.uniform(1, 20) * HOUR
                self.weather.add(Event(at=back, what=What.STEP_BACK))
            case What.STEP_BACK:
                self._set_clock(-self._wrong)
            case What.NAP:
                self.naps += 1
                self.clock.advance(timedelta(seconds=event.amount))
            case _:
                self._trouble(event)

    def _trouble(self, event: Event) -> None:
        match event.what:
            case What.OUTAGE:
                self.chance.choice(list(self.stage.platforms.values())).goes_down(event.amount)
            case What.GONE:
                gone = self.chance.choice(self.members).address
                self.stage.platforms[gone.platform].faults.gone(gone.channel)
                where = f"{gone.platform} {gone.channel}"
                self.weather.add(Event(at=self.elapsed + event.amount, what=What.BACK, where=where))
            case What.BACK:
                platform, _, channel = event.where.partition(" ")
                self.stage.platforms[platform].faults.back(channel)
            case What.DRY:
                self.newsroom.down_until[self.chance.choice(SOURCES)] = self.elapsed + event.amount
            case What.BUSY:
                self.busy.calls = int(event.amount)
            case _:
                return

    def _set_clock(self, by: float) -> None:
        self.clock.step(timedelta(seconds=by))
        self._wrong += by
        self._next = None
        self._retries = 1
        self.steps += 1

    async def _back_up(self) -> None:
        self.busy.calls = 0
        path = self.database.with_name(f"backup-{next(self._names)}.db")
        await self.process.store.backup(path)
        self._backup = Backup(path=path, at=self.elapsed, steps=self.steps)

    async def _restore(self) -> None:
        """Put the last backup back, unless the clock was set meanwhile: which slots it knows is then another question."""
        backup, self._backup = self._backup, None
        if backup is None or backup.steps != self.steps or self._wrong:
            return
        self.busy.calls = 0
        await self._read()
        await self.process.stop()
        await self.process.bury()
        done = await restore(backup.path, self.database, now=self.clock.now())
        if done.kept is not None:
            done.kept.unlink()
        self._restored_at = backup.at
        self.newsroom.thorough = True  # until both sources were asked: then the rest is news again
        self._next = None
        await self._start()

    def _note_restored(self) -> None:
        """What came out until both sources were asked again is set aside."""
        asked = not any(until > self.elapsed for until in self.newsroom.down_until.values())
        if self._restored_at is None or not asked:
            return
        since = self.wish.begins + timedelta(seconds=self._restored_at)
        self.book.restores.append(Span(since, self.stage.clock.now()))
        self._restored_at, self.newsroom.thorough = None, False

    async def _calm(self) -> None:
        self.stage.calm()
        self.newsroom.down_until.clear()
        self.busy.calls = 0
        if self._wrong:
            self._set_clock(-self._wrong)
        self.weather.clear_of(What.STEP_BACK, What.BACK)
