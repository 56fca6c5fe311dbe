"""What replies are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.paper import Freshness, Paper
from bot.domain.subscription import Destination, Subscription


@dataclass(frozen=True, slots=True)
class Action:
    """A button: pressing it is just another way to give a command; arguments are ids, not texts."""

    label: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    danger: bool = False  # asked again before it is done


Actions: TypeAlias = "tuple[Action, ...]"


class Tone(StrEnum):
    """What kind of notice it is."""

    DONE = "done"
    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A destination as it stands now, with all its subscriptions: the whole resulting state."""

    destination: Destination
    subscriptions: tuple[Subscription, ...]
    next_digest: datetime | None  # UTC; None when paused or nothing is subscribed
    owed: str = ""  # "today's 09:00" when it is due already
    following: datetime | None = None  # UTC; the one after what is owed
    troubles: tuple[str, ...] = ()  # what keeps messages from being posted, in words


@dataclass(frozen=True, kw_only=True, slots=True)
class BackTest:
    """How many papers a query would have matched on each of the last list days, oldest first."""

    days: tuple[date, ...]
    counts: tuple[int, ...]
    samples: tuple[Paper, ...]

    @property
    def sentence(self) -> str:
        """What it would have matched, day by day; "" when there is no day to try it on."""
        if not self.days:
            return ""
        number = len(self.days)
        last = "the last list day" if number == 1 else f"the last {number} list days"
        if not any(self.counts):
            return f"On {last} it would have matched nothing."
        return f"On {last} it would have matched {' '.join(map(str, self.counts))}."

    @property
    def advice(self) -> str:
        """One line when the query looks too narrow or too broad."""
        if not self.days:
            return "No list days are stored yet, so there is nothing to test it on."
        if not any(self.counts):
            return "Perhaps a broader query, or a topic?"
        if sum(self.counts) / len(self.counts) > 40:
            return "That is a lot a day; a narrower query or `upvotes>=10` keeps the best."
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpEntry:
    """One command, in one line."""

    usage: str
    summary: str
    managers: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpOption:
    """One option, with its default as people write it."""

    name: str
    help: str
    default: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicEntry:
    """A topic by name, and the query it stands for."""

    name: str
    title: str
    definition: str
    category: str
    own: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """What one source said last."""

    source: str
    origin: str
    day: date
    verdict: Freshness
    asked_at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotStatus:
    """How a slot ended, or that it has not."""

    slot: str  # its local date, "2026-06-01"
    state: str
    reason: str = ""
    by_hand: bool = False  # asked for by somebody, not by the schedule


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewChannel:
    """One channel of a workspace as it stands, and how its last digest went."""

    state: Channel
    last: SlotStatus | None  # None when there was none yet


class Fate(StrEnum):
    """What became of a paper in a channel."""

    SHOWN = "shown"
    WAITING = "waiting"  # it matches and is still to come
    OUTSIDE = "outside"  # it matches, but outside the window
    FILTERED = "filtered"  # nothing subscribed to here matches it
    DISMISSED = "dismissed"
    MUTED = "muted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """What one subscription makes of a paper; no hits: it does not match."""

    subscription: Subscription
    hits: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One feed this workspace follows."""

    id: int
    url: str
    title: str
