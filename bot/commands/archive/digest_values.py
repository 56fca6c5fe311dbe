"""What the web reads of the digests of one destination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.subscription import Schedule

from .values import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestDay:
    """One digest of a destination, as a line in its list."""

    slot_id: int  # what tells two digests of one day apart
    day: date
    at: datetime  # when it was due
    shown: int
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A destination as its pages name it."""

    destination_id: int
    name: str  # as people say it: "#ml-papers"
    platform: str
    schedule: Schedule
    queries: tuple[str, ...] = ()  # what it follows
    paused: bool = False
    public: bool = False  # listed, and no link is needed


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestList:
    """The digests of one destination, newest first, one page of them."""

    place: Place
    digests: tuple[DigestDay, ...] = ()
    page: int = 1
    more: bool = False  # whether there is another page


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestPage:
    """One digest as it was shown, and what was behind "N more"."""

    place: Place
    digest: DigestDay
    entries: tuple[Entry, ...]  # what was shown, in order
    folded: tuple[Entry, ...] = ()  # the first of those behind "N more"
    notes: tuple[str, ...] = ()  # honest lines, as they stood under it
    previous: DigestDay | None = None  # the destination's digests before and after
    next: DigestDay | None = None
