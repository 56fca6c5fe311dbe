"""The ledger: every outgoing message, how it stands, and who may take it next.

Each step is committed before the call it allows or after the call it records, so a crash loses nothing:
what was `sending` when the process died is `uncertain` when the store opens again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text, update

from bot.domain.delivery import Delivery, SlotState, Status, delivery_key

from . import tables as t
from .engine import Stored, reading, writing
from .rows import AnyRow, address_of, delivery_of
from .slots import finish_slot
from .statements import changed, insert
from .tables import ledger

IN_FLIGHT = (Status.SENDING.value, Status.UNCERTAIN.value)
BLOCKING = (Status.PENDING.value, Status.HELD.value, *IN_FLIGHT)
part = t.delivery.c
UNFINISHED = text(f"delivery.{ledger.UNFINISHED}")  # in the index's own words, or it is not used


class Deliveries(Stored):
    """The store's methods that move a delivery from one state to the next."""

    @writing
    def recover(self, db: Connection) -> int:
        """Make uncertain what was `sending` when the sender died; how many there were.

        Only for the process that alone sends, before it sends: beside a running sender it would disown its work.
        """
        lost = update(t.delivery).where(UNFINISHED, part.status == Status.SENDING.value)
        values = {"status": Status.UNCERTAIN.value, "last_error": "the bot stopped while this was being sent"}
        return changed(db, lost.values(**values))

    @writing
    def claim(
        self, db: Connection, now: datetime, *, limit: int = 100, owner: str | None = None
    ) -> tuple[Delivery, ...]:
        """Take what may be sent now, oldest slot first: at most one part per destination, parts in order.

        They are `sending` when this returns; whoever called must mark each of them, whatever happens.
        """
        ids = list(db.execute(_ready(now).limit(limit)).scalars())
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
        return _deliveries(
            db, select(t.delivery).where(part.id.in_(ids)).order_by(part.slot_id, part.part_no)
        )

    @writing
    def freeze_parts(
        self, db: Connection, delivery_id: int, payloads: Sequence[bytes]
    ) -> tuple[Delivery, ...]:
        """Keep the bytes of part 0 and make the parts 1..n; once done, what was kept first is returned."""
        first = _row(db, delivery_id)
        if first.payload is None and first.part_no == 0 and payloads:
            db.execute(
                update(t.delivery)
                .where(part.id == delivery_id)
                .values(payload=payloads[0], n_parts=len(payloads))
            )
            later = [_later_part(db, first, number, payloads) for number in range(1, len(payloads))]
            if later:
                db.execute(insert(db, t.delivery), later)
        return _deliveries(db, select(t.delivery).where(part.slot_id == first.slot_id).order_by(part.part_no))

    @writing
    def mark_sent(self, db: Connection, delivery_id: int, remote_id: str, now: datetime) -> Delivery:
        """Record that the platform has it; the last part makes its slot sent. Repeating it changes nothing."""
        sent = update(t.delivery).where(part.id == delivery_id, part.status != Status.SENT.value)
        values = {"status": Status.SENT.value, "sent_at": now, "remote_id": remote_id, "last_error": ""}
        if changed(db, sent.values(**values)):
            _close_slot(db, _row(db, delivery_id))
        return delivery_of(_row(db, delivery_id))

    @writing
    def mark_pending(
        self, db: Connection, delivery_id: int, *, error: str, not_before: datetime, deferral: bool = False
    ) -> Delivery:
        """Record that it was certainly not posted; it is due again then.

        A deferral (the platform asked for patience) does not count as an attempt.
        """
        values: dict[str, Any] = {"not_before": not_before}
        if deferral:
            values |= {"attempt": part.attempt - 1, "deferrals": part.deferrals + 1}
        return _again(db, delivery_id, error, values)

    @writing
    def mark_uncertain(self, db: Connection, delivery_id: int, *, error: str) -> Delivery:
        """Record that it may or may not have been posted."""
        return _mark(db, delivery_id, Status.UNCERTAIN, error)

    @writing
    def mark_held(self, db: Connection, delivery_id: int, *, error: str) -> Delivery:
        """Record that it waits for a person; later parts and slots of the destination wait behind it."""
        return _mark(db, delivery_id, Status.HELD, error)

    @writing
    def mark_dead(self, db: Connection, delivery_id: int, *, error: str) -> Delivery:
        """Record that it will never be posted: its slot is dead, its later parts are cancelled.

        The slot's papers come back, unless a part of it was seen.
        """
        dead = _mark(db, delivery_id, Status.DEAD, error)
        finish_slot(db, dead.slot_id, SlotState.DEAD, reason=error)
        in_row = t.destination.c.dead_in_row + 1
        home = update(t.destination).where(t.destination.c.id == dead.destination_id)
        db.execute(home.values(dead_in_row=in_row))
        return dead

    @writing
    def expire(self, db: Connection, now: datetime, *, reason: str = "late") -> tuple[Delivery, ...]:
        """Give up what waits past its catch-up window: its slot is skipped, its papers come back."""
        query = select(t.delivery).where(
            UNFINISHED, part.status == Status.PENDING.value, part.expires_at <= now
        )
        late = _deliveries(db, query.order_by(part.slot_id, part.part_no))
        for delivery in late:
            finish_slot(db, delivery.slot_id, SlotState.SKIPPED, reason=reason)
        return late

    @writing
    def resolve_uncertain(
        self, db: Connection, delivery_id: int, *, found: str | None, now: datetime
    ) -> Delivery:
        """Settle an uncertain delivery: `found` is the platform's id of it, None means send it again."""
        row = _row(db, delivery_id)
        if row.status != Status.UNCERTAIN.value:
            return delivery_of(row)
        if found is None:
            return _again(db, delivery_id, row.last_error, {"not_before": None})
        sent = {"status": Status.SENT.value, "sent_at": now, "remote_id": found, "last_error": ""}
        db.execute(update(t.delivery).where(part.id == delivery_id).values(**sent))
        _close_slot(db, _row(db, delivery_id))
        return delivery_of(_row(db, delivery_id))

    @reading
    def uncertain(self, db: Connection) -> tuple[Delivery, ...]:
        """List what may or may not have been posted, oldest first."""
        query = select(t.delivery).where(UNFINISHED, part.status == Status.UNCERTAIN.value)
        return _deliveries(db, query.order_by(part.slot_id, part.part_no))

    @reading
    def next_attempt(self, db: Connection) -> datetime | None:
        """When the next waiting delivery may be tried, None when none waits for a time."""
        return db.execute(
            select(func.min(part.not_before)).where(UNFINISHED, part.status == Status.PENDING.value)
        ).scalar()


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


def _row(db: Connection, delivery_id: int) -> AnyRow:
    return db.execute(select(t.delivery).where(part.id == delivery_id)).one()


def _deliveries(db: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    return tuple(delivery_of(row) for row in db.execute(query))


def _later_part(db: Connection, first: AnyRow, number: int, payloads: Sequence[bytes]) -> dict[str, Any]:
    home = db.execute(select(t.destination).where(t.destination.c.id == first.destination_id)).one()
    copied = ("workspace_id", "destination_id", "lane_id", "slot_id", "slot_key", "expires_at")
    return {name: getattr(first, name) for name in copied} | {
        "key": delivery_key(address_of(home), first.slot_key, number),
        "part_no": number,
        "n_parts": len(payloads),
        "payload": payloads[number],
        "status": Status.PENDING.value,
    }


def _mark(
    db: Connection, delivery_id: int, status: Status, error: str, values: dict[str, Any] | None = None
) -> Delivery:
    unfinished = update(t.delivery).where(part.id == delivery_id, part.status.in_(BLOCKING))
    db.execute(unfinished.values(status=status.value, last_error=error, owner=None, **(values or {})))
    return delivery_of(_row(db, delivery_id))


def _again(db: Connection, delivery_id: int, error: str, values: dict[str, Any]) -> Delivery:
    """It waits for another try, unless its slot was given up while it was on its way."""
    waiting = _mark(db, delivery_id, Status.PENDING, error, values)
    slot = db.execute(select(t.slot).where(t.slot.c.id == waiting.slot_id)).one()
    if waiting.status is Status.PENDING and slot.state in {SlotState.SKIPPED.value, SlotState.DEAD.value}:
        finish_slot(db, waiting.slot_id, SlotState(slot.state), reason=slot.reason)
    return delivery_of(_row(db, delivery_id))


def _close_slot(db: Connection, row: AnyRow) -> None:
    """The slot is sent when every part of it is."""
    waiting = select(func.count()).where(part.slot_id == row.slot_id, part.status != Status.SENT.value)
    if db.execute(waiting).scalar_one():
        return
    sent = {"state": SlotState.SENT.value, "reason": ""}
    db.execute(update(t.slot).where(t.slot.c.id == row.slot_id).values(**sent))
    db.execute(update(t.destination).where(t.destination.c.id == row.destination_id).values(dead_in_row=0))
