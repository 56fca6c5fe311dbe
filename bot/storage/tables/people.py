"""Destinations, what they subscribe to, and what people keep, silence, define and feed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from .papers import of_paper
from .types import NEVER_REUSED, Id, Row, UtcTime


def of_destination() -> ForeignKeyConstraint:
    """What belongs to a destination goes with it."""
    return ForeignKeyConstraint(["destination_id"], ["destination.id"], ondelete="CASCADE")


class LaneRow(Row, table=True):
    """Everything that shares one platform token's rate limit."""

    __tablename__ = "lane"
    __table_args__ = (Index(None, "workspace_id"),)

    id: str = Field(primary_key=True)  # "slack:T01", "console:local"
    workspace_id: str
    platform: str
    token_ref: str = ""
    rate_per_s: float | None = None  # None: the adapter's own
    concurrency: int | None = None
    owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    tat: float | None = None  # theoretical arrival time of the pacer, seconds since 1970
    blocked_until: datetime | None = Field(default=None, sa_type=UtcTime)
    paused: bool = False
    paused_reason: str = ""


class DestinationRow(Row, table=True):
    """A channel that gets digests."""

    __tablename__ = "destination"
    __table_args__ = (
        ForeignKeyConstraint(["lane_id"], ["lane.id"]),
        UniqueConstraint("lane_id", "channel_id"),
        Index(None, "workspace_id"),
        Index(
            "ix_destination_due",
            "next_due_at",
            "id",
            sqlite_where=text("paused IS 0"),
            postgresql_where=text("paused IS false"),
        ),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    workspace_id: str
    platform: str
    channel_id: str
    lane_id: str
    name: str
    hh: int
    mm: int
    tz: str
    days: int  # bit n is weekday n, Monday 0
    max_papers: int
    note_empty: bool
    next_due_at: datetime | None = Field(sa_type=UtcTime)
    gap_ms: int | None = None  # None: the adapter's own
    paused: bool = False
    paused_reason: str = ""
    dead_in_row: int = 0
    created_at: datetime = Field(sa_type=UtcTime)
    archive: str = "link"  # a `Visibility`


class QueryRow(Row, table=True):
    """One canonical query, however many destinations subscribe to it."""

    __tablename__ = "query"

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    text: str = Field(unique=True)


class SubscriptionRow(Row, table=True):
    """A destination's query."""

    __tablename__ = "subscription"
    __table_args__ = (
        of_destination(),
        ForeignKeyConstraint(["query_id"], ["query.id"]),
        UniqueConstraint("destination_id", "query_id"),
        Index(None, "workspace_id"),
        Index(None, "query_id"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    workspace_id: str
    destination_id: int = Field(sa_type=Id)
    query_id: int = Field(sa_type=Id)
    created_by: str
    created_at: datetime = Field(sa_type=UtcTime)
    paused: bool = False


class SavedRow(Row, table=True):
    """A paper a person keeps."""

    __tablename__ = "saved"
    __table_args__ = (of_paper(), Index(None, "paper_id"))

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    paper_id: int = Field(primary_key=True, sa_type=Id)
    saved_at: datetime = Field(sa_type=UtcTime)


class MutedRow(Row, table=True):
    """An author a person does not want to read."""

    __tablename__ = "muted"

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    author: str = Field(primary_key=True)


class DismissedRow(Row, table=True):
    """A paper a channel said is not for it."""

    __tablename__ = "dismissed"
    __table_args__ = (of_destination(), of_paper(), Index(None, "workspace_id"), Index(None, "paper_id"))

    destination_id: int = Field(primary_key=True, sa_type=Id)
    paper_id: int = Field(primary_key=True, sa_type=Id)
    workspace_id: str
    dismissed_by: str
    dismissed_at: datetime = Field(sa_type=UtcTime)


class TopicRow(Row, table=True):
    """A topic of a workspace's own."""

    __tablename__ = "topic"

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    definition: str
    created_by: str
    created_at: datetime = Field(sa_type=UtcTime)


class FeedRow(Row, table=True):
    """A feed a workspace added."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("workspace_id", "url"), Index(None, "next_poll_at"), NEVER_REUSED)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    workspace_id: str
    url: str
    title: str
    created_by: str
    created_at: datetime = Field(sa_type=UtcTime)
    etag: str = ""
    next_poll_at: datetime | None = Field(default=None, sa_type=UtcTime)
    owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcTime)
