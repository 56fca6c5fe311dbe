"""The rarer steps of a delivery, one by one: not posted, perhaps posted, held, dead, settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from sqlalchemy import Connection, select, update

from bot.domain.delivery import Again, Bury, Doubt, Hold, Settled, SlotState, Status

from . import tables as t
from .destinations import channel_of
from .notices import count_dead, pause_gone, tell_doubt
from .reserved import maybe_seen
from .rows import AnyRow
from .sent import locked
from .slots import finish_slot

Rare: TypeAlias = Again | Doubt | Hold | Bury | Settled

PENDING, SENDING, UNCERTAIN = Status.PENDING.value, Status.SENDING.value, Status.UNCERTAIN.value
FOLLOWS: Mapping[type[Rare], tuple[str, ...]] = {
    Again: (PENDING, SENDING),
    Doubt: (SENDING, UNCERTAIN),
    Hold: (PENDING, SENDING, UNCERTAIN),
    Bury: (PENDING, SENDING),
    Settled: (UNCERTAIN,),
}
ENDED = (SlotState.SKIPPED.value, SlotState.DEAD.value)
part = t.delivery.c


def take(db: Connection, step: Rare, owner: str, lanes: Mapping[str, bool]) -> bool:
    """Write one step, if its delivery is in a state it can follow and is this owner's; whether it took effect."""
    row = locked(db, [step.delivery_id]).get(step.delivery_id)
    if row is None or row.status not in FOLLOWS[type(step)] or not _is_own(row, owner, lanes):
        return False
    match step:
        case Again():
            _again(db, row, step)
        case Doubt():
            doubt = {"last_error": step.error, "not_before": step.ask_from, "doubted": True}
            _put(db, row, Status.UNCERTAIN, **doubt)
        case Hold():
            _hold(db, row, step)
        case Bury():
            _bury(db, row, step.error)
        case Settled():
            repeated = row.repeated or step.repeated
            _wait(db, row, last_error=row.last_error, not_before=None, repeated=repeated)
        case _:
            assert_never(step)
    return True


def _is_own(row: AnyRow, owner: str, lanes: Mapping[str, bool]) -> bool:
    """What is being sent is whoever's began it; what waits belongs to the owner of its lane."""
    return bool(row.owner == owner) if row.status == SENDING else row.lane_id in lanes


def _again(db: Connection, row: AnyRow, step: Again) -> None:
    """Patience the platform asks for is no attempt; what failed before it was claimed is."""
    attempt = part.attempt + int(row.status == PENDING) - int(step.deferral)
    deferrals = part.deferrals + int(step.deferral)  # PostgreSQL does not count booleans
    _wait(
        db,
        row,
        last_error=step.error,
        not_before=step.not_before,
        attempt=attempt,
        deferrals=deferrals,
    )


def _wait(db: Connection, row: AnyRow, **values: Any) -> None:
    """It waits for another try, unless its slot was given up while it was on its way."""
    _put(db, row, Status.PENDING, channel=channel_of(row.destination_id), **values)
    if row.slot_state in ENDED:
        finish_slot(db, row.slot_id, SlotState(row.slot_state), reason=row.slot_reason)


def _hold(db: Connection, row: AnyRow, step: Hold) -> None:
    """What is held in doubt may be there: sent again it says so, and given up its papers do not come back."""
    if step.pause and _has_moved(db, row):  # from a channel that is gone to one that may not be
        _wait(db, row, last_error=step.error, not_before=None)
        return
    repeated = row.repeated or row.status == Status.UNCERTAIN.value
    _put(db, row, Status.HELD, last_error=step.error, not_before=None, repeated=repeated)
    if step.pause:
        pause_gone(db, row.destination_id, step.error)
    else:
        tell_doubt(db, row.destination_id, row.key, step.error)


def _has_moved(db: Connection, row: AnyRow) -> bool:
    there = select(t.destination.c.channel_id).where(t.destination.c.id == row.destination_id)
    return bool(db.execute(there).scalar() != row.channel)


def _bury(db: Connection, row: AnyRow, error: str) -> None:
    """Its slot is dead and its later parts cancelled; papers come back that nobody can have seen."""
    _put(db, row, Status.DEAD, last_error=error, not_before=None)
    finish_slot(db, row.slot_id, SlotState.DEAD, reason=_why_dead(db, row, error))
    count_dead(db, row.destination_id, error)


def _put(db: Connection, row: AnyRow, status: Status, **values: Any) -> None:
    changed = update(t.delivery).where(part.id == row.id)
    db.execute(changed.values(status=status.value, owner=None, **values))


def _why_dead(db: Connection, dead: AnyRow, error: str) -> str:
    """The error; after a part that was seen also what becomes of the rest."""
    parts = db.execute(
        select(part.papers, maybe_seen().label("seen")).where(part.slot_id == dead.slot_id)
    ).all()
    if dead.n_parts == 1 or not any(one.seen for one in parts):
        return error
    rest = "come in a later digest" if any(one.papers for one in parts) else "are not shown again"
    return f"{error} (part {dead.part_no + 1} of {dead.n_parts}; the papers of its unsent parts {rest})"
