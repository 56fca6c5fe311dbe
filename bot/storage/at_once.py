"""Statements that hand over all their rows at once, for what runs for every message.

Python's `sqlite3` lets go of the interpreter's lock for each row it steps to, and has to win it back from the other
threads: at a thousand messages a second that is what most of the time goes into. So SQLite packs the rows into one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    LargeBinary,
    Numeric,
    Select,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from .given import SQLITE


class AtOnce:
    """A query whose rows come all at once; they have the query's columns as attributes, in the query's order."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        columns = list(query.subquery("packed").columns)
        if any(isinstance(one.type, Float | Numeric) for one in columns):
            raise TypeError("SQLite writes a fraction into JSON with 15 digits")
        self._packed = select(func.json_group_array(func.json_array(*map(_raw, columns))))
        self._row: Any = NamedTuple("Row", [(one.name, Any) for one in columns])  # type: ignore[misc]  # made here
        self._readers = [
            (place, reader) for place, one in enumerate(columns) if (reader := _reader(one)) is not None
        ]

    def rows(self, db: Connection, given: Mapping[str, Any]) -> Sequence[Any]:
        """Run it with these parameters."""
        if db.dialect.name != "sqlite":
            return db.execute(self._query, given).all()
        rows = orjson.loads(db.execute(self._packed, given).scalar_one())
        for place, reader in self._readers:
            for row in rows:
                row[place] = reader(row[place])
        return [self._row(*row) for row in rows]


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, LargeBinary):  # JSON has no bytes
        return case((column.is_not(None), func.hex(column)))
    return type_coerce(column, NullType())


def _reader(column: ColumnElement[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else bytes.fromhex(value)
    return column.type.dialect_impl(SQLITE).result_processor(SQLITE, None)
