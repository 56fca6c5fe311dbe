"""What waits to be sent or settled: per lane, in the order it goes, and when the next becomes due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, and_, exists, func, or_, select

from bot.domain.delivery import Delivery, SlotState, Status
from bot.domain.schedule import CATCH_UP

from . import tables as t
from .engine import Stored, reading, writing
from .lanes import is_free
from .rows import delivery_of
from .slots import finish_slot
from .tables.ledger import BLOCKING, IN_FLIGHT, WAITING, deliveries

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
        mine = (part.lane_id == lane_id, part.id > after)
        query = select(t.delivery).where(*mine, *_sendable(now)).order_by(part.id).limit(limit)
        return listed(db, query)

    @reading
    def uncertain(
        self, db: Connection, lane_id: str | None = None, *, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """List what may or may not have been posted in a lane, what can be asked about first, first."""
        query = select(t.delivery).where(deliveries(IN_FLIGHT), part.status == Status.UNCERTAIN.value)
        if lane_id is not None:
            query = query.where(part.lane_id == lane_id)
        ripe = func.coalesce(part.not_before, part.sending_at)
        return listed(db, query.order_by(ripe, part.id).limit(limit))

    @reading
    def due_lanes(self, db: Connection, now: datetime, *, settle: timedelta) -> tuple[str, ...]:
        """List the lanes nobody owns where something can be sent, can be asked about, or was left being sent."""
        wrong = lane.blocked_until > now + CATCH_UP  # nobody is blocked for longer: the clock was set back since
        rested = or_(lane.blocked_until.is_(None), lane.blocked_until <= now, wrong)
        work = or_(*(_first(*one) for one in _work(now, settle)))
        query = select(lane.id).where(is_free(), lane.paused.is_(False), rested, work)
        return tuple(db.execute(query.order_by(lane.id)).scalars())

    @reading
    def next_moment(
        self, db: Connection, now: datetime, *, settle: timedelta = timedelta(0)
    ) -> datetime | None:
        """When, after now, the next thing becomes due: a digest, another try, a question, an end of waiting.

        None when nothing will. What nobody would send (in a paused lane or destination) may be among it.
        """
        found = [db.execute(query).scalar() for query in _moments(now)]
        lost = db.execute(
            select(func.min(part.sending_at)).where(*_LOST, part.sending_at > now - settle)
        ).scalar()
        moments = [*found, None if lost is None else lost + settle]
        return min((moment for moment in moments if moment is not None), default=None)

    @writing
    def expire(self, db: Connection, now: datetime, *, reason: str = "late") -> tuple[Delivery, ...]:
        """Give up what waits past its catch-up window: its slot is skipped, its papers come back."""
        over = listed(db, select(t.delivery).where(deliveries(WAITING), part.expires_at <= now))
        late = tuple(sorted(over, key=lambda one: (one.slot_id, one.part_no)))
        for slot_id in dict.fromkeys(one.slot_id for one in late):
            finish_slot(db, slot_id, SlotState.SKIPPED, reason=reason)
        return late


def listed(db: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    """The deliveries a query finds."""
    return tuple(delivery_of(row) for row in db.execute(query))


# Statements that run for every message are put together once.
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


def _sendable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries(WAITING),
        or_(part.not_before.is_(None), part.not_before <= now),
        *_open(now),
    )


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    within = or_(part.expires_at.is_(None), part.expires_at > now)
    return (within, IS_WANTED, IS_HEAD)


def _first(*conditions: ColumnElement[bool]) -> Exists:
    """Whether a lane has such a delivery.

    The offset keeps PostgreSQL from collecting all of them, of every lane, where it need only look for one in each.
    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/optimizer/plan/subselect.c (simplify_EXISTS_query)
    """
    return select(part.id).where(part.lane_id == lane.id, *conditions).limit(1).offset(0).exists()


_ASKED = (deliveries(IN_FLIGHT), part.status == Status.UNCERTAIN.value)
_LOST = (*_ASKED, part.not_before.is_(None))  # nobody said when to ask: a while after it was sent


def _work(now: datetime, settle: timedelta) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """What makes a lane due; each can be answered by looking into one index."""
    yield (deliveries(IN_FLIGHT), part.status == Status.SENDING.value)
    yield (*_ASKED, part.not_before <= now)
    yield (*_LOST, part.sending_at <= now - settle)
    yield (deliveries(WAITING), part.not_before.is_(None), *_open(now))
    yield (deliveries(WAITING), part.not_before <= now, *_open(now))


def _moments(now: datetime) -> Iterator[Select[Any]]:
    home = t.destination.c
    yield select(func.min(home.next_due_at)).where(home.paused.is_(False), home.next_due_at > now)
    yield select(func.min(lane.blocked_until)).where(lane.blocked_until > now)
    for moment in (part.not_before, part.expires_at):
        yield select(func.min(moment)).where(deliveries(WAITING), moment > now)
    yield select(func.min(part.not_before)).where(*_ASKED, part.not_before > now)
