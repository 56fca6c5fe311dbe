"""A digest: what one destination is shown for one local date, frozen when it is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .paper import Paper
from .subscription import Address
from .telling import summarised


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """One reason a paper matched: these words in this field, asked for by this query."""

    query: str  # canonical query text, or "" when nothing was asked for (`today`)
    subscription_id: int | None
    hits: tuple[
        str, ...
    ]  # for people: 'title "flow matching"', 'topic rlhf: "reward model" in abstract', 'cs.CV'


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """One paper chosen to be shown, summarised, with why it is there and how high it ranked."""

    paper: Paper
    why: tuple[Why, ...]
    score: float

    def __post_init__(self) -> None:
        """Whatever is picked carries a summary."""
        object.__setattr__(self, "paper", summarised(self.paper))


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The picks of one subscription; a paper stands in the first group that wanted it most, and only there."""

    title: str  # the query as people read it
    picks: tuple[Pick, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """One paper behind "N more": explained and summarised only when somebody asks to see it.

    A busy day folds a thousand papers for every destination; nobody reads them all.
    """

    paper_id: int
    score: float
    query: str = ""  # canonical text of the query that wanted it most


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """The frozen content of a slot; `shown + folded + deferred = matched` always holds."""

    address: Address
    destination: str  # its name, as people say it
    day: date  # the slot's local date
    tz: str
    groups: tuple[Group, ...]  # shown, in order
    folded: tuple[Folded, ...] = ()  # behind "N more", in order
    deferred: tuple[int, ...] = ()  # ids kept for a later slot because a source was late
    notes: tuple[str, ...] = ()  # honest lines: sources missing, late, on holiday; days combined
    late: bool = False
    combined: tuple[date, ...] = ()  # earlier slots whose papers this one carries
    sample: bool = False  # the sample edition; never stored
    at: str = ""  # the slot's local time, "09:00"; "" when somebody asked for it now

    @property
    def shown(self) -> int:
        """How many papers stand in the parts themselves."""
        return sum(len(group.picks) for group in self.groups)

    @property
    def matched(self) -> int:
        """How many papers matched in all."""
        return self.shown + len(self.folded) + len(self.deferred)

    @property
    def picks(self) -> tuple[Pick, ...]:
        """The shown picks of all groups, in order."""
        return tuple(pick for group in self.groups for pick in group.picks)
