"""Papers, the keys they are known by, the days they stand on, and what sources said of each day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from .types import Id, Names, Row, Strings, UtcTime


def of_paper() -> ForeignKeyConstraint:
    """What belongs to a paper goes with it."""
    return ForeignKeyConstraint(["paper_id"], ["paper.id"], ondelete="CASCADE")


class PaperRow(Row, table=True):
    """One work; `id` is yyyymmdd * 100_000 + n, so that newest first is highest first."""

    __tablename__ = "paper"
    __table_args__ = (Index(None, "title_fold"), Index(None, "listed"))

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    key: str = Field(unique=True)
    title: str
    title_fold: str  # what the title means, whatever its spelling; "" for titles that say nothing
    abstract: str
    authors: tuple[str, ...] = Field(sa_type=Strings)
    categories: tuple[str, ...] = Field(sa_type=Strings)
    url: str
    submitted: date | None
    announced: date | None
    listed: date | None
    first_seen: datetime = Field(sa_type=UtcTime)
    doi: str
    venue: str
    comment: str
    code_url: str
    stars: int | None
    project_url: str
    thumbnail: str
    organization: str
    keywords: tuple[str, ...] = Field(sa_type=Strings)
    summary: str
    summary_by: str
    license: str
    votes: int
    comments: int
    version: int | None
    withdrawn: bool
    sources: tuple[str, ...] = Field(sa_type=Strings)
    backfill: bool
    provenance: dict[str, str] = Field(sa_type=Names)


class AliasRow(Row, table=True):
    """Every key a paper was ever met under, also the id of a row merged into it ("id:<n>")."""

    __tablename__ = "paper_alias"
    __table_args__ = (of_paper(), Index(None, "paper_id"))

    key: str = Field(primary_key=True)
    paper_id: int = Field(sa_type=Id)


class ListingRow(Row, table=True):
    """A source listed a paper on a day."""

    __tablename__ = "listing"
    __table_args__ = (
        of_paper(),
        UniqueConstraint("source", "origin", "day", "paper_id"),
        Index(None, "paper_id"),
        Index(None, "day", "source"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    source: str
    origin: str
    day: date
    paper_id: int = Field(sa_type=Id)
    rank: int
    votes: int | None
    comments: int | None
    kind: str
    seen_at: datetime = Field(sa_type=UtcTime)


class VoteRow(Row, table=True):
    """What a paper counted on a day; the day's last observation stands."""

    __tablename__ = "vote"
    __table_args__ = (of_paper(),)

    paper_id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    seen_on: date = Field(primary_key=True)
    votes: int | None
    stars: int | None
    comments: int | None


class FreshnessRow(Row, table=True):
    """The last verdict on what a source said for one day."""

    __tablename__ = "freshness"
    __table_args__ = (Index(None, "day"),)

    source: str = Field(primary_key=True)
    origin: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    verdict: str
    requested_at: datetime = Field(sa_type=UtcTime)
    items: int
    note: str


class ValidatorRow(Row, table=True):
    """What makes the next GET of a URL conditional."""

    __tablename__ = "validator"

    url: str = Field(primary_key=True)
    etag: str
    last_modified: str
    fetched_at: datetime | None = Field(sa_type=UtcTime)


class SettingRow(Row, table=True):
    """What the store remembers of itself."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: str
