"""Slots: when a digest was due, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, func, select, update

from bot.domain.delivery import Slot, SlotState, Status

from . import tables as t
from .at_once import AtOnce
from .engine import Stored, reading
from .given import one_of
from .reserved import release
from .rows import slot_of
from .statements import changed, chunks

CANCELLABLE = (Status.PENDING.value, Status.HELD.value)
KEPT = "; what may have been seen is not shown again"


class Slots(Stored):
    """The store's methods about slots."""

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
    def slots_by_id(self, db: Connection, ids: Iterable[int]) -> dict[int, Slot]:
        """Find many slots; one that is gone is left out."""
        some_of = (select(t.slot).where(t.slot.c.id.in_(some)) for some in chunks(ids))
        return {row.id: slot_of(row) for query in some_of for row in db.execute(query)}

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
    def openings(self, db: Connection, slot_ids: Iterable[int]) -> dict[int, str]:
        """Find by slot the platform's id of its first message; a slot whose first message is not there is left out."""
        return {row.slot_id: row.remote_id for row in _openings.rows(db, {"numbers": slot_ids})}

    @reading
    def last_digests(self, db: Connection) -> dict[int, Slot]:
        """Find the latest slot of each destination that was sent or had nothing to send."""
        came = t.slot.c.state.in_([SlotState.SENT.value, SlotState.EMPTY.value])
        newest = func.max(t.slot.c.due_at).label("newest")
        latest = (
            select(t.slot.c.destination_id, newest).where(came).group_by(t.slot.c.destination_id).subquery()
        )
        mine = (t.slot.c.destination_id == latest.c.destination_id, t.slot.c.due_at == latest.c.newest, came)
        rows = db.execute(select(t.slot).join(latest, and_(*mine)).order_by(t.slot.c.id))
        return {row.destination_id: slot_of(row) for row in rows}

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


# Put together once: it runs for every message that follows another.
_openings = AtOnce(
    select(t.delivery.c.slot_id, t.delivery.c.remote_id).where(
        one_of(t.delivery.c.slot_id, "numbers"),
        t.delivery.c.part_no == 0,
        t.delivery.c.status == Status.SENT.value,
    )
)


def finish_slot(db: Connection, slot_id: int, state: SlotState, *, reason: str) -> None:
    """End a slot: cancel its unsent parts and release the papers nobody saw.

    All of them when no part may have been seen; else those of the other parts, as far as the adapter said which. Where
    that is in doubt, the slot's reason says so.
    """
    why = reason.removesuffix(KEPT)  # a doubt that was there when it was first given up may be over
    ended = update(t.slot).where(t.slot.c.id == slot_id, t.slot.c.state != SlotState.SENT.value)
    if changed(db, ended.values(state=state.value, reason=why)) == 0:
        return
    mine = t.delivery.c.slot_id == slot_id
    db.execute(
        update(t.delivery)
        .where(mine, t.delivery.c.status.in_(CANCELLABLE))
        .values(status=Status.CANCELLED.value)
    )
    if release(db, slot_id):
        db.execute(update(t.slot).where(t.slot.c.id == slot_id).values(reason=f"{why}{KEPT}"))


def _slot(db: Connection, destination_id: int, slot_key: str) -> Slot | None:
    mine = (t.slot.c.destination_id == destination_id, t.slot.c.slot_key == slot_key)
    row = db.execute(select(t.slot).where(*mine)).one_or_none()
    return None if row is None else slot_of(row)
