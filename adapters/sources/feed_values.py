"""What a parsed feed holds, as plain values that go through JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedEntry:
    """One entry; every text without mark-up and control characters, TeX left as it is, "" when not given."""

    id: str = ""
    link: str = ""  # http or https, absolute
    title: str = ""  # one line
    summary: str = ""  # line ends kept
    authors: tuple[str, ...] = ()
    published: date | None = None  # UTC
    updated: date | None = None  # UTC
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(
        default_factory=dict
    )  # doi, announce_type, rights, journal, comment, ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedFeed:
    """A feed and its entries, in the feed's own order."""

    title: str = ""
    link: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    note: str = ""  # one line when the feed is not well-formed
    cut: bool = False  # it ended in the middle of an entry, which was dropped
    left_out: int = 0  # entries beyond the limit, not read


def to_json(feed: ParsedFeed) -> dict[str, Any]:
    """The feed as what JSON knows."""
    given = asdict(feed)
    for entry in given["entries"]:
        for name in ("published", "updated"):
            entry[name] = entry[name].isoformat() if entry[name] else None
    return given


def from_json(given: Mapping[str, Any]) -> ParsedFeed:
    """The feed that `to_json` gave."""
    entries = tuple(_entry(entry) for entry in given["entries"])
    return ParsedFeed(**{**given, "entries": entries})


def _entry(given: Mapping[str, Any]) -> ParsedEntry:
    days = {
        name: date.fromisoformat(given[name]) if given[name] else None for name in ("published", "updated")
    }
    return ParsedEntry(**{**given, **days, "authors": tuple(given["authors"]), "tags": tuple(given["tags"])})
