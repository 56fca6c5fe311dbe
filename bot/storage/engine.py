"""The connections to SQLite: one writer thread, a few readers, and errors a person can read.

Everything that only SQLite does is here, in `fulltext.py` and in `search.py`.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from bot.errors import ConfigError, PaperRoundError, SchemaError, StoreBusy

P = ParamSpec("P")
R = TypeVar("R")

READERS = 4
BUSY_SECONDS = 5.0
OWNER_ONLY = 0o600
NO_TRANSACTION = "paperround_no_transaction"  # SQLAlchemy's AUTOCOMMIT would undo what `_prepare` sets

# What SQLite calls it (https://www.sqlite.org/rescode.html), who must act, what happened, what to try.
FAULTS: tuple[tuple[tuple[str, ...], type[PaperRoundError], str, str], ...] = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        StoreBusy,
        "{where} is in use by another program and did not answer in time; nothing was changed.",
        "Try again in a moment.",
    ),
    (
        ("SQLITE_FULL",),
        StoreBusy,
        "There is no room left for {where}; nothing was changed and nothing is half-written.",
        "Free some space on that disk; the next run goes on by itself.",
    ),
    (
        ("SQLITE_IOERR",),
        StoreBusy,
        "{where} could not be read or written; nothing was changed.",
        "Check the disk it is on, then try again.",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN"),
        ConfigError,
        "{where} cannot be opened for writing.",
        "Give the file and its folder to the user the bot runs as.",
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        SchemaError,
        "{where} is not a Paper Round database, or it is damaged.",
        "Point PAPERROUND_DATABASE_URL at another file, or put a backup in its place.",
    ),
)


def database_path(url: str) -> Path | None:
    """The file behind a database URL, None for a database in memory; refuses what is not SQLite."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            f"PAPERROUND_DATABASE_URL is not a database address: {url!r}.",
            fix="Write it like sqlite:///paperround.db",
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(
            f"PAPERROUND_DATABASE_URL names {parsed.get_backend_name()}, which this version cannot use.",
            fix="Write it like sqlite:///paperround.db",
        )
    if parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database)).absolute()


class Database:
    """One writer with `BEGIN IMMEDIATE`, readers on their own connections; both off the event loop."""

    def __init__(self, path: Path | None, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.busy_seconds = busy_seconds
        if path is not None:
            _make_file(path)
        self._writer = _engine(path, busy_seconds, writes=True)
        self._reader = self._writer if path is None else _engine(path, busy_seconds, writes=False)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        # A database in memory has one connection, so its reads queue behind its writes.
        self._read_threads = (
            self._write_thread
            if path is None
            else ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        )

    async def read(self, work: Callable[[Connection], R]) -> R:
        """Run `work` in a read transaction of its own."""
        return await self._run(self._read_threads, self.read_now, work)

    async def write(self, work: Callable[[Connection], R]) -> R:
        """Run `work` in one write transaction: all of it is kept or none."""
        return await self._run(self._write_thread, self.write_now, work)

    async def write_beside(self, work: Callable[[Connection], R]) -> R:
        """`write`, without waiting for other writers where the database allows it: for statements safe by themselves."""
        return await self.write(work)

    async def maintain(self, work: Callable[[Connection], R]) -> R:
        """Run `work` outside any transaction (a backup) while others read and write."""
        return await self._run(self._read_threads, self.maintain_now, work)

    def read_now(self, work: Callable[[Connection], R]) -> R:
        """`read`, in the caller's thread."""
        with readable(self.path), self._reader.connect() as connection, connection.begin():
            return work(connection)

    def write_now(self, work: Callable[[Connection], R]) -> R:
        """`write`, in the caller's thread."""
        with readable(self.path), self._writer.begin() as connection:
            return work(connection)

    def maintain_now(self, work: Callable[[Connection], R]) -> R:
        """`maintain`, in the caller's thread."""
        with readable(self.path), self._writer.connect() as connection:
            return work(connection.execution_options(**{NO_TRANSACTION: True}))

    async def close(self) -> None:
        """Let what runs finish, then close every connection."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close`, in the caller's thread."""
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        run: Callable[[Callable[[Connection], R]], R],
        work: Callable[[Connection], R],
    ) -> R:
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
    """Make a method that writes awaitable: all of it is one transaction."""

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


@contextmanager
def readable(path: Path | None) -> Iterator[None]:
    """Turn what SQLite says into an error that says what happened and what to try."""
    try:
        yield
    except DatabaseError as error:
        known = _explained(error.orig, path or "the database in memory")
        if known is None:
            raise
        raise known from error


def _explained(error: BaseException | None, where: Path | str) -> PaperRoundError | None:
    name = str(getattr(error, "sqlite_errorname", ""))
    for beginning, kind, what, fix in FAULTS:
        if name.startswith(beginning):
            return kind(what.format(where=where), fix=fix)
    return None


def _make_file(path: Path) -> None:
    """Create the file for its owner alone; what people read is nobody else's business."""
    if not path.parent.is_dir():
        raise ConfigError(
            f"The database {path} cannot be made: there is no folder {path.parent}.",
            fix="Make the folder, or set PAPERROUND_DATABASE_URL.",
        )
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    except OSError as error:
        raise ConfigError(
            f"The database {path} cannot be opened for writing: {error.strerror}.",
            fix="Check its permissions, or set PAPERROUND_DATABASE_URL.",
        ) from error


def _engine(path: Path | None, busy_seconds: float, *, writes: bool) -> Engine:
    if path is None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(
            f"sqlite:///{path}",
            pool_size=1 if writes else READERS,
            max_overflow=1,
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
        )
    event.listen(engine, "connect", functools.partial(_prepare, writes=writes))
    event.listen(engine, "begin", _begin_to_write if writes else _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any, *, writes: bool) -> None:
    connection.isolation_level = None  # the driver would begin transactions at moments of its own choosing
    run = connection.execute
    if writes:
        run("PRAGMA journal_mode = WAL")
    # NORMAL would forget the last commits in a power cut, and a sent message would be sent again.
    run("PRAGMA synchronous = FULL")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA cache_size = -16000")
    if not writes:
        run("PRAGMA query_only = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    if connection.get_execution_options().get(NO_TRANSACTION):
        return
    # A transaction that begins as a reader cannot wait when it becomes a writer: it fails at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
