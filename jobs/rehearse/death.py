"""A simulated kill: from one moment on, nothing of that process reaches the store, a platform or the clock.

`Killed` is no `Exception`, so no handler takes it for a failure; and since the database refuses every later call,
no `finally` tidies up what a real kill would have left.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from bot.storage.engine import Database, R, Work
from bot.testing.clock import FakeClock
from jobs.crash import CrashPoint

T = TypeVar("T")

SOON = 0.25  # how likely an armed kill strikes when its point is reached, so that it is not always the first message


class Killed(BaseException):
    """The process is gone."""


def unnoticed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler to which it is no news that a task died with its process."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


class Life:
    """One process of the bot, from its start to its end."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    def breathe(self) -> None:
        """Go on only while alive."""
        if self.ended.is_set():
            raise Killed

    def die(self) -> None:
        """End here and now."""
        self.ended.set()
        raise Killed

    async def within(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do this unless death comes first; whether it was survived. Afterwards nothing of it is still running."""
        before = asyncio.all_tasks()
        task = asyncio.create_task(work)
        death = asyncio.create_task(self.ended.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        survived = not self.ended.is_set()
        left = [one for one in asyncio.all_tasks() if one not in before] if not survived else [death]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if survived:
            task.result()
        elif task.done() and not task.cancelled():
            task.exception()  # looked at, so that nobody is told it was not
        return survived


class Reaper:
    """Decides who dies where, and counts."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._armed: Counter[CrashPoint] = Counter()
        self._anywhere = False
        self.passed: Counter[CrashPoint] = Counter()
        self.killed: Counter[CrashPoint] = Counter()

    @property
    def waiting(self) -> int:
        """How many kills have not struck yet."""
        return self._armed.total()

    def arm(self, point: CrashPoint) -> None:
        """Strike there, at one of the next times it is reached."""
        self._armed[point] += 1

    def strike_anywhere(self) -> None:
        """What still waits for a rare point strikes at any."""
        self._anywhere = True

    def hook(self, life: Life) -> Callable[[CrashPoint], None]:
        """The `Reached` of one life."""

        def reached(point: CrashPoint) -> None:
            life.breathe()
            self.passed[point] += 1
            if self._strikes(point):
                self.killed[point] += 1
                life.die()

        return reached

    def _strikes(self, point: CrashPoint) -> bool:
        target = point
        if not self._armed[point] and self._anywhere and self.waiting:
            target = next(one for one, count in self._armed.items() if count)
        if not self._armed[target] or self._chance.random() > SOON:
            return False
        self._armed[target] -= 1
        return True


class MortalClock:
    """The bot's clock: sleeping lets the others run, and ends with the process."""

    def __init__(self, clock: FakeClock, life: Life) -> None:
        self._clock = clock
        self._life = life

    def now(self) -> datetime:
        """The bot's idea of the time."""
        return self._clock.now()

    def monotonic(self) -> float:
        """The seconds that passed."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self._life.breathe()
        await self._clock.sleep(seconds)
        await asyncio.sleep(0)
        self._life.breathe()


class MortalDatabase:
    """A database that a dead process cannot reach; `trouble` may raise before a call.

    Everything runs in the caller's thread: no time is lost between threads, and a seed brings the same order again.
    """

    def __init__(self, database: Database, life: Life, trouble: Callable[[], None]) -> None:
        self._database = database
        self._life = life
        self._trouble = trouble

    async def read(self, work: Work[R]) -> R:
        """As the database does."""
        return await self._alive(self._database.read_now, work)

    async def write(self, work: Work[R]) -> R:
        """As the database does."""
        return await self._alive(self._database.write_now, work)

    async def write_beside(self, work: Work[R]) -> R:
        """As the database does."""
        return await self._alive(self._database.write_beside_now, work)

    def __getattr__(self, name: str) -> Any:
        self._life.breathe()
        return getattr(self._database, name)

    async def _alive(self, run: Callable[[Work[R]], R], work: Work[R]) -> R:
        await asyncio.sleep(0)  # others go on meanwhile, as they would
        self._life.breathe()
        self._trouble()
        return run(work)


class Inline(ThreadPoolExecutor):
    """Does at once, in the caller's thread, what it is given: what `asyncio.to_thread` hands over."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Do it."""
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            done.set_exception(error)
        return done
