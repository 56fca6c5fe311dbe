"""A digest as JSON and back, exactly; what is frozen today must be readable by every later version."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from bot.domain.digest import Digest, Folded
from bot.errors import SchemaError

# Raise this when a field changes its meaning or goes; a new field with a default needs nothing.
# 1 held everything of a folded paper; 2 only what `Folded` has.
VERSION = 2
NONE_FOLDED: Any = {"queries": [], "papers": []}
AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def dumps(digest: Digest) -> str:
    """A digest as JSON text."""
    content = _plain(replace(digest, folded=())) | {"folded": _packed(digest.folded)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def loads(text: str, version: int = VERSION) -> Digest:
    """The digest that `dumps` was given; fields it did not know yet get their defaults."""
    if version > VERSION:
        raise SchemaError(
            f"This digest was written by a newer version (content {version}; this one reads {VERSION}).",
            fix="Install that version again.",
        )
    content = json.loads(text)
    packed = content.pop("folded", NONE_FOLDED)
    folded = _of_version_1(packed) if isinstance(packed, list) else _unpacked(packed)
    digest: Digest = _reader(Digest)(content | {"folded": folded})
    return digest


def _packed(folded: Sequence[Folded]) -> dict[str, Any]:
    """A thousand folded papers in few letters: [id, score, which query], each query written once."""
    queries = {query: number for number, query in enumerate(dict.fromkeys(one.query for one in folded))}
    return {
        "queries": list(queries),
        "papers": [[one.paper_id, one.score, queries[one.query]] for one in folded],
    }


def _unpacked(packed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"paper_id": paper_id, "score": score, "query": packed["queries"][number]}
        for paper_id, score, number in packed["papers"]
    ]


def _of_version_1(picks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "paper_id": pick["paper"]["id"],
            "score": pick["score"],
            "query": pick["why"][0]["query"] if pick["why"] else "",
        }
        for pick in picks
    ]


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; the commonest kinds first, a busy hour freezes millions of values."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(kind):
        return {name: _plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if kind is dict:
        return {str(name): _plain(item) for name, item in value.items()}
    raise TypeError(f"a digest cannot hold {value!r}")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """What turns JSON back into a value of this type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _optional(inner)
    if origin is tuple:
        item = _reader(inner[0])
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
    read = _reader(wanted)
    return lambda given: None if given is None else read(given)


def _dataclass(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def read(given: dict[str, Any]) -> Any:
        return kind(**{name: readers[name](value) for name, value in given.items() if name in readers})

    return read
