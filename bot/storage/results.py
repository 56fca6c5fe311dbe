"""What the store answers with, beside the domain's own values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.paper import Freshness, Paper


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What became of a batch."""

    listings: int  # taken in, also those known before
    paper_ids: frozenset[int]  # every paper of the batch
    new_ids: frozenset[int]  # those nobody had met before
    merged: int  # rows that turned out to be another row's paper


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A paper found, and how well it fits: higher is better, comparable within one answer only."""

    paper: Paper
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One page of an answer; `total` counts at least so many when it is not exact."""

    total: int
    exact_total: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedPage:
    """One page of the papers of some days, and what else these days have."""

    papers: tuple[Paper, ...]
    days: tuple[date, ...]  # of each paper: the last of these days it was listed on
    total: int
    sources: dict[str, int]  # how many papers each source listed on these days
    before: date | None  # the nearest days around that have papers
    after: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostedSlot:
    """A digest that was posted, and how many papers it showed."""

    id: int
    destination_id: int
    day: date | None  # None when somebody asked for it by hand
    due_at: datetime
    shown: int
    folded: tuple[int, ...]  # the papers behind "N more"


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicPost:
    """That a paper stood in a digest everybody may read."""

    destination_id: int
    name: str  # of the destination, as people say it
    platform: str
    tz: str
    slot_id: int
    day: date | None  # None when somebody asked for it by hand
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DayFreshness:
    """The last verdict on what a source said for one day."""

    source: str
    origin: str
    day: date
    verdict: Freshness
    requested_at: datetime
    items: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed a workspace added."""

    id: int
    workspace: str
    url: str
    title: str
    created_by: str
    created_at: datetime
    failing_since: datetime | None = None
