"""One engine of each kind, and how to run it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import pytest

from bot.ports import Engine
from jobs.engines.embedded import EmbeddedEngine
from jobs.engines.handlers import Handlers
from jobs.engines.procrastinate import ProcrastinateEngine
from jobs.engines.wake_schema import SCHEMA, connection_string


async def until(true: Callable[[], bool | Awaitable[bool]], *, seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while True:
            came = true()
            if came if isinstance(came, bool) else await came:
                return
            await asyncio.sleep(0.01)


@dataclass
class Bench:
    """Makes engines of one kind, with handlers that note what they were asked."""

    make: Callable[[Handlers], Engine]
    until: Callable[..., Awaitable[None]] = until
    ran: list[str] = field(default_factory=list)

    def engine(self, **room: int) -> Engine:
        return self.make(Handlers(room or {"lane": 20, "prune": 1}))

    def noting(self, engine: Engine, kind: str = "lane") -> Engine:
        async def note(key: str) -> bool:
            self.ran.append(key)
            return False

        engine.handler(kind, note)
        return engine

    @asynccontextmanager
    async def running(self, engine: Engine) -> AsyncIterator[asyncio.Event]:
        """The engine at work; told to stop at the end, unless the test did."""
        stop = asyncio.Event()
        task = asyncio.create_task(engine.run(stop))
        try:
            yield stop
            stop.set()
            async with asyncio.timeout(120):
                await task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def wake_url(postgres_url: str) -> str:
    """A database nobody has carried wake-ups in."""
    with psycopg.connect(connection_string(postgres_url)) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    return postgres_url


@pytest.fixture
def on_postgres(wake_url: str) -> Bench:
    return Bench(lambda handlers: ProcrastinateEngine(wake_url, handlers=handlers))


@pytest.fixture(params=["embedded", "procrastinate"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "embedded":
        return Bench(EmbeddedEngine)
    made: Bench = request.getfixturevalue("on_postgres")
    return made
