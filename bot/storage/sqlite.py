"""SQLite: one writer thread, a few readers, and errors a person can read."""

from __future__ import annotations

import functools
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.errors import ConfigError, PaperRoundError, SchemaError, StoreBusy

from .engine import BUSY_SECONDS, Database, R, Work

READERS = 4
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


class SQLite(Database):
    """One writer with `BEGIN IMMEDIATE`, readers on their own connections."""

    def __init__(
        self, path: Path | None, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True
    ) -> None:
        """`durable=False` is for scratch copies: a power cut may take the last commits or the file."""
        self.path = path
        self.name = str(path or "the database in memory")
        self.busy_seconds = busy_seconds
        self.durable = durable
        if path is not None:
            _make_file(path)
        self._writer = self._engine(writes=True)
        self._reader = self._writer if path is None else self._engine(writes=False)
        self._write_thread = self._beside_threads = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        # A database in memory has one connection, so its reads queue behind its writes.
        self._read_threads = (
            self._write_thread
            if path is None
            else ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        )

    def read_now(self, work: Work[R]) -> R:
        """Run `work` in a read transaction of its own."""
        with readable(self.name), self._reader.connect() as connection, connection.begin():
            return work(connection)

    def write_now(self, work: Work[R]) -> R:
        """Run `work` in one write transaction."""
        with readable(self.name), self._writer.begin() as connection:
            return work(connection)

    def write_beside_now(self, work: Work[R]) -> R:
        """`write_now`: there is one writer only."""
        return self.write_now(work)

    def maintain_now(self, work: Work[R]) -> R:
        """Run `work` outside any transaction."""
        with readable(self.name), self._writer.connect() as connection:
            return work(connection.execution_options(**{NO_TRANSACTION: True}))

    def copy_now(self, target: Path) -> None:
        """Write a whole, consistent copy of the database, readable for its owner alone."""
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        self.maintain_now(lambda connection: connection.exec_driver_sql("VACUUM INTO ?", (str(target),)))

    def close_now(self) -> None:
        """Let what runs finish, then close every connection."""
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    def _engine(self, *, writes: bool) -> Engine:
        if self.path is None:
            shared = {"check_same_thread": False}
            engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=shared)
        else:
            engine = create_engine(
                f"sqlite:///{self.path}",
                pool_size=1 if writes else READERS,
                max_overflow=1,
                connect_args={"timeout": self.busy_seconds, "check_same_thread": False},
            )
        event.listen(engine, "connect", functools.partial(_prepare, writes=writes, durable=self.durable))
        event.listen(engine, "begin", _begin_to_write if writes else _begin)
        return engine


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn what SQLite says into an error that says what happened and what to try."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        known = _explained(error.orig if isinstance(error, DatabaseError) else error, where)
        if known is None:
            raise
        raise known from error


def _explained(error: BaseException | None, where: str) -> PaperRoundError | None:
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


def _prepare(connection: sqlite3.Connection, _record: Any, *, writes: bool, durable: bool) -> None:
    connection.isolation_level = None  # the driver would begin transactions at moments of its own choosing
    run = connection.execute
    if writes:
        run("PRAGMA journal_mode = WAL")
    # NORMAL would forget the last commits in a power cut, and a sent message would be sent again.
    run(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA cache_size = -16000")
    if not writes:
        run("PRAGMA query_only = ON")


def _begin(connection: Connection) -> None:
    _say(connection, "BEGIN")


def _begin_to_write(connection: Connection) -> None:
    if connection.get_execution_options().get(NO_TRANSACTION):
        return
    # A transaction that begins as a reader cannot wait when it becomes a writer: it fails at once.
    _say(connection, "BEGIN IMMEDIATE")


def _say(connection: Connection, statement: str) -> None:
    """Run a statement past SQLAlchemy, which takes ten times as long over it: it begins every transaction."""
    connection.connection.cursor().execute(statement)
