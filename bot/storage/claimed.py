"""Intents: committed before the platform is called, refused unless the lane is the sender's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, update

from bot.domain.delivery import Claim, Status

from . import tables as t
from .statements import chunks
from .tables.ledger import WAITING, deliveries
from .waiting import is_head, is_wanted, part


def claim(db: Connection, steps: Sequence[Claim], owner: str, lanes: Mapping[str, bool]) -> set[int]:
    """Note that these are being sent from now on; those that may be."""
    running = [lane_id for lane_id, may_send in lanes.items() if may_send]
    return {number for some in chunks(steps) for number in _claimed(db, some, owner, running)}


def _claimed(db: Connection, steps: Sequence[Claim], owner: str, running: Sequence[str]) -> set[int]:
    moments = {step.delivery_id: step.at for step in steps}
    first = min(moments.values())
    waiting = update(t.delivery).where(
        deliveries(WAITING), part.id.in_(moments), part.lane_id.in_(running), is_wanted(), is_head()
    )
    begun = waiting.values(
        status=Status.SENDING.value, sending_at=first, owner=owner, attempt=part.attempt + 1, not_before=None
    )
    taken = set(db.execute(begun.returning(part.id)).scalars())
    later = [{"number": number, "began": moments[number]} for number in taken if moments[number] != first]
    if later:
        db.execute(
            update(t.delivery).where(part.id == bindparam("number")).values(sending_at=bindparam("began")),
            later,
        )
    return taken
