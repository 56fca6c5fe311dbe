"""Frozen values as what JSON can hold, and back; the shape is read off their types."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
Reader = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """The value as JSON can hold it; the commonest kinds first, a busy hour freezes millions of values."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is tuple:
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(kind):
        return {name: plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if kind is dict:
        return {str(name): plain(item) for name, item in value.items()}
    raise TypeError(f"a digest cannot hold {value!r}")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def reader(kind: Any) -> Reader:
    """What turns JSON back into a value of this type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _optional(inner)
    if origin is tuple:
        item = reader(inner[0])
        return lambda given: tuple(item(one) for one in given)
    if origin is dict:
        return dict
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    return _simple(kind)


def _simple(kind: Any) -> Reader:
    if kind in {date, datetime}:
        read: Reader = kind.fromisoformat
        return read
    if kind is float:
        return float
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda given: given


def _optional(kinds: tuple[Any, ...]) -> Reader:
    (wanted,) = (kind for kind in kinds if kind is not type(None))
    read = reader(wanted)
    return lambda given: None if given is None else read(given)


def _dataclass(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {field.name: reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def read(given: dict[str, Any]) -> Any:
        return kind(**{name: readers[name](value) for name, value in given.items() if name in readers})

    return read
