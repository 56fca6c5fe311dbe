"""Slots: planned once, frozen with their digest, and what they have shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.delivery import Slot, SlotPlan, SlotState, Status, delivery_key
from bot.domain.digest import Digest
from bot.errors import NotFound

from . import codec
from . import tables as t
from .engine import Stored, reading, writing
from .reserved import Refused, release, reserve
from .rows import AnyRow, address_of, slot_of
from .statements import add_once, changed, insert

UNSENT = (Status.PENDING.value, Status.HELD.value)


class Slots(Stored):
    """The store's methods about slots."""

    async def plan(self, plan: SlotPlan) -> Slot | None:
        """Write a slot, its digest, part 0, what it shows and the next due time: all or nothing.

        None when it was planned already, when `next_due_at` moved meanwhile, or when one of its papers was shown
        meanwhile; the destination is then still due, except that an existing slot moves `next_due_at` on.
        """
        (slot,) = await self.plan_many([plan])
        return slot

    @writing
    def plan_many(self, db: Connection, plans: Sequence[SlotPlan]) -> tuple[Slot | None, ...]:
        """`plan` each of these in one transaction; one that is refused leaves the others as they are."""
        return tuple(_planned(db, plan) for plan in plans)

    @reading
    def slot(self, db: Connection, destination_id: int, slot_key: str) -> Slot | None:
        """Find a slot by its key."""
        return _slot(db, destination_id, slot_key)

    @reading
    def slot_by_id(self, db: Connection, slot_id: int) -> Slot | None:
        """Find a slot by its id."""
        row = db.execute(select(t.slot).where(t.slot.c.id == slot_id)).one_or_none()
        return None if row is None else slot_of(row)

    @reading
    def slots(self, db: Connection, destination_id: int, *, limit: int = 10) -> tuple[Slot, ...]:
        """List a destination's slots, latest due first."""
        query = (
            select(t.slot)
            .where(t.slot.c.destination_id == destination_id)
            .order_by(t.slot.c.due_at.desc(), t.slot.c.id.desc())
            .limit(limit)
        )
        return tuple(slot_of(row) for row in db.execute(query))

    @reading
    def last_slot(
        self,
        db: Connection,
        destination_id: int,
        *,
        before: str | None = None,
        states: Sequence[SlotState] = (),
    ) -> Slot | None:
        """Find the latest scheduled slot, if wanted before a slot key and in one of these states.

        A slot that somebody asked for by hand ("manual:...") is not scheduled and does not count.
        """
        query = select(t.slot).where(t.slot.c.destination_id == destination_id, t.slot.c.day.is_not(None))
        if before is not None:
            query = query.where(t.slot.c.slot_key < before)
        if states:
            query = query.where(t.slot.c.state.in_([state.value for state in states]))
        row = db.execute(query.order_by(t.slot.c.slot_key.desc()).limit(1)).one_or_none()
        return None if row is None else slot_of(row)


def _planned(db: Connection, plan: SlotPlan) -> Slot | None:
    before = db.begin_nested()  # not as a context: a full disk ends the whole transaction, and this with it
    try:
        slot = _plan(db, plan)
    except Refused:
        before.rollback()
        return None
    before.commit()
    return slot


def _plan(db: Connection, plan: SlotPlan) -> Slot | None:
    home = db.execute(select(t.destination).where(t.destination.c.id == plan.destination_id)).one_or_none()
    if home is None:
        raise NotFound(f"There is no destination {plan.destination_id}.")
    _move_on(db, plan)
    if not add_once(db, t.slot, _slot_values(plan, home.workspace_id)):
        return None
    slot = _slot(db, plan.destination_id, plan.slot_key)
    if slot is None or plan.digest is None:
        return slot
    _freeze(db, slot, home, plan.digest)
    if plan.state is SlotState.OPEN:
        reserve(db, slot, home.workspace_id, plan.digest)
        _first_part(db, slot, home, plan)
    return slot


def finish_slot(db: Connection, slot_id: int, state: SlotState, *, reason: str) -> None:
    """End a slot: cancel its unsent parts and release the papers nobody saw.

    All of them when no part may have been seen; else those of the other parts, as far as the adapter said which.
    """
    ended = update(t.slot).where(t.slot.c.id == slot_id, t.slot.c.state != SlotState.SENT.value)
    if changed(db, ended.values(state=state.value, reason=reason)) == 0:
        return
    mine = t.delivery.c.slot_id == slot_id
    db.execute(
        update(t.delivery).where(mine, t.delivery.c.status.in_(UNSENT)).values(status=Status.CANCELLED.value)
    )
    release(db, slot_id)


def _move_on(db: Connection, plan: SlotPlan) -> None:
    """Move `next_due_at` from where the planner saw it; a plan outside the schedule leaves it alone."""
    if plan.expected_next_due_at is None and plan.next_due_at is None:
        return
    due_at = t.destination.c.next_due_at
    as_seen = update(t.destination).where(
        t.destination.c.id == plan.destination_id, due_at.is_not_distinct_from(plan.expected_next_due_at)
    )
    if changed(db, as_seen.values(next_due_at=plan.next_due_at)) == 0:
        raise Refused


def _slot_values(plan: SlotPlan, workspace: str) -> dict[str, Any]:
    return {
        "workspace_id": workspace,
        "destination_id": plan.destination_id,
        "slot_key": plan.slot_key,
        "day": plan.day,
        "due_at": plan.due_at,
        "state": plan.state.value,
        "reason": plan.reason,
    }


def _slot(db: Connection, destination_id: int, slot_key: str) -> Slot | None:
    mine = (t.slot.c.destination_id == destination_id, t.slot.c.slot_key == slot_key)
    row = db.execute(select(t.slot).where(*mine)).one_or_none()
    return None if row is None else slot_of(row)


def _freeze(db: Connection, slot: Slot, home: AnyRow, digest: Digest) -> None:
    day = slot.due_at.date()  # pruned by it, as the digest is
    frozen = codec.Freezer().freeze(digest, day)
    pieces = [{"key": key, "day": day, "body": body} for key, body in frozen.pieces.items()]
    if pieces:
        db.execute(insert(db, t.content).on_conflict_do_nothing(), pieces)
    content = {
        "slot_id": slot.id,
        "workspace_id": home.workspace_id,
        "content_json": frozen.text,
        "renderer_version": codec.VERSION,
    }
    db.execute(insert(db, t.digest), content)


def _first_part(db: Connection, slot: Slot, home: AnyRow, plan: SlotPlan) -> None:
    part = {
        "key": delivery_key(address_of(home), slot.slot_key, 0),
        "workspace_id": home.workspace_id,
        "destination_id": slot.destination_id,
        "lane_id": home.lane_id,
        "slot_id": slot.id,
        "slot_key": slot.slot_key,
        "part_no": 0,
        "n_parts": 1,
        "status": Status.PENDING.value,
        "expires_at": plan.expires_at,
    }
    db.execute(insert(db, t.delivery), part)
