"""PostgreSQL: many processes may share it; one `write` at a time among all of them, and the hot paths beside it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError

from .engine import BUSY_SECONDS, Database, R, Work
from .postgres_faults import AGAIN, readable, sqlstate

READERS = 4
BESIDE = 4
# What a URL may say otherwise: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
CONNECT: dict[str, Any] = {"connect_timeout": 5, "application_name": "paperround", "client_encoding": "utf8"}
# A process that freezes inside a transaction holds its locks no longer than 8 s. A reader holds none that matter.
# https://www.postgresql.org/docs/current/runtime-config-client.html
WRITES = {
    "idle_in_transaction_session_timeout": "8s",
    "default_transaction_isolation": "read committed",  # after the lock: sees what the one before committed
}
# As the server has it, and never off: a sent message that is forgotten would be sent again.
KEPT = "replace(current_setting('synchronous_commit'), 'off', 'on')"
READS = {
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "repeatable read",
    # A plan made for any words at all reads the whole table for rare ones; planning anew costs a tenth of a millisecond.
    "plan_cache_mode": "force_custom_plan",
}
TRIES = 6  # of one transaction that met another's way
PAUSE_SECONDS = 0.02  # before the next of them, twice as long each time
# The advisory lock every `write` takes first, so that code written for SQLite's one writer stays right here.
# https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
WRITER = int.from_bytes(b"paprnd", "big")


class Postgres(Database):
    """A pool of connections to one PostgreSQL database, shared with other processes."""

    def __init__(self, url: URL, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True) -> None:
        """`durable=False` is for scratch copies: a power cut of the server may take the last commits."""
        self.url = url
        self.name = f"{url.database or url.username or 'postgres'} on {_host(url)}"
        self.busy_seconds = busy_seconds
        self.durable = durable
        self._writer = self._engine(1 + BESIDE, WRITES)
        self._reader = self._engine(READERS, READS)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._beside_threads = ThreadPoolExecutor(BESIDE, thread_name_prefix="store-beside")
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    def read_now(self, work: Work[R]) -> R:
        """Run `work` in a read-only transaction that sees one moment throughout."""
        with readable(self.name), self._reader.begin() as connection:
            return work(connection)

    def write_now(self, work: Work[R]) -> R:
        """Run `work` in one write transaction; every other `write`, of whatever process, waits."""

        def alone(connection: Connection) -> R:
            # A statement of its own: what comes after sees all that the one before committed.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER})
            return work(connection)

        return self.write_beside_now(alone)

    def write_beside_now(self, work: Work[R]) -> R:
        """Run `work` in one write transaction, tried again when it met another's way."""
        with readable(self.name):
            return _until_through(lambda: self._once(work))

    def maintain_now(self, work: Work[R]) -> R:
        """Run `work` outside any transaction."""
        with readable(self.name), self._writer.connect() as plain:
            return work(plain.execution_options(isolation_level="AUTOCOMMIT"))

    def copy_now(self, target: Path) -> None:
        """Refuse: PostgreSQL has a tool for it."""
        url = self.url.set(drivername="postgresql", password=None, query={})
        host = self.url.query.get("host")
        shown = url.render_as_string() + (f"?host={host}" if isinstance(host, str) else "")
        raise ConfigError(
            f"A copy of the database {self.name} is made by PostgreSQL's own pg_dump, not by Paper Round.",
            fix=f"Run: pg_dump --format=custom --file='{target}' '{shown}'",
        )

    def close_now(self) -> None:
        """Let what runs finish, then close every connection."""
        for threads in (self._write_thread, self._beside_threads, self._read_threads):
            threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    def _once(self, work: Work[R]) -> R:
        with self._writer.begin() as connection:
            return work(connection)

    def _engine(self, connections: int, settings: dict[str, str]) -> Engine:
        try:
            engine = create_engine(
                self.url.set(drivername="postgresql+psycopg"),
                pool_size=connections,
                max_overflow=1,
                pool_timeout=max(self.busy_seconds, 1),
                pool_pre_ping=True,
                use_native_hstore=False,  # asks the server for a type nobody here uses
                # Without asking, psycopg forgets the count of an INSERT before anybody can read it.
                execution_options={"preserve_rowcount": True},
                connect_args={name: value for name, value in CONNECT.items() if name not in self.url.query},
            )
        except ImportError as error:
            raise ConfigError(
                "PostgreSQL needs the driver psycopg, which is not installed.",
                fix="Install it with `pip install 'paperround[postgres]'`, or use sqlite:///paperround.db",
            ) from error
        event.listen(engine, "connect", partial(self._prepare, settings=settings))
        return engine

    def _prepare(self, connection: Any, _record: Any, *, settings: dict[str, str]) -> None:
        busy = f"{max(1, round(self.busy_seconds * 1000))}ms"
        settings = settings | {"lock_timeout": busy, "timezone": "UTC"}
        sets = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
        durability = KEPT if self.durable else "'off'"
        connection.autocommit = True
        connection.execute(f"SELECT {sets}, set_config('synchronous_commit', {durability}, false)")
        connection.autocommit = False
        connection.adapters.register_dumper(str, _plain_text())


def _until_through(run: Callable[[], R]) -> R:
    for tried in range(1, TRIES):
        try:
            return run()
        except DBAPIError as error:
            if sqlstate(error) not in AGAIN:
                raise
        time.sleep(random.uniform(0, PAUSE_SECONDS * 2**tried))  # noqa: S311 - no secret
    return run()


@cache
def _plain_text() -> type[Any]:
    """How text is sent: what PostgreSQL cannot hold (NUL, half a surrogate pair) is left out, as it is of papers."""
    from psycopg import DataError  # noqa: PLC0415 - an extra; `_connected` says so when it is missing
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415 - as above

    class PlainText(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            try:
                return super().dump(obj)
            except (DataError, UnicodeEncodeError):
                return super().dump(obj.replace("\0", "").encode(errors="replace").decode())

    return PlainText


def _host(url: URL) -> str:
    host = url.host or url.query.get("host") or "this machine"
    return str(host if isinstance(host, str) else host[0])
