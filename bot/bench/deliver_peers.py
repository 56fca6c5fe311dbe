"""The simpler ways to send, for `bench deliver`: a bare loop, one engine job per message, an outbox with SKIP LOCKED."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import TypeAlias

IN_FLIGHT = 50
PAYLOAD = b'{"text": "Three papers for you today"}'

Send: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """What sending so many messages took: seconds on the wall and of this process's CPU."""

    messages: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.wall

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a message."""
        return 1000 * self.cpu / self.messages


@asynccontextmanager
async def sender(url: str) -> AsyncIterator[Send]:
    """A way to post one message, over connections kept open."""
    import aiohttp  # noqa: PLC0415 - a tenth of a second that only this bench needs

    connections = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connections) as session:

        async def send() -> None:
            async with session.post(url, data=PAYLOAD) as answer:
                await answer.read()

        yield send


async def timed(messages: int, work: Awaitable[object]) -> Took:
    """Do the work; what it took."""
    wall, cpu = perf_counter(), process_time()
    await work
    return Took(messages=messages, wall=perf_counter() - wall, cpu=process_time() - cpu)


async def bare_loop(url: str, messages: int) -> Took:
    """The same HTTP calls and nothing else: what is lost stays lost, what is repeated is repeated."""
    waiting = iter(range(messages))
    async with sender(url) as send:

        async def one_after_another() -> None:
            for _ in waiting:
                await send()

        return await timed(messages, asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT))))


async def outbox(url: str, database: str, messages: int) -> Took:
    """A table of messages; each batch is locked, sent and marked inside one transaction."""
    from psycopg import AsyncConnection  # noqa: PLC0415 - an extra

    async with await AsyncConnection.connect(database, autocommit=True) as made:
        await made.execute(
            "CREATE TABLE outbox (id bigserial PRIMARY KEY, sent boolean NOT NULL DEFAULT false)"
        )
        await made.execute("CREATE INDEX ON outbox (id) WHERE NOT sent")
        await made.execute("INSERT INTO outbox SELECT n FROM generate_series(1, %s) AS n", (messages,))
    async with sender(url) as send, await AsyncConnection.connect(database) as connection:
        return await timed(messages, _empty(connection, send))


async def _empty(connection: object, send: Send) -> None:
    from psycopg import AsyncConnection  # noqa: PLC0415 - as above

    if not isinstance(connection, AsyncConnection):
        raise TypeError(connection)
    take = f"SELECT id FROM outbox WHERE NOT sent ORDER BY id LIMIT {IN_FLIGHT} FOR UPDATE SKIP LOCKED"
    while True:
        async with connection.transaction():
            ids = [row[0] for row in await (await connection.execute(take)).fetchall()]
            if not ids:
                return
            await asyncio.gather(*(send() for _ in ids))
            await connection.execute("UPDATE outbox SET sent = true WHERE id = ANY(%s)", (ids,))


async def engine_jobs(url: str, database: str, messages: int) -> Took:
    """One procrastinate job per message, as its manual shows it."""
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - an extra
    from procrastinate.types import JSONValue  # noqa: PLC0415 - as above

    jobs = App(connector=PsycopgConnector(conninfo=database))
    async with sender(url) as send, jobs.open_async():

        @jobs.task(name="send")
        async def task(number: int) -> None:  # noqa: ARG001 - which message it is
            await send()

        await jobs.schema_manager.apply_schema_async()
        numbers: list[dict[str, JSONValue]] = [{"number": number} for number in range(messages)]
        await task.batch_defer_async(*numbers)
        worker = jobs.run_worker_async(
            concurrency=IN_FLIGHT, wait=False, delete_jobs="always", install_signal_handlers=False
        )
        return await timed(messages, worker)
