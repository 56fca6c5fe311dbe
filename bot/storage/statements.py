"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Item = TypeVar("Item")

MANY = 500  # values in one IN (...): fewer than any build of SQLite allows


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that has `on_conflict_do_...`, for the database at hand."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the same methods, no common base
    return sqlite.insert(table)


def add_once(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless one with its key is there; whether it was new."""
    return changed(connection, insert(connection, table).values(**values).on_conflict_do_nothing()) == 1


def changed(connection: Connection, statement: Executable) -> int:
    """Run a statement; how many rows it touched."""
    result = connection.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def chunks(items: Iterable[Item], size: int = MANY) -> Iterator[Sequence[Item]]:
    """The items in runs of at most `size`."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
