"""What carries wake-ups: within one process, or over PostgreSQL to any number of them."""

from __future__ import annotations

from bot.errors import ConfigError
from bot.ports import Engine

from .embedded import EmbeddedEngine

AUTO, EMBEDDED = "auto", "embedded"


def is_sqlite(database_url: str) -> bool:
    """Whether everything is in one file."""
    return database_url.startswith("sqlite")


def make_engine(name: str, database_url: str) -> Engine:
    """The engine of that name; `auto` is procrastinate on PostgreSQL and embedded on SQLite."""
    if name == EMBEDDED or (name == AUTO and is_sqlite(database_url)):
        return EmbeddedEngine()
    if is_sqlite(database_url):
        raise ConfigError(
            "PAPERROUND_ENGINE=procrastinate needs PostgreSQL, and PAPERROUND_DATABASE_URL names a SQLite file.",
            fix="Leave it at auto: one file needs no queue.",
        )
    try:
        from .procrastinate import ProcrastinateEngine  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise ConfigError(
            f"PostgreSQL with several processes needs a part that is not installed ({error.name}).",
            fix="Install paperround[postgres], or set PAPERROUND_ENGINE=embedded.",
        ) from error
    return ProcrastinateEngine(database_url)
