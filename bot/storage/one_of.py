"""`column IN (...)` with all its values in one parameter: the same text for any number of them.

SQLAlchemy writes one parameter per value and puts the statement together anew for every number of values, which is
most of the cost of a statement that runs for every message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Values(TypeDecorator[Any]):
    """Any number of values: an array, or on SQLite a JSON list."""

    impl = Text
    cache_ok = True
    of: TypeEngine[Any] = BigInteger()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else ARRAY(self.of)

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        listed = list(value or ())
        return json.dumps(listed) if dialect.name == "sqlite" else listed


class _Numbers(_Values):
    cache_ok = True


class _Words(_Values):
    cache_ok = True
    of = String()


class _OneOf(FunctionElement[bool]):
    """A column, and the parameter that holds its values."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Stand as it is: `... = 1` behind it, as is usual on SQLite, would keep the index from being used."""
        del against
        return self


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a number is one of those given as the parameter of this name."""
    return _OneOf(column, bindparam(name, type_=_Numbers()))


def one_of_words(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """`one_of`, for text."""
    return _OneOf(column, bindparam(name, type_=_Words()))


@compiles(_OneOf)
def _any(element: _OneOf, compiler: Any, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_OneOf, "sqlite")
def _each(element: _OneOf, compiler: Any, **how: Any) -> str:
    # https://www.sqlite.org/json1.html#jeach
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter of ours
