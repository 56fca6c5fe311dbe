"""The ledger: every outgoing message, how it stands, and who may take it next.

Each step is committed before the call it allows or after the call it records, so a crash loses nothing:
what was `sending` when the process died is `uncertain` when the store opens again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.domain.delivery import Delivery, SlotState, Status, delivery_key

from . import tables as t
from .claims import BLOCKING, UNFINISHED, Claims, listed, moved, part, row_of
from .engine import reading, writing
from .reserved import maybe_seen
from .rows import AnyRow, address_of, delivery_of
from .slots import finish_slot
from .statements import changed, insert


class Deliveries(Claims):
    """The store's methods that move a delivery from one state to the next."""

    @writing
    def freeze_parts(
        self,
        db: Connection,
        delivery_id: int,
        payloads: Sequence[bytes],
        papers: Sequence[tuple[int, ...]] = (),
    ) -> tuple[Delivery, ...]:
        """Keep the bytes of part 0 and make the parts 1..n; once done, what was kept first is returned.

        `papers` are what each part shows, where the adapter said so. A part given up meanwhile is left as it is.
        """
        first = row_of(db, delivery_id)
        if first.payload is None and first.part_no == 0 and payloads and first.status in BLOCKING:
            held = [*papers, *[()] * len(payloads)]
            db.execute(
                update(t.delivery)
                .where(part.id == delivery_id)
                .values(payload=payloads[0], n_parts=len(payloads), papers=held[0])
            )
            later = [
                _later_part(db, first, number, payloads) | {"papers": held[number]}
                for number in range(1, len(payloads))
            ]
            if later:
                db.execute(insert(db, t.delivery), later)
        return listed(db, select(t.delivery).where(part.slot_id == first.slot_id).order_by(part.part_no))

    @writing
    def mark_sent(self, db: Connection, delivery_id: int, remote_id: str, now: datetime) -> Delivery:
        """Record that the platform has it; the last part makes its slot sent. Repeating it changes nothing."""
        sent = update(t.delivery).where(part.id == delivery_id, part.status != Status.SENT.value)
        values = {"status": Status.SENT.value, "sent_at": now, "remote_id": remote_id, "last_error": ""}
        if changed(db, sent.values(**values)):
            _close_slot(db, row_of(db, delivery_id))
        return delivery_of(row_of(db, delivery_id))

    @writing
    def mark_pending(
        self, db: Connection, delivery_id: int, *, error: str, not_before: datetime, deferral: bool = False
    ) -> Delivery:
        """Record that it was certainly not posted; it is due again then.

        A deferral (the platform asked for patience) does not count as an attempt; what failed before it was claimed does.
        """
        unclaimed = row_of(db, delivery_id).status == Status.PENDING.value
        values: dict[str, Any] = {"not_before": not_before, "attempt": part.attempt + unclaimed - deferral}
        if deferral:
            values |= {"deferrals": part.deferrals + 1}
        return _again(db, delivery_id, error, values)

    @writing
    def mark_uncertain(
        self, db: Connection, delivery_id: int, *, error: str, ask_from: datetime | None = None
    ) -> Delivery:
        """Record that it may or may not have been posted; the platform is not asked before `ask_from`."""
        return moved(db, delivery_id, Status.UNCERTAIN, error, {"not_before": ask_from})

    @writing
    def mark_held(self, db: Connection, delivery_id: int, *, error: str) -> Delivery:
        """Record that it waits for a person; later parts and slots of the destination wait behind it."""
        return moved(db, delivery_id, Status.HELD, error)

    @writing
    def mark_dead(self, db: Connection, delivery_id: int, *, error: str) -> Delivery:
        """Record that it will never be posted: its slot is dead, its later parts are cancelled.

        The slot's papers come back, but none that somebody may have seen.
        """
        if row_of(db, delivery_id).status not in BLOCKING:
            return delivery_of(row_of(db, delivery_id))
        dead = moved(db, delivery_id, Status.DEAD, error)
        finish_slot(db, dead.slot_id, SlotState.DEAD, reason=_why_dead(db, dead, error))
        in_row = t.destination.c.dead_in_row + 1
        home = update(t.destination).where(t.destination.c.id == dead.destination_id)
        db.execute(home.values(dead_in_row=in_row))
        return dead

    @writing
    def resolve_uncertain(
        self,
        db: Connection,
        delivery_id: int,
        *,
        found: str | None,
        now: datetime,
        repeated: bool = False,
    ) -> Delivery:
        """Settle an uncertain delivery: `found` is the platform's id of it, None means send it again.

        It is `repeated` when nobody could tell whether the first copy is there.
        """
        row = row_of(db, delivery_id)
        if row.status != Status.UNCERTAIN.value:
            return delivery_of(row)
        if found is None:
            again = {"not_before": None, "repeated": row.repeated or repeated}
            return _again(db, delivery_id, row.last_error, again)
        sent = {"status": Status.SENT.value, "sent_at": now, "remote_id": found, "last_error": ""}
        db.execute(update(t.delivery).where(part.id == delivery_id).values(**sent))
        _close_slot(db, row_of(db, delivery_id))
        return delivery_of(row_of(db, delivery_id))

    @reading
    def next_attempt(self, db: Connection) -> datetime | None:
        """When the next waiting delivery may be tried, None when none waits for a time."""
        return db.execute(
            select(func.min(part.not_before)).where(UNFINISHED, part.status == Status.PENDING.value)
        ).scalar()


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


def _why_dead(db: Connection, dead: Delivery, error: str) -> str:
    """The error; after a part that was seen also what becomes of the rest."""
    parts = db.execute(
        select(part.papers, maybe_seen().label("seen")).where(part.slot_id == dead.slot_id)
    ).all()
    if not any(one.seen for one in parts):
        return error
    rest = "come in a later digest" if any(one.papers for one in parts) else "are not shown again"
    return f"{error} (part {dead.part_no + 1} of {dead.n_parts}; the papers of its unsent parts {rest})"


def _again(db: Connection, delivery_id: int, error: str, values: dict[str, Any]) -> Delivery:
    """It waits for another try, unless its slot was given up while it was on its way."""
    waiting = moved(db, delivery_id, Status.PENDING, error, values)
    slot = db.execute(select(t.slot).where(t.slot.c.id == waiting.slot_id)).one()
    if waiting.status is Status.PENDING and slot.state in {SlotState.SKIPPED.value, SlotState.DEAD.value}:
        finish_slot(db, waiting.slot_id, SlotState(slot.state), reason=slot.reason)
    return delivery_of(row_of(db, delivery_id))


def _close_slot(db: Connection, row: AnyRow) -> None:
    """The slot is sent when every part of it is."""
    waiting = select(func.count()).where(part.slot_id == row.slot_id, part.status != Status.SENT.value)
    if db.execute(waiting).scalar_one():
        return
    sent = {"state": SlotState.SENT.value, "reason": ""}
    db.execute(update(t.slot).where(t.slot.c.id == row.slot_id).values(**sent))
    db.execute(update(t.destination).where(t.destination.c.id == row.destination_id).values(dead_in_row=0))
