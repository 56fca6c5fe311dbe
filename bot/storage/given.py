"""Many values in one parameter: the same statement for any number of them.

Otherwise SQLAlchemy writes a parameter for each and puts the statement together anew for every number of them; and what
runs once for each row lets go of the interpreter's lock, and has to win it back, once for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    Subquery,
    Text,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from .storable import plain_text

SQLITE = dialect()  # knows how each type is written there


class Given:
    """Rows of values to join with, all of them one parameter: `rows` in the statement, `packed` for its execution.

    Whole numbers, texts (of what no database takes a question mark is left) and what is stored as one of them; no bytes.
    """

    def __init__(self, name: str, /, **types: TypeEngine[Any]) -> None:
        given = _Rows(bindparam(name, type_=Text())).table_valued("value", name=f"{name}_given")
        fields = (
            _Field(given.c.value, literal_column(str(place)), type_=kind).label(field)
            for place, (field, kind) in enumerate(types.items())
        )
        self.rows: Subquery = select(*fields).select_from(given).subquery(name)
        self._binders = {
            place: binder
            for place, kind in enumerate(types.values())
            if (binder := kind.dialect_impl(SQLITE).bind_processor(SQLITE)) is not None
        }

    def packed(self, rows: Iterable[Sequence[Any]]) -> str:
        """The rows as the parameter's value; each has its values in the order of the columns."""
        return orjson.dumps([self._bound(row) for row in rows]).decode()

    def _bound(self, row: Sequence[Any]) -> list[Any]:
        bound = [plain_text(value) if isinstance(value, str) else value for value in row]
        for place, binder in self._binders.items():
            bound[place] = binder(bound[place])
        return bound


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a number is one of those given as the parameter of this name, a list."""
    return _OneOf(column, bindparam(name, type_=_Numbers()))


class _Numbers(TypeDecorator[Any]):
    """Any number of numbers: an array, or on SQLite a JSON list."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else ARRAY(BigInteger())

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        listed = list(value or ())
        return orjson.dumps(listed).decode() if dialect.name == "sqlite" else listed


class _OneOf(FunctionElement[bool]):
    """A column, and the parameter that holds its values."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Stand as it is: `... = 1` behind it, as is usual on SQLite, would keep the index from being used."""
        del against
        return self


class _Rows(FunctionElement[Any]):
    """The parameter that holds rows, one `value` for each."""

    name = "given_rows"
    inherit_cache = True


class _Field(FunctionElement[Any]):
    """A field of a row, by its place."""

    name = "given_field"
    inherit_cache = True

    def __init__(self, *clauses: Any, type_: TypeEngine[Any]) -> None:
        super().__init__(*clauses)
        self.type = type_


def _parts(element: FunctionElement[Any], compiler: Any, how: Mapping[str, Any]) -> list[str]:
    return [compiler.process(part, **how) for part in element.clauses]


@compiles(_OneOf)
def _any(element: _OneOf, compiler: Any, **how: Any) -> str:
    column, values = _parts(element, compiler, how)
    return f"{column} = ANY ({values})"


@compiles(_OneOf, "sqlite")
def _each(element: _OneOf, compiler: Any, **how: Any) -> str:
    # https://www.sqlite.org/json1.html#jeach
    column, values = _parts(element, compiler, how)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter of ours


@compiles(_Rows)
def _elements(element: _Rows, compiler: Any, **how: Any) -> str:
    (rows,) = _parts(element, compiler, how)
    return f"jsonb_array_elements(CAST({rows} AS jsonb))"


@compiles(_Rows, "sqlite")
def _elements_in_sqlite(element: _Rows, compiler: Any, **how: Any) -> str:
    (rows,) = _parts(element, compiler, how)
    return f"json_each({rows})"


@compiles(_Field)
def _field(element: _Field, compiler: Any, **how: Any) -> str:
    value, place = _parts(element, compiler, how)
    kind = compiler.dialect.type_compiler_instance.process(element.type.dialect_impl(compiler.dialect))
    return f"CAST({value} ->> {place} AS {kind})"


@compiles(_Field, "sqlite")
def _field_in_sqlite(element: _Field, compiler: Any, **how: Any) -> str:
    value, place = _parts(element, compiler, how)
    return f"json_extract({value}, '$[{place}]')"
