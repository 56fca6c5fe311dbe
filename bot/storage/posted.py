"""The digests that were posted, as people may look at them again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bot.domain.delivery import SlotState
from bot.domain.subscription import Destination, Visibility

from . import tables as t
from .engine import Stored, reading
from .folded import unpacked
from .results import PostedSlot, PublicPost
from .rows import AnyRow, destination_of

slot, shown, home = t.slot.c, t.shown.c, t.destination.c
IS_PUBLIC = home.archive == Visibility.PUBLIC.value


class PostedDigests(Stored):
    """The store's methods about digests that were sent and showed something."""

    @reading
    def posted(
        self, db: Connection, destination_id: int, *, limit: int = 30, offset: int = 0
    ) -> tuple[PostedSlot, ...]:
        """List a destination's digests, latest due first."""
        query = _posted(slot.destination_id == destination_id)
        rows = db.execute(query.order_by(*_latest()).limit(limit).offset(offset))
        return tuple(map(_of, rows))

    @reading
    def posted_one(
        self, db: Connection, destination_id: int, *, day: date | None = None, slot_id: int | None = None
    ) -> PostedSlot | None:
        """Find a destination's latest digest, if wanted of a day or a slot; one asked for by hand is of no day."""
        query = _posted(slot.destination_id == destination_id)
        if day is not None:
            query = query.where(slot.day == day)
        if slot_id is not None:
            query = query.where(slot.id == slot_id)
        row = db.execute(query.order_by(*_latest()).limit(1)).one_or_none()
        return None if row is None else _of(row)

    @reading
    def posted_around(self, db: Connection, here: PostedSlot) -> tuple[PostedSlot | None, PostedSlot | None]:
        """Find the digests of the same destination before and after this one."""
        mine = _posted(slot.destination_id == here.destination_id)
        same = slot.due_at == here.due_at
        older = or_(slot.due_at < here.due_at, and_(same, slot.id < here.id))
        newer = or_(slot.due_at > here.due_at, and_(same, slot.id > here.id))
        before = db.execute(mine.where(older).order_by(*_latest()).limit(1)).one_or_none()
        after = db.execute(mine.where(newer).order_by(slot.due_at, slot.id).limit(1)).one_or_none()
        return _of(before) if before else None, _of(after) if after else None

    @reading
    def posted_publicly(self, db: Connection, paper_id: int, *, limit: int = 50) -> tuple[PublicPost, ...]:
        """List the digests everybody may read that showed a paper, newest first."""
        where = (home.id.label("destination_id"), home.name, home.platform, home.tz)
        query = (
            select(*where, slot.id.label("slot_id"), slot.day, slot.due_at)
            .join_from(t.shown, t.slot, shown.slot_id == slot.id)
            .join(t.destination, slot.destination_id == home.id)
            .where(shown.paper_id == paper_id, slot.state == SlotState.SENT.value, IS_PUBLIC)
        )
        rows = db.execute(query.order_by(*_latest()).limit(limit))
        return tuple(PublicPost(**row._mapping) for row in rows)  # noqa: SLF001 - the public way to its names

    @reading
    def public_destinations(self, db: Connection, *, limit: int = 500) -> tuple[Destination, ...]:
        """List the destinations whose digests everybody may read, by name."""
        query = select(t.destination).where(IS_PUBLIC).order_by(home.name, home.id).limit(limit)
        return tuple(destination_of(row) for row in db.execute(query))

    @reading
    def shown_by(self, db: Connection, slot_id: int) -> tuple[int, ...]:
        """List the papers that a slot showed, newest first."""
        query = select(shown.paper_id).where(shown.slot_id == slot_id)
        return tuple(db.execute(query.order_by(shown.paper_id.desc())).scalars())


def _posted(mine: ColumnElement[bool]) -> Select[Any]:
    """Sent slots and how many papers they showed; those that showed none are left out."""
    columns = (slot.id, slot.destination_id, slot.day, slot.due_at, slot.folded)
    return (
        select(*columns, func.count(shown.paper_id).label("shown"))
        .join(t.shown, shown.slot_id == slot.id)
        .where(mine, slot.state == SlotState.SENT.value)
        .group_by(slot.id)
    )


def _latest() -> tuple[Any, Any]:
    return slot.due_at.desc(), slot.id.desc()


def _of(row: AnyRow) -> PostedSlot:
    return PostedSlot(
        id=row.id,
        destination_id=row.destination_id,
        day=row.day,
        due_at=row.due_at,
        shown=row.shown,
        folded=unpacked(row.folded),
    )
