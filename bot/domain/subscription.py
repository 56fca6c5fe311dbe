"""Destinations, their schedules, and what they subscribed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

ALL_DAYS = frozenset(range(7))  # date.weekday(): Monday is 0
WEEKDAYS = frozenset(range(5))


class Visibility(StrEnum):
    """Who may read a destination's digests on the web."""

    PUBLIC = "public"  # everybody, and they are listed
    LINK = "link"  # whoever has the link
    OFF = "off"  # nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A destination's local time, IANA zone and weekdays."""

    at: time = time(9, 0)
    tz: str = "UTC"
    days: frozenset[int] = ALL_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a destination is, before the store knows it: platform + workspace + channel."""

    platform: str  # "console", "slack", "discord", "email"
    workspace: str  # "local" for the console
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.channel}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A channel that gets digests."""

    id: int
    address: Address
    name: str  # as people say it: "#ml-papers", "this terminal"
    schedule: Schedule = field(default_factory=Schedule)
    max_papers: int = 10
    note_empty: bool = False  # post one line on an empty day
    paused: bool = False
    paused_reason: str = ""
    next_due_at: datetime | None = None
    created_at: datetime | None = None
    archive: Visibility = Visibility.LINK


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A destination's query."""

    id: int
    destination_id: int
    query: str  # canonical text
    created_by: str
    created_at: datetime
    paused: bool = False
