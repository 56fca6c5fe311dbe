"""The seam between the store and its database: read, write, maintain; every method awaitable, off the event loop.

`sqlite.py` and `postgres.py` stand behind it. What only one of the two can say is there, in the full-text files
(`fts5.py`, `tsearch.py`) and in `moment.py`; everything else of the store is written once.
"""

from __future__ import annotations

import asyncio
import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[[Connection], R]

BUSY_SECONDS = 5.0  # how long a statement waits for somebody else's lock


class Database(ABC):
    """Where the store keeps everything: reads beside one another, one write after the other."""

    path: Path | None = None  # of the file, where there is one
    name: str  # what messages call it; never with a password
    durable: bool  # whether a commit outlives a power cut
    busy_seconds: float
    _read_threads: ThreadPoolExecutor
    _write_thread: ThreadPoolExecutor
    _beside_threads: ThreadPoolExecutor

    async def read(self, work: Work[R]) -> R:
        """Run `work` in a read transaction of its own: all it reads is of one moment."""
        return await self._run(self._read_threads, self.read_now, work)

    async def write(self, work: Work[R]) -> R:
        """Run `work` in one write transaction: all of it is kept or none, and no other `write` runs meanwhile."""
        return await self._run(self._write_thread, self.write_now, work)

    async def write_beside(self, work: Work[R]) -> R:
        """`write`, beside other writers where the database allows it; each statement is right by its own conditions.

        `work` may run more than once: a transaction that met another's way is undone and tried again.
        """
        return await self._run(self._beside_threads, self.write_beside_now, work)

    @abstractmethod
    def read_now(self, work: Work[R]) -> R:
        """`read`, in the caller's thread."""

    @abstractmethod
    def write_now(self, work: Work[R]) -> R:
        """`write`, in the caller's thread."""

    @abstractmethod
    def write_beside_now(self, work: Work[R]) -> R:
        """`write_beside`, in the caller's thread."""

    @abstractmethod
    def maintain_now(self, work: Work[R]) -> R:
        """Run `work` outside any transaction (a backup) while others read and write, in the caller's thread."""

    @abstractmethod
    def copy_now(self, target: Path) -> None:
        """Write a whole, consistent copy to a new file; ConfigError where another tool does that."""

    @abstractmethod
    def close_now(self) -> None:
        """`close`, in the caller's thread."""

    async def close(self) -> None:
        """Let what runs finish, then close every connection."""
        await asyncio.to_thread(self.close_now)

    async def _run(self, threads: ThreadPoolExecutor, run: Callable[[Work[R]], R], work: Work[R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(threads, run, work)


class Stored(Protocol):
    """What the methods below need of the class they are in."""

    database: Database


S = TypeVar("S", bound=Stored)


def reading(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Make a method that reads awaitable: it gets a connection, its caller does not see one."""

    @functools.wraps(method)
    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.database.read(lambda connection: method(self, connection, *args, **kwargs))

    return call


def writing(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Make a method that writes awaitable: all of it is one transaction, and no other `writing` runs meanwhile."""

    @functools.wraps(method)
    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.database.write(lambda connection: method(self, connection, *args, **kwargs))

    return call


def writing_beside(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """`writing`, beside other writers: each statement of the method must be right by its own conditions."""

    @functools.wraps(method)
    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.database.write_beside(lambda connection: method(self, connection, *args, **kwargs))

    return call
