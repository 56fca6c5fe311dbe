"""Intents: committed before the platform is called, refused unless the lane is the sender's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.delivery import Claim, Status

from . import tables as t
from .at_once import AtOnce
from .given import one_of
from .tables.ledger import WAITING, deliveries
from .waiting import IS_HEAD, IS_WANTED, part

# Put together once: they run for every message.
_may_begin = AtOnce(
    select(part.id, part.channel)
    .where(
        deliveries(WAITING),
        one_of(part.id, "numbers"),
        part.lane_id.in_(bindparam("lanes", expanding=True)),
        IS_WANTED,
        IS_HEAD,
    )
    .order_by(part.id)
    .with_for_update(of=t.delivery, key_share=True)
)
_begin = (
    update(t.delivery)
    .where(one_of(part.id, "numbers"))
    .values(
        status=Status.SENDING.value,
        sending_at=bindparam("last"),
        owner=bindparam("sender"),
        attempt=part.attempt + 1,
        not_before=None,
    )
)


def claim(db: Connection, steps: Sequence[Claim], owner: str, lanes: Mapping[str, bool]) -> set[int]:
    """Note that these are being sent from now on; those that may be."""
    running = [lane_id for lane_id, may_send in lanes.items() if may_send]
    if not steps or not running:
        return set()
    given = {"numbers": [step.delivery_id for step in steps], "lanes": running}
    taken = _going_there(steps, {row.id: row.channel for row in _may_begin.rows(db, given)})
    if taken:
        # One moment for all: the calls come after this commit, and so after the last of them was asked for.
        last = max(step.at for step in steps)
        db.execute(_begin, {"numbers": taken, "last": last, "sender": owner})
    return taken


def _going_there(steps: Sequence[Claim], channels: Mapping[int, str]) -> set[int]:
    """Those that still go where their sender read; the others, whose destination was moved, wait on."""
    return {
        one.delivery_id
        for one in steps
        if one.delivery_id in channels and one.channel in {"", channels[one.delivery_id]}
    }
