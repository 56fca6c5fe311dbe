"""Which database a URL means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigError

from .engine import BUSY_SECONDS, Database
from .sqlite import SQLite

POSTGRES = frozenset({"postgresql", "postgres"})
LIKE = "Write it like sqlite:///paperround.db or postgresql://user:password@host/paperround"


def connect(url: str, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True) -> Database:
    """The database a URL names, not yet asked anything; ConfigError when there can be none."""
    parsed = _parsed(url)
    if parsed.drivername.partition("+")[0] in POSTGRES:
        from .postgres import Postgres  # noqa: PLC0415 - a file needs none of it

        return Postgres(parsed, busy_seconds=busy_seconds, durable=durable)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(
            f"PAPERROUND_DATABASE_URL names {parsed.get_backend_name()}, which Paper Round cannot use.",
            fix=LIKE,
        )
    return SQLite(_path(parsed), busy_seconds=busy_seconds, durable=durable)


def file_of(url: str) -> Path | None:
    """The file an address names; None for a server's, and for a database in memory."""
    parsed = _parsed(url)
    return _path(parsed) if parsed.get_backend_name() == "sqlite" else None


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        shown = repr(url) if "@" not in url else "(it holds a password, so it is not shown)"
        raise ConfigError(f"PAPERROUND_DATABASE_URL is not a database address: {shown}.", fix=LIKE) from error


def _path(url: URL) -> Path | None:
    """The file of an SQLite address, None for a database in memory."""
    if url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database)).absolute()
