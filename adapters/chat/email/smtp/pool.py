"""A few connections, kept open between mails and closed when nothing is sent for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.chat.email.settings import MailSettings
from bot.errors import Throttled

from .connection import Connection

IDLE_SECONDS = 20.0
WAITING_SECONDS = 5.0  # for a connection that is free; then another time


class Pool:
    """At most so many connections at once."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._free: list[Connection] = []
        self._places = asyncio.Semaphore(settings.connections)
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """A connection of one's own for one mail, the one used last."""
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                await self._places.acquire()
        except TimeoutError as error:
            raise Throttled("The mail server is slow.", retry_after=WAITING_SECONDS) from error
        connection = self._free.pop() if self._free else Connection(self._settings)
        try:
            yield connection
        finally:
            self._given_back(connection)

    async def close(self) -> None:
        """Close what is open; whatever is sent later opens new ones."""
        if self._closing is not None:
            self._closing.cancel()
        free, self._free = self._free, []
        await asyncio.gather(*(one.close() for one in free), *self._tasks)

    def _given_back(self, connection: Connection) -> None:
        if connection.is_open:
            self._free.append(connection)
        self._places.release()
        if self._closing is not None:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._left_alone)

    def _left_alone(self) -> None:
        free, self._free = self._free, []
        for one in free:
            task = asyncio.create_task(one.close())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
