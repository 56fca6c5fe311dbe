"""What waits to be sent or settled: per lane, in the order it goes, and when the next becomes due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Exists,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from bot.domain.delivery import Delivery, SlotState, Status
from bot.domain.schedule import CATCH_UP

from . import tables as t
from .at_once import AtOnce
from .clocks import put_right
from .engine import Stored, reading, writing
from .lanes import is_free
from .rows import DELIVERY_FIELDS, delivery_of
from .slots import finish_slot
from .tables.ledger import BLOCKING, HELD, IN_FLIGHT, WAITING, deliveries

part = t.delivery.c
lane = t.lane.c


class Waiting(Stored):
    """The store's methods about what becomes due."""

    @reading
    def ready(
        self, db: Connection, lane_id: str, now: datetime, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """List what may be sent in a lane, by id from `after` on: of each destination the first unfinished part.

        Whoever comes to the end and begins anew serves every destination in turn: later parts have later ids.
        """
        return _listed(db, _ready, {"lane": lane_id, "now": now, "after": after, "most": limit})

    @reading
    def uncertain(
        self, db: Connection, lane_id: str | None = None, *, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """List what may or may not have been posted in a lane, what can be asked about first, first."""
        if lane_id is None:
            return _listed(db, _uncertain, {"most": limit})
        return _listed(db, _uncertain_here, {"lane": lane_id, "most": limit})

    @reading
    def due_lanes(self, db: Connection, now: datetime, *, settle: timedelta) -> tuple[str, ...]:
        """List the lanes nobody owns where something can be sent, can be asked about, or was left being sent."""
        given = {"now": now, "settled": now - settle, "longest": now + CATCH_UP}
        return tuple(db.execute(_due_lanes, given).scalars())

    @reading
    def next_moment(
        self, db: Connection, now: datetime, *, settle: timedelta = timedelta(0)
    ) -> datetime | None:
        """When, after now, the next thing becomes due: a digest, another try, a question, an end of waiting.

        None when nothing will. What nobody would send (in a paused lane or destination) may be among it.
        """
        *found, lost = db.execute(_moments, {"now": now, "settled": now - settle}).one()
        moments = [*found, None if lost is None else lost + settle]
        return min((moment for moment in moments if moment is not None), default=None)

    @writing
    def expire(self, db: Connection, now: datetime, *, reason: str = "late") -> tuple[Delivery, ...]:
        """Give up what waits, or is held, past its catch-up window: its slot is skipped, its papers come back.

        Not those somebody may have seen. What a wrong clock left is put right first.
        """
        put_right(db, now)
        over = [delivery_of(row) for query in _over for row in db.execute(query, {"now": now})]
        late = sorted(over, key=lambda one: (one.slot_id, one.part_no))
        for slot_id in dict.fromkeys(one.slot_id for one in late):
            finish_slot(db, slot_id, SlotState.SKIPPED, reason=reason)
        return tuple(late)


def _listed(db: Connection, query: AtOnce, given: Mapping[str, Any]) -> tuple[Delivery, ...]:
    return tuple(delivery_of(row) for row in query.rows(db, given))


# Statements that run for every message are put together once.
_now: BindParameter[datetime] = bindparam("now")
_settled: BindParameter[datetime] = bindparam("settled")  # what was sent by then may be asked about
_other = t.delivery.alias("other")
_before = or_(
    _other.c.slot_id < part.slot_id,
    and_(_other.c.slot_id == part.slot_id, _other.c.part_no < part.part_no),
    and_(_other.c.id != part.id, _other.c.status.in_([Status.SENDING.value, Status.UNCERTAIN.value])),
)
# Nothing of the destination stands before it, and nothing else of it is on its way.
IS_HEAD = ~exists().where(
    _other.c.destination_id == part.destination_id, deliveries(BLOCKING, "other"), _before
)
# Its destination is not paused.
IS_WANTED = exists().where(t.destination.c.id == part.destination_id, t.destination.c.paused.is_(False))

_OPEN = (or_(part.expires_at.is_(None), part.expires_at > _now), IS_WANTED, IS_HEAD)
_ASKED = (deliveries(IN_FLIGHT), part.status == Status.UNCERTAIN.value)
_LOST = (*_ASKED, part.not_before.is_(None))  # nobody said when to ask: a while after it was sent


def _first(*conditions: ColumnElement[bool]) -> Exists:
    """Whether a lane has such a delivery.

    The offset keeps PostgreSQL from collecting all of them, of every lane, where it need only look for one in each.
    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/optimizer/plan/subselect.c (simplify_EXISTS_query)
    """
    return select(part.id).where(part.lane_id == lane.id, *conditions).limit(1).offset(0).exists()


def _works() -> Iterator[tuple[ColumnElement[bool], ...]]:
    """What makes a lane due; each can be answered by looking into one index."""
    yield (deliveries(IN_FLIGHT), part.status == Status.SENDING.value)
    yield (*_ASKED, part.not_before <= _now)
    yield (*_LOST, part.sending_at <= _settled)
    yield (deliveries(WAITING), part.not_before.is_(None), *_OPEN)
    yield (deliveries(WAITING), part.not_before <= _now, *_OPEN)


def _firsts() -> Iterator[Select[Any]]:
    """The next moment of each kind; the last is when what nobody asked about was sent."""
    home = t.destination.c
    yield select(func.min(home.next_due_at)).where(home.paused.is_(False), home.next_due_at > _now)
    yield select(func.min(lane.blocked_until)).where(lane.blocked_until > _now)
    for moment in (part.not_before, part.expires_at):
        yield select(func.min(moment)).where(deliveries(WAITING), moment > _now)
    yield select(func.min(part.expires_at)).where(deliveries(HELD), part.expires_at > _now)
    yield select(func.min(part.not_before)).where(*_ASKED, part.not_before > _now)
    yield select(func.min(part.sending_at)).where(*_LOST, part.sending_at > _settled)


_ready = AtOnce(
    select(*DELIVERY_FIELDS)
    .where(part.lane_id == bindparam("lane"), part.id > bindparam("after"))
    .where(deliveries(WAITING), or_(part.not_before.is_(None), part.not_before <= _now), *_OPEN)
    .order_by(part.id)
    .limit(bindparam("most", type_=Integer))
)
_doubtful = (
    select(*DELIVERY_FIELDS)
    .where(*_ASKED)
    .order_by(func.coalesce(part.not_before, part.sending_at), part.id)
    .limit(bindparam("most", type_=Integer))
)
_uncertain = AtOnce(_doubtful)
_uncertain_here = AtOnce(_doubtful.where(part.lane_id == bindparam("lane")))
# Nobody is blocked for longer than that: the clock was set back since.
_wrong = lane.blocked_until > bindparam("longest")
_rested = or_(lane.blocked_until.is_(None), lane.blocked_until <= _now, _wrong)
_due_lanes = (
    select(lane.id)
    .where(is_free(), lane.paused.is_(False), _rested, or_(*(_first(*one) for one in _works())))
    .order_by(lane.id)
)
_moments = select(*(one.scalar_subquery() for one in _firsts()))
# Two statements, as each has an index of its own; row by row, as after a long outage there is no end of them.
_over = tuple(
    select(*DELIVERY_FIELDS).where(deliveries(these), part.expires_at <= _now) for these in (WAITING, HELD)
)
