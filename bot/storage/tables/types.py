"""Column types that read and write values: aware UTC times, tuples of words."""

# ruff: noqa: ARG002  (SQLAlchemy names these parameters)
from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

# An id that people or messages have seen must not come back for something else.
NEVER_REUSED = {"sqlite_autoincrement": True}


class Row(SQLModel):
    """Base of every table; its own metadata, so that a plug-in's SQLModel tables stay out of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcTime(TypeDecorator[datetime]):
    """An aware time as microseconds since 1970: compares as a number on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return ENCODER.encode(value) if value else "[]"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...]:
        return () if value is None or value == "[]" else tuple(json.loads(value))


class Ids(TypeDecorator[tuple[int, ...]]):
    """A tuple of ids as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:
        return ENCODER.encode(value or ())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[int, ...]:
        return tuple(json.loads(value)) if value else ()


class Names(TypeDecorator[dict[str, str]]):
    """A mapping of names as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, dialect: Dialect) -> str:
        return ENCODER.encode(value or {})

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, str]:
        return dict(json.loads(value)) if value else {}


class Id(TypeDecorator[int]):
    """A 64-bit key; spelled INTEGER on SQLite, where only that name makes it the row's own number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()
