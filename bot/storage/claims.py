"""Deliveries on their way out: what may be sent, who sends it, and what became of nobody knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, text, update

from bot.domain.delivery import Delivery, Status

from . import tables as t
from .engine import Stored, reading, writing
from .rows import AnyRow, delivery_of
from .statements import changed
from .tables import ledger

IN_FLIGHT = (Status.SENDING.value, Status.UNCERTAIN.value)
BLOCKING = (Status.PENDING.value, Status.HELD.value, *IN_FLIGHT)
part = t.delivery.c
UNFINISHED = text(f"delivery.{ledger.UNFINISHED}")  # in the index's own words, or it is not used


class Claims(Stored):
    """The store's methods about what is sent now."""

    @writing
    def recover(self, db: Connection) -> int:
        """Make uncertain what was `sending` when the sender died; how many there were.

        Only for the process that alone sends, before it sends: beside a running sender it would disown its work.
        """
        lost = update(t.delivery).where(UNFINISHED, part.status == Status.SENDING.value)
        values = {"status": Status.UNCERTAIN.value, "last_error": "the bot stopped while this was being sent"}
        return changed(db, lost.values(**values))

    @writing
    def recover_lost(
        self, db: Connection, *, owner: str, sending: Collection[int], before: datetime
    ) -> tuple[Delivery, ...]:
        """Make uncertain what this owner began to send before then and is not `sending` any more."""
        mine = (UNFINISHED, part.status == Status.SENDING.value, part.owner == owner)
        lost = listed(db, select(t.delivery).where(*mine, part.sending_at <= before))
        why = "how its sending ended was not recorded"
        return tuple(moved(db, one.id, Status.UNCERTAIN, why) for one in lost if one.id not in sending)

    @reading
    def ready_anywhere(self, db: Connection, now: datetime, *, limit: int = 100) -> tuple[Delivery, ...]:
        """List what `claim` would take."""
        ids = list(db.execute(_ready(now).limit(limit)).scalars())
        return listed(db, select(t.delivery).where(part.id.in_(ids)).order_by(part.slot_id, part.part_no))

    @writing
    def claim(
        self,
        db: Connection,
        now: datetime,
        *,
        limit: int = 100,
        owner: str | None = None,
        only: int | None = None,
    ) -> tuple[Delivery, ...]:
        """Take what may be sent now, oldest slot first: at most one part per destination, parts in order.

        They are `sending` since now when this returns; whoever called must send each at once and mark it, whatever
        happens. `only` takes just this one, if it may still be sent.
        """
        query = _ready(now) if only is None else _ready(now).where(part.id == only)
        ids = list(db.execute(query.limit(limit)).scalars())
        taken = update(t.delivery).where(part.id.in_(ids), part.status == Status.PENDING.value)
        db.execute(
            taken.values(
                status=Status.SENDING.value,
                sending_at=now,
                owner=owner,
                attempt=part.attempt + 1,
                not_before=None,
            )
        )
        return listed(db, select(t.delivery).where(part.id.in_(ids)).order_by(part.slot_id, part.part_no))


def row_of(db: Connection, delivery_id: int) -> AnyRow:
    """A delivery's row."""
    return db.execute(select(t.delivery).where(part.id == delivery_id)).one()


def listed(db: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    """The deliveries a query finds."""
    return tuple(delivery_of(row) for row in db.execute(query))


def moved(
    db: Connection, delivery_id: int, status: Status, error: str, values: dict[str, Any] | None = None
) -> Delivery:
    """Move an unfinished delivery to another state; a finished one stays as it is."""
    unfinished = update(t.delivery).where(part.id == delivery_id, part.status.in_(BLOCKING))
    db.execute(unfinished.values(status=status.value, last_error=error, owner=None, **(values or {})))
    return delivery_of(row_of(db, delivery_id))


def _ready(now: datetime) -> Select[Any]:
    earlier = t.delivery.alias("earlier")
    blocked = select(earlier.c.id).where(
        earlier.c.destination_id == part.destination_id,
        text(f"earlier.{ledger.BLOCKING}"),
        or_(
            earlier.c.slot_id < part.slot_id,
            and_(earlier.c.slot_id == part.slot_id, earlier.c.part_no < part.part_no),
        ),
    )
    return (
        select(part.id)
        .join(t.destination, t.destination.c.id == part.destination_id)
        .join(t.lane, t.lane.c.id == part.lane_id)
        .where(
            UNFINISHED,
            part.status == Status.PENDING.value,
            or_(part.not_before.is_(None), part.not_before <= now),
            or_(part.expires_at.is_(None), part.expires_at > now),
            t.destination.c.paused.is_(False),
            t.lane.c.paused.is_(False),
            or_(t.lane.c.blocked_until.is_(None), t.lane.c.blocked_until <= now),
            ~blocked.exists(),
        )
        .order_by(part.slot_id, part.part_no)
    )
