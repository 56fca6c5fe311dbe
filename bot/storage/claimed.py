"""Intents: committed before the platform is called, refused unless the lane is the sender's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, update

from bot.domain.delivery import Claim, Status

from . import tables as t
from .statements import chunks
from .tables.ledger import WAITING, deliveries
from .waiting import IS_HEAD, IS_WANTED, part

# Put together once: they run for every message.
_begin = (
    update(t.delivery)
    .where(
        deliveries(WAITING),
        part.id.in_(bindparam("numbers", expanding=True)),
        part.lane_id.in_(bindparam("lanes", expanding=True)),
        IS_WANTED,
        IS_HEAD,
    )
    .values(
        status=Status.SENDING.value,
        sending_at=bindparam("last"),
        owner=bindparam("sender"),
        attempt=part.attempt + 1,
        not_before=None,
    )
    .returning(part.id, part.channel)
)
_give_back = (
    update(t.delivery)
    .where(part.id.in_(bindparam("numbers", expanding=True)))
    .values(status=Status.PENDING.value, owner=None, attempt=part.attempt - 1)
)


def claim(db: Connection, steps: Sequence[Claim], owner: str, lanes: Mapping[str, bool]) -> set[int]:
    """Note that these are being sent from now on; those that may be."""
    running = [lane_id for lane_id, may_send in lanes.items() if may_send]
    return {number for some in chunks(steps) for number in _claimed(db, some, owner, running)}


def _claimed(db: Connection, steps: Sequence[Claim], owner: str, running: Sequence[str]) -> set[int]:
    # One moment for all: the calls come after this commit, and so after the last of them was asked for.
    last = max(step.at for step in steps)
    given = {"numbers": [step.delivery_id for step in steps], "lanes": running, "last": last, "sender": owner}
    return _going_there(db, steps, {row.id: row.channel for row in db.execute(_begin, given)})


def _going_there(db: Connection, steps: Sequence[Claim], taken: Mapping[int, str]) -> set[int]:
    """Those that still go where their sender read; the others, whose destination was moved, wait as before."""
    moved = {one.delivery_id for one in steps if one.channel not in {"", taken.get(one.delivery_id, "")}}
    if stale := moved & taken.keys():
        db.execute(_give_back, {"numbers": list(stale)})
    return taken.keys() - moved
