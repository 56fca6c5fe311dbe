"""Slots, their frozen digests, and every outgoing message with how it stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlmodel import Field

from .papers import of_paper
from .people import of_destination
from .types import NEVER_REUSED, Id, Ids, Row, UtcTime

# The partial indexes; a statement uses one only when it says the same words.
WAITING = "status = 'pending'"
DEFERRED = f"{WAITING} AND not_before IS NOT NULL"
IN_FLIGHT = "status IN ('sending', 'uncertain')"
HELD = "status = 'held'"
BLOCKING = "status IN ('pending', 'sending', 'uncertain', 'held')"


def partial(name: str, *columns: str, where: str) -> Index:
    """An index over some rows only, on both databases."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def deliveries(where: str, name: str = "delivery") -> ColumnElement[bool]:
    """The condition of a partial index over deliveries, in its own words."""
    return literal_column(f"{name}.{where}")


def of_slot() -> ForeignKeyConstraint:
    """What belongs to a slot goes with it."""
    return ForeignKeyConstraint(["slot_id"], ["slot.id"], ondelete="CASCADE")


class SlotRow(Row, table=True):
    """When a digest is due for a destination; the unique key is what makes it happen once."""

    __tablename__ = "slot"
    __table_args__ = (
        of_destination(),
        UniqueConstraint("destination_id", "slot_key"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    workspace_id: str
    destination_id: int = Field(sa_type=Id)
    slot_key: str
    day: date | None
    due_at: datetime = Field(sa_type=UtcTime)
    state: str
    reason: str
    folded: bytes | None = Field(default=None, sa_type=LargeBinary)  # ids behind "N more", packed


class ContentRow(Row, table=True):
    """A frozen piece of digests: a picked paper with its reasons, kept once for all that show it that day."""

    __tablename__ = "content"
    __table_args__ = (Index(None, "day"),)

    key: str = Field(primary_key=True)  # names the day and the body
    day: date
    body: str


class DigestRow(Row, table=True):
    """The frozen content of a slot."""

    __tablename__ = "digest"
    __table_args__ = (of_slot(),)

    slot_id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    workspace_id: str
    content_json: str
    renderer_version: int


class ShownRow(Row, table=True):
    """A paper reserved for a destination: it never stands in another of its digests."""

    __tablename__ = "shown"
    __table_args__ = (
        of_destination(),
        of_paper(),
        of_slot(),
        Index(None, "slot_id"),
        Index(None, "paper_id"),
    )

    destination_id: int = Field(primary_key=True, sa_type=Id)
    paper_id: int = Field(primary_key=True, sa_type=Id)
    workspace_id: str
    slot_id: int = Field(sa_type=Id)


class DeliveryRow(Row, table=True):
    """One outgoing message: a part of a digest."""

    __tablename__ = "delivery"
    __table_args__ = (
        of_destination(),
        of_slot(),
        ForeignKeyConstraint(["lane_id"], ["lane.id"]),
        UniqueConstraint("slot_id", "part_no"),
        UniqueConstraint("destination_id", "slot_key", "part_no"),
        Index(None, "workspace_id"),
        # With `not_before`, so that what is deferred is passed over without a look at its row.
        partial("ix_delivery_lane", "lane_id", "id", "not_before", where=WAITING),
        partial("ix_delivery_lane_due", "lane_id", "not_before", where=WAITING),
        # Without what waits for no time: PostgreSQL, before it has counted, would look for a lane's part in there.
        partial("ix_delivery_not_before", "not_before", where=DEFERRED),
        partial("ix_delivery_expires_at", "expires_at", where=WAITING),
        partial("ix_delivery_held", "expires_at", where=HELD),
        partial("ix_delivery_in_flight", "lane_id", "sending_at", where=IN_FLIGHT),
        partial("ix_delivery_before", "destination_id", "slot_id", "part_no", where=BLOCKING),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    key: str = Field(unique=True)
    workspace_id: str
    destination_id: int = Field(sa_type=Id)
    lane_id: str
    slot_id: int = Field(sa_type=Id)
    slot_key: str
    part_no: int
    n_parts: int
    payload: bytes | None = Field(default=None, sa_type=LargeBinary)
    status: str
    attempt: int = 0
    deferrals: int = 0  # waits a platform asked for; they do not count as attempts
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    owner: str | None = None
    sending_at: datetime | None = Field(default=None, sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    remote_id: str = ""
    last_error: str = ""
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    repeated: bool = False  # sent again although an earlier copy may be there
    doubted: bool = False  # nobody knew, at least once, whether it had been posted
    channel: str = ""  # where it went; what waits goes wherever its destination is by then
    papers: tuple[int, ...] = Field(default=(), sa_type=Ids)  # what this part holds, when the adapter said so


class NoticeRow(Row, table=True):
    """What one person is told once: `told_at` is when."""

    __tablename__ = "notice"
    __table_args__ = (
        of_destination(),
        UniqueConstraint("destination_id", "kind"),
        Index(None, "told_at"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    workspace_id: str
    destination_id: int = Field(sa_type=Id)
    kind: str
    person: str
    text: str
    created_at: datetime = Field(sa_type=UtcTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcTime)


class CronRunRow(Row, table=True):
    """One run of a periodic job: the first to write the row is the one who runs it."""

    __tablename__ = "cron_run"
    __table_args__ = (Index(None, "started_at"),)

    name: str = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    owner: str
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcTime)
