"""What a JSON value may look like, as small checks that are put together; each yields what is wrong, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

Check: TypeAlias = Callable[[object, str], Iterator[str]]
Table: TypeAlias = Mapping[str, Check]


def units(text: str) -> int:
    """The length of a text in UTF-16 units, never less than in characters: nobody says which of them Slack counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{where} is no text"
        elif units(value) > most:
            yield f"{where} has {units(value)} characters, at most {most}"
        elif len(value) < least:
            yield f"{where} is empty"

    return check


def flag(value: object, where: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{where} is neither true nor false"


def one_of(*allowed: object) -> Check:
    """One of these values."""

    def check(value: object, where: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{where} is {value!r}, not one of {allowed}"

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        if not least <= len(value) <= most:
            yield f"{where} has {len(value)} items, {least} to {most} are allowed"
        for at, item in enumerate(value):
            yield from each(item, f"{where}[{at}]")

    return check


def record(required: Table, optional: Table | None = None) -> Check:
    """An object with all of the first keys, any of the second, and no other."""
    known = {**required, **(optional or {})}

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        yield from (f"{where}.{key} is unknown" for key in value if key not in known)
        yield from (f"{where}.{key} is missing" for key in required if key not in value)
        for key, inner in known.items():
            if key in value:
                yield from inner(value[key], f"{where}.{key}")

    return check


def by_type(kinds: Table) -> Check:
    """An object of one of these types."""

    def check(value: object, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            yield f"{where} is of the type {kind!r}, which has no place there"
            return
        yield from kinds[kind](value, f"{where}({kind})")

    return check
