"""Single values as sources give them, made sure of: an address, a day, a list of names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from bot.domain.clean import plain

MOST_AUTHORS = 5_000  # the longest real list has about 3,000 names
FIRST_YEAR, LAST_YEAR = 1900, 2200  # a date outside says more about its writer than about the paper


def text_of(value: object) -> str:
    """The cleaned text; "" for anything that is not text."""
    return plain(value) if isinstance(value, str) else ""


def count_of(value: object) -> int | None:
    """A number that counts something; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return min(value, 2**31 - 1)


def day_of(value: object) -> date | None:
    """The calendar day an ISO date or date-time is written with, in whatever zone that is; None when it has none."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def address_of(value: object, *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    """An absolute web address; "" for anything else (relative, javascript:, white space inside)."""
    address = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in schemes or not parts.hostname or any(c.isspace() for c in address):
        return ""
    return address


def names_of(names: Iterable[object]) -> tuple[str, ...]:
    """The authors in their order, cleaned; each once, without lone punctuation (a team's ":")."""
    cleaned = (text_of(name).strip(" ,;") for name in names)
    kept = dict.fromkeys(name for name in cleaned if any(character.isalnum() for character in name))
    return tuple(kept)[:MOST_AUTHORS]
