"""Subscriptions: what each destination asked for. A canonical query is stored once, whoever shares it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from bot.domain.delivery import SlotState, Status
from bot.domain.subscription import Subscription
from bot.errors import NotFound

from . import tables as t
from .engine import Stored, reading, writing
from .rows import subscription_of
from .slots import finish_slot
from .statements import add_once, chunks
from .tables.ledger import BLOCKING, deliveries

WAITING = (Status.PENDING.value, Status.HELD.value)
JOINED = select(t.subscription, t.query.c.text).join(t.query, t.query.c.id == t.subscription.c.query_id)


class Subscriptions(Stored):
    """The store's methods about subscriptions."""

    @writing
    def subscribe(
        self, db: Connection, destination_id: int, query: str, *, created_by: str, now: datetime
    ) -> Subscription:
        """Subscribe a destination to a canonical query; the same query again is the subscription there is."""
        workspace = _workspace(db, destination_id)
        query_id = _query_id(db, query)
        new = {
            "workspace_id": workspace,
            "destination_id": destination_id,
            "query_id": query_id,
            "created_by": created_by,
            "created_at": now,
        }
        add_once(db, t.subscription, new)
        return subscription_of(db.execute(_of(destination_id, query_id)).one())

    @writing
    def edit_subscription(
        self, db: Connection, subscription_id: int, destination_id: int, query: str, *, now: datetime
    ) -> Subscription | None:
        """Give a subscription another query; None when the destination has no such subscription.

        It counts as made now: a broader query is not answered with two weeks of papers. When the destination has that query already, the two become one and the older stays.
        """
        row = db.execute(_mine(destination_id, [subscription_id])).one_or_none()
        if row is None:
            return None
        query_id = _query_id(db, query)
        there = db.execute(_of(destination_id, query_id)).one_or_none()
        if there is not None and there.id != subscription_id:
            keep, drop = sorted((there.id, subscription_id))
            db.execute(delete(t.subscription).where(t.subscription.c.id == drop))
            subscription_id = keep
        db.execute(
            update(t.subscription)
            .where(t.subscription.c.id == subscription_id, t.subscription.c.query_id != query_id)
            .values(query_id=query_id, created_at=now)
        )
        forget_unused(db, [row.query_id])
        return subscription_of(db.execute(_mine(destination_id, [subscription_id])).one())

    @writing
    def unsubscribe(
        self, db: Connection, destination_id: int, ids: Sequence[int]
    ) -> tuple[Subscription, ...]:
        """Remove these subscriptions of a destination; returns those that were there.

        With the last of them goes what waits to be sent there.
        """
        rows = db.execute(_mine(destination_id, ids)).all()
        db.execute(delete(t.subscription).where(t.subscription.c.id.in_([row.id for row in rows])))
        forget_unused(db, [row.query_id for row in rows])
        if rows and not _wants_anything(db, destination_id):
            cancel_waiting(db, destination_id, reason="unsubscribed")
        return tuple(subscription_of(row) for row in rows)

    @writing
    def pause_subscription(
        self, db: Connection, destination_id: int, ids: Sequence[int], *, paused: bool = True
    ) -> tuple[Subscription, ...]:
        """Pause (or resume) these subscriptions of a destination; returns them as they now are."""
        mine = [row.id for row in db.execute(_mine(destination_id, ids))]
        db.execute(update(t.subscription).where(t.subscription.c.id.in_(mine)).values(paused=paused))
        return tuple(subscription_of(row) for row in db.execute(_mine(destination_id, mine)))

    @reading
    def subscriptions(
        self, db: Connection, destination_ids: Sequence[int]
    ) -> dict[int, tuple[Subscription, ...]]:
        """List the subscriptions of each destination, oldest first, paused ones too."""
        found: dict[int, list[Subscription]] = {destination_id: [] for destination_id in destination_ids}
        for some in chunks(found):
            query = JOINED.where(t.subscription.c.destination_id.in_(some)).order_by(t.subscription.c.id)
            for row in db.execute(query):
                found[row.destination_id].append(subscription_of(row))
        return {destination_id: tuple(listed) for destination_id, listed in found.items()}

    @reading
    def subscription(self, db: Connection, destination_id: int, subscription_id: int) -> Subscription | None:
        """Find one subscription of a destination."""
        row = db.execute(_mine(destination_id, [subscription_id])).one_or_none()
        return None if row is None else subscription_of(row)

    @reading
    def all_queries(self, db: Connection) -> tuple[str, ...]:
        """List every canonical query that somebody waits for, once each."""
        query = (
            select(t.query.c.text)
            .join(t.subscription, t.subscription.c.query_id == t.query.c.id)
            .where(t.subscription.c.paused.is_(False))
            .distinct()
            .order_by(t.query.c.text)
        )
        return tuple(db.execute(query).scalars())


def _wants_anything(db: Connection, destination_id: int) -> bool:
    left = select(t.subscription.c.id).where(t.subscription.c.destination_id == destination_id)
    return db.execute(left.limit(1)).scalar() is not None


def cancel_waiting(db: Connection, destination_id: int, *, reason: str) -> None:
    """Give up what waits to be sent somewhere; what is on its way, or may be there, is left to whoever sends it."""
    part = t.delivery.c
    waits = (part.destination_id == destination_id, part.status.in_(WAITING))
    slots = select(part.slot_id).where(deliveries(BLOCKING), *waits).distinct().order_by(part.slot_id)
    for slot_id in db.execute(slots).scalars().all():
        finish_slot(db, slot_id, SlotState.SKIPPED, reason=reason)


def _mine(destination_id: int, ids: Sequence[int]) -> Select[Any]:
    return JOINED.where(
        t.subscription.c.destination_id == destination_id, t.subscription.c.id.in_(list(ids))
    ).order_by(t.subscription.c.id)


def _of(destination_id: int, query_id: int) -> Select[Any]:
    return JOINED.where(
        t.subscription.c.destination_id == destination_id, t.subscription.c.query_id == query_id
    )


def _workspace(db: Connection, destination_id: int) -> str:
    query = select(t.destination.c.workspace_id).where(t.destination.c.id == destination_id)
    workspace = db.execute(query).scalar()
    if workspace is None:
        raise NotFound(f"There is no destination {destination_id}.")
    return str(workspace)


def _query_id(db: Connection, text: str) -> int:
    add_once(db, t.query, {"text": text})
    return int(db.execute(select(t.query.c.id).where(t.query.c.text == text)).scalar_one())


def forget_unused(db: Connection, query_ids: Sequence[int]) -> None:
    """Forget those of these queries that nobody is subscribed to."""
    used = select(t.subscription.c.query_id).where(t.subscription.c.query_id == t.query.c.id)
    db.execute(delete(t.query).where(t.query.c.id.in_(list(query_ids)), ~used.exists()))
