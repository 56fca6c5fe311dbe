"""What the platform has: believed of anybody and in any state, for the message is out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, exists, select, update

from bot.domain.delivery import Sent, SlotState, Status

from . import tables as t
from .at_once import AtOnce
from .contents import digests_of
from .given import Given, one_of
from .reserved import reserve_again
from .rows import AnyRow, slot_of
from .slots import finish_slot
from .tables.ledger import BLOCKING, deliveries

part = t.delivery.c
RELEASED = (Status.DEAD.value, Status.CANCELLED.value)  # given up: their papers may have been let go
SENT_AGAIN = "sent again by hand"  # why a slot is open that had ended
DROPPED = "dropped by hand"

# Put together once: they run for every message.
_standing = AtOnce(
    select(
        part.id,
        part.key,
        part.status,
        part.owner,
        part.lane_id,
        part.slot_id,
        part.part_no,
        part.n_parts,
        part.destination_id,
        part.repeated,
        part.channel,
        part.last_error,
        t.slot.c.state.label("slot_state"),
        t.slot.c.reason.label("slot_reason"),
    )
    .select_from(t.slot.join(t.delivery, part.slot_id == t.slot.c.id))
    .where(one_of(part.id, "numbers"))
    .order_by(t.slot.c.id, part.id)
    .with_for_update(key_share=True)
)
_posted = Given("posted", number=part.id.type, moment=part.sent_at.type, name=part.remote_id.type)
_send = (
    update(t.delivery)
    .where(part.id == _posted.rows.c.number)
    .values(
        status=Status.SENT.value,
        sent_at=_posted.rows.c.moment,
        remote_id=_posted.rows.c.name,
        last_error="",
        owner=None,
        not_before=None,
    )
)
_sibling = t.delivery.alias("sibling")
_unsent = exists().where(part.slot_id == t.slot.c.id, part.status != Status.SENT.value)
_complete = AtOnce(
    select(t.slot.c.id, t.slot.c.destination_id).where(one_of(t.slot.c.id, "numbers"), ~_unsent)
)
_end = update(t.slot).where(one_of(t.slot.c.id, "numbers")).values(state=SlotState.SENT.value, reason="")
_left = (
    select(part.slot_id, part.status, part.last_error)
    .where(one_of(part.slot_id, "numbers"), part.status.in_(RELEASED))
    .where(~exists().where(_sibling.c.slot_id == part.slot_id, deliveries(BLOCKING, "sibling")))
    .order_by(part.status, part.id.desc())  # of a slot the first dead one is the last here
)
_well = (
    update(t.destination)
    .where(one_of(t.destination.c.id, "numbers"), t.destination.c.dead_in_row > 0)
    .values(dead_in_row=0)
)


def arrived(db: Connection, steps: Sequence[Sent]) -> set[int]:
    """Note that these are posted, and close the slots that are complete; those that were not known to be."""
    if not steps:
        return set()
    rows = locked(db, [step.delivery_id for step in steps])
    new = [
        step
        for step in steps
        if step.delivery_id in rows and rows[step.delivery_id].status != Status.SENT.value
    ]
    if not new:
        return set()
    db.execute(_send, {"posted": _posted.packed((one.delivery_id, one.at, one.remote_id) for one in new)})
    _close(db, {rows[one.delivery_id].slot_id: rows[one.delivery_id].slot_reason for one in new})
    for one in new:
        if rows[one.delivery_id].status in RELEASED:
            reserve_papers(db, rows[one.delivery_id].slot_id)
    return {one.delivery_id for one in new}


def locked(db: Connection, delivery_ids: Iterable[int]) -> dict[int, AnyRow]:
    """How these deliveries and their slots stand, which stays so until the transaction ends.

    Slots are locked before deliveries, here and wherever one ends, so that nobody waits in a circle.
    """
    return {row.id: row for row in _standing.rows(db, {"numbers": delivery_ids})}


def _close(db: Connection, reasons: Mapping[int, str]) -> None:
    """A slot is sent when every part of it is, and then its destination takes messages."""
    closed = _complete.rows(db, {"numbers": reasons})
    if closed:
        db.execute(_end, {"numbers": [row.id for row in closed]})
        db.execute(_well, {"numbers": [row.destination_id for row in closed]})
    again = {number for number, reason in reasons.items() if reason == SENT_AGAIN}
    if left := again - {row.id for row in closed}:
        _end_again(db, left)


def _end_again(db: Connection, slot_ids: set[int]) -> None:
    """A later part was sent again, earlier ones stay dead: when nothing waits any more, the slot ends for their reason."""
    left = {row.slot_id: row for row in db.execute(_left, {"numbers": slot_ids})}
    for row in left.values():
        state = SlotState.DEAD if row.status == Status.DEAD.value else SlotState.SKIPPED
        finish_slot(db, row.slot_id, state, reason=row.last_error or DROPPED)


def reserve_papers(db: Connection, slot_id: int) -> None:
    """Reserve a slot's papers again, those that no other slot took meanwhile."""
    digest = digests_of(db, [slot_id]).get(slot_id)
    if digest is not None:
        row = db.execute(select(t.slot).where(t.slot.c.id == slot_id)).one()
        reserve_again(db, slot_of(row), row.workspace_id, digest)
