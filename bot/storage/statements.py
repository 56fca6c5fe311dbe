"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Table, select
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
    # Without asking, psycopg forgets the count of an INSERT before anybody can read it.
    result = connection.execute(statement.execution_options(preserve_rowcount=True))
    return result.rowcount if isinstance(result, CursorResult) else 0


def papers_by_destination(
    connection: Connection, table: Table, destination_ids: Iterable[int]
) -> dict[int, frozenset[int]]:
    """The paper ids that each of these destinations has in a table; none is an empty set."""
    found: dict[int, set[int]] = {destination_id: set() for destination_id in destination_ids}
    mine, paper = table.c.destination_id, table.c.paper_id
    for some in chunks(found):
        for destination_id, paper_id in connection.execute(select(mine, paper).where(mine.in_(some))):
            found[destination_id].add(paper_id)
    return {destination_id: frozenset(ids) for destination_id, ids in found.items()}


def chunks(items: Iterable[Item], size: int = MANY) -> Iterator[Sequence[Item]]:
    """The items in runs of at most `size`."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
