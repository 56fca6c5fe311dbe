"""What a clock that was ahead wrote down, and that nobody would live to see: put right as soon as it is back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, union_all, update

from bot.domain.delivery import Status
from bot.domain.schedule import CATCH_UP

from . import tables as t
from .tables.ledger import DEFERRED, IN_FLIGHT, deliveries

AHEAD = timedelta(hours=1)  # more than the clocks of several hosts may differ

lane, part = t.lane.c, t.delivery.c


def put_right(db: Connection, now: datetime) -> None:
    """Let go on what waits for a moment that a wrong clock named.

    It did where a message was begun in what is the future now, where one never tried waits for longer than any is
    made to wait, and where anything waits for longer than a digest may.
    """
    given = {"now": now, "ahead": now + AHEAD, "furthest": now + CATCH_UP}
    for statement in (_lanes, _waiting, _asked):  # lanes first: the messages bear witness
        db.execute(statement, given)


# Statements that run every few seconds are put together once.
_now: BindParameter[datetime] = bindparam("now")
_ahead: BindParameter[datetime] = bindparam("ahead")
_furthest: BindParameter[datetime] = bindparam("furthest")
_begun_ahead = part.sending_at > _ahead
_DEFERRED_AHEAD = (deliveries(DEFERRED), part.not_before > _ahead)
_DOUBTED = (deliveries(IN_FLIGHT), part.status == Status.UNCERTAIN.value)


# A block that is longer than any is disregarded as it stands.
_witnesses = union_all(
    *(select(part.lane_id).where(*these, _begun_ahead) for these in (_DEFERRED_AHEAD, _DOUBTED))
)
_lanes = update(t.lane).where(lane.id.in_(_witnesses), lane.blocked_until > _now).values(blocked_until=None)
_waiting = (
    update(t.delivery)
    .where(
        *_DEFERRED_AHEAD,
        or_(_begun_ahead, part.sending_at.is_(None), part.not_before > _furthest),
    )
    .values(not_before=None, sending_at=None)
)
# Nobody knows how long ago it was sent: it is asked about when the settle delay is over, from now.
_asked = (
    update(t.delivery)
    .where(*_DOUBTED, or_(_begun_ahead, part.not_before > _furthest))
    .values(not_before=None, sending_at=_now)
)
