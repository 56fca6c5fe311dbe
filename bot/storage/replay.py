"""Deliveries as people see them: listed, looked at, sent again, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.delivery import Delivery, SlotState, Status
from bot.errors import NotFound, UserError

from . import tables as t
from .engine import Stored, reading, writing
from .notices import wake_if_ours
from .rows import AnyRow, delivery_of
from .sent import locked, reserve_papers
from .slots import finish_slot

REPLAYABLE = (Status.DEAD.value, Status.HELD.value, Status.UNCERTAIN.value, Status.CANCELLED.value)
part = t.delivery.c


class Replays(Stored):
    """The store's methods for looking at the ledger and mending it by hand."""

    @reading
    def deliveries(
        self,
        db: Connection,
        *,
        status: Status | Sequence[Status] | None = None,
        destination_id: int | None = None,
        workspace: str | None = None,
        limit: int = 50,
    ) -> tuple[Delivery, ...]:
        """List deliveries, newest first."""
        query = select(t.delivery).order_by(part.id.desc()).limit(limit)
        if status is not None:
            wanted = [status] if isinstance(status, Status) else list(status)
            query = query.where(part.status.in_([one.value for one in wanted]))
        if destination_id is not None:
            query = query.where(part.destination_id == destination_id)
        if workspace is not None:
            query = query.where(part.workspace_id == workspace)
        return tuple(delivery_of(row) for row in db.execute(query))

    @reading
    def delivery(self, db: Connection, key: str) -> Delivery | None:
        """Find a delivery by its key."""
        row = db.execute(select(t.delivery).where(part.key == key)).one_or_none()
        return None if row is None else delivery_of(row)

    @writing
    def replay(self, db: Connection, key: str, now: datetime) -> Delivery:
        """Send a dead, held, uncertain or cancelled delivery again, and the cancelled parts behind it.

        Its destination is unpaused, unless a person paused it.
        """
        row = _as_it_stays(db, key)
        _not_on_its_way(row)
        if row.status not in REPLAYABLE:
            raise UserError(
                f"Delivery {key} is {row.status}; nothing was changed.", fix="Only unsent ones can go again."
            )
        again = {"status": Status.PENDING.value, "attempt": 0, "not_before": now, "expires_at": None}
        behind = (part.slot_id == row.slot_id, part.part_no > row.part_no)
        db.execute(update(t.delivery).where(part.id == row.id).values(**again))
        cancelled = update(t.delivery).where(*behind, part.status == Status.CANCELLED.value)
        db.execute(cancelled.values(**again))
        _reopen(db, row)
        wake_if_ours(db, row.destination_id)
        return delivery_of(_known(db, key))

    @writing
    def drop(self, db: Connection, key: str) -> Delivery:
        """Give up an unsent delivery: its slot is skipped, its papers come back unless somebody may have seen them."""
        row = _as_it_stays(db, key)
        _not_on_its_way(row)
        if row.status == Status.SENT.value:
            raise UserError(
                f"Delivery {key} is {row.status}; nothing was changed.",
                fix="Only unsent ones can be dropped.",
            )
        finish_slot(db, row.slot_id, SlotState.SKIPPED, reason="dropped by hand")
        db.execute(update(t.delivery).where(part.id == row.id).values(status=Status.CANCELLED.value))
        return delivery_of(_known(db, key))


def _known(db: Connection, key: str) -> AnyRow:
    row = db.execute(select(t.delivery).where(part.key == key)).one_or_none()
    if row is None:
        raise NotFound(f"There is no delivery {key}.", fix="`deliveries list` shows the keys.")
    return row


def _as_it_stays(db: Connection, key: str) -> AnyRow:
    """A delivery that no sender changes before this transaction ends."""
    locked(db, [_known(db, key).id])
    return _known(db, key)


def _not_on_its_way(row: AnyRow) -> None:
    if row.status == Status.SENDING.value:
        raise UserError(
            f"Delivery {row.key} is being sent right now; nothing was changed.",
            fix="Look again in two minutes: a running bot has recorded by then how it ended. "
            "If no bot runs, `paperround run` looks into it.",
        )


def _reopen(db: Connection, row: AnyRow) -> None:
    """The slot is open again and reserves its papers again, those that no other slot took meanwhile."""
    reopened = update(t.slot).where(t.slot.c.id == row.slot_id, t.slot.c.state != SlotState.SENT.value)
    db.execute(reopened.values(state=SlotState.OPEN.value, reason=""))
    reserve_papers(db, row.slot_id)
