"""What the web reads of the archive: values, never text for one page or one format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from bot.commands.pieces import TopicEntry
from bot.domain.digest import Pick
from bot.domain.paper import Paper


class Sort(StrEnum):
    """In which order the papers of some days come."""

    VOTES = "votes"  # most votes first
    NEWEST = "newest"  # last listed first
    RANK = "rank"  # as their sources had them


class Order(StrEnum):
    """In which order what a search finds comes."""

    BEST = "best"
    NEWEST = "newest"


class Period(StrEnum):
    """How far back `trending` looks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why what was asked for cannot be answered: what happened, one thing to try, and where in the text."""

    what: str
    fix: str = ""
    code: str = ""  # stable: "P-QUERY", "P-NOT-FOUND"
    column: int | None = None  # from 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A paper in a list: summarised, with why it is there and the names of its topics."""

    pick: Pick
    topics: tuple[str, ...] = ()
    day: date | None = None  # when it was listed, last of the days asked for
    at: datetime | None = None  # when it was shown, in the list of a destination

    @property
    def paper(self) -> Paper:
        """The paper itself."""
        return self.pick.paper

    @property
    def published(self) -> datetime:
        """When the work came out, as far as anybody says: midnight UTC of that day."""
        paper = self.paper
        day = paper.submitted or paper.announced or paper.listed
        return _midnight(day) if day else paper.first_seen

    @property
    def updated(self) -> datetime:
        """When it came here: a feed's `updated`. It stands still, and an import of old lists is no news."""
        if self.at is not None:
            return self.at
        if self.paper.backfill and self.paper.listed:
            return _midnight(self.paper.listed)
        return self.paper.first_seen


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCount:
    """How many papers a source listed on the days asked for."""

    source: str  # what `source:` in a query names
    name: str  # as people say it
    papers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """How many papers were listed on a day."""

    day: date
    papers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The papers of some days, one page of them; a page past the end is empty and `pages` says how many there are."""

    first: date
    last: date
    papers: tuple[Entry, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    start: int = 1  # the number of the first paper here
    sort: Sort = Sort.VOTES
    source: str = ""  # as asked; "" for all
    topic: str = ""  # the topic's own name; "" for all
    sources: tuple[SourceCount, ...] = ()  # of these days, whatever source or topic was asked for
    previous: date | None = None  # the nearest day before `first` that has papers
    next: date | None = None  # the nearest day after `last` that has papers
    notes: tuple[str, ...] = ()  # honest lines: sources missing, late, silent
    trouble: Trouble | None = None

    @property
    def updated(self) -> datetime | None:
        """When the newest of these papers came; None when there is none."""
        return max((entry.updated for entry in self.papers), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What a search is narrowed to beside its text; "" or None where nothing was chosen."""

    source: str = ""
    topic: str = ""
    category: str = ""
    code: bool = False
    votes: int | None = None  # at least so many
    since: date | None = None
    until: date | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What a query finds, one page of it; of a text that cannot be read, the trouble and no papers."""

    text: str  # as typed, white space tidied
    filters: Filters = NO_FILTERS
    query: str = ""  # canonical, with the filters: what one subscribes to; "" when nothing was asked
    papers: tuple[Entry, ...] = ()
    total: int = 0
    exact_total: bool = True  # else there are at least so many
    page: int = 1
    pages: int = 1
    start: int = 1
    order: Order = Order.BEST
    hint: str = ""  # what to try when there is nothing
    trouble: Trouble | None = None

    @property
    def updated(self) -> datetime | None:
        """When the newest of these papers came; None when there is none."""
        return max((entry.updated for entry in self.papers), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """Where and when a paper stood in a digest anybody may read."""

    destination_id: int
    place: str  # as people say it: "#ml-papers"
    platform: str
    day: date
    slot_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperPage:
    """All that is known of one paper."""

    entry: Entry
    similar: tuple[Entry, ...] = ()
    bibtex: str = ""
    ris: str = ""
    csl: str = ""  # CSL-JSON
    posted: tuple[Posted, ...] = ()  # in public digests only, newest first

    @property
    def paper(self) -> Paper:
        """The paper itself, summarised."""
        return self.entry.paper

    @property
    def topics(self) -> tuple[str, ...]:
        """The names of its topics."""
        return self.entry.topics


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The topics of one category."""

    category: str
    topics: tuple[TopicEntry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicPage:
    """A topic and its papers, newest first, one page of them."""

    topic: TopicEntry
    synonyms: tuple[str, ...] = ()
    papers: tuple[Entry, ...] = ()
    total: int = 0
    exact_total: bool = True
    page: int = 1
    pages: int = 1
    start: int = 1
    trouble: Trouble | None = None  # the topic's own definition cannot be read

    @property
    def updated(self) -> datetime | None:
        """When the newest of these papers came; None when there is none."""
        return max((entry.updated for entry in self.papers), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entries:
    """The newest papers of something, for a feed."""

    title: str  # "Papers for diffusion", "topic:rlhf"
    papers: tuple[Entry, ...] = ()
    query: str = ""  # canonical, where it is a query's or a topic's
    trouble: Trouble | None = None

    @property
    def updated(self) -> datetime | None:
        """When the newest of these papers came; None when there is none."""
        return max((entry.updated for entry in self.papers), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """The newest day there is, and the newest of each source."""

    day: date | None = None  # None when nothing was ever listed
    sources: Mapping[str, date] = field(default_factory=dict)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
