"""Destinations: where digests go and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, ScalarSelect, Select, bindparam, func, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import SlotState, Status
from bot.domain.schedule import FURTHEST, regained_due
from bot.domain.subscription import Address, Destination, Schedule, Visibility
from bot.errors import ConfigError, NotFound, UserError

from . import tables as t
from .at_once import AtOnce
from .engine import Stored, reading, writing
from .given import one_of
from .rows import destination_of, mask_of
from .statements import add_once

DEFAULT_MAX_PAPERS = 10

home = t.destination.c
# Put together once: they run for every plan, or every message.
_by_ids = AtOnce(select(t.destination).where(one_of(home.id, "numbers")))
_is_due = (home.next_due_at <= bindparam("now"), home.paused.is_(False))
_due = (
    select(t.destination)
    .where(*_is_due)
    .order_by(home.next_due_at, home.id)
    .limit(bindparam("most", type_=Integer))
)
_lanes_due = select(func.count(home.lane_id.distinct())).where(*_is_due)


def lane_id(address: Address) -> str:
    """The lane of an address: everything that shares its token's rate limit."""
    return f"{address.platform}:{address.workspace}"


def channel_of(destination_id: int) -> ScalarSelect[str]:
    """Where a destination is now, within a statement."""
    return select(home.channel_id).where(home.id == destination_id).scalar_subquery()


def at(address: Address) -> Select[Any]:
    """The destination at an address."""
    return select(t.destination).where(
        t.destination.c.platform == address.platform,
        t.destination.c.workspace_id == address.workspace,
        t.destination.c.channel_id == address.channel,
    )


def times(schedule: Schedule) -> dict[str, Any]:
    """A schedule as the columns it is kept in."""
    return {
        "hh": schedule.at.hour,
        "mm": schedule.at.minute,
        "tz": schedule.tz,
        "days": mask_of(schedule.days),
    }


class Destinations(Stored):
    """The store's methods about destinations."""

    @reading
    def destination(self, db: Connection, address: Address) -> Destination | None:
        """Find the destination at an address."""
        row = db.execute(at(address)).one_or_none()
        return None if row is None else destination_of(row)

    @reading
    def destination_by_id(self, db: Connection, destination_id: int) -> Destination | None:
        """Find a destination by its id."""
        return _by_id(db, destination_id)

    @reading
    def destinations_by_id(self, db: Connection, ids: Iterable[int]) -> dict[int, Destination]:
        """Find many destinations; one that is gone is left out."""
        return {row.id: destination_of(row) for row in _by_ids.rows(db, {"numbers": ids})}

    @reading
    def destinations(
        self, db: Connection, *, workspace: str | None = None, platform: str | None = None
    ) -> tuple[Destination, ...]:
        """List destinations, oldest first."""
        query = select(t.destination).order_by(t.destination.c.id)
        if workspace is not None:
            query = query.where(t.destination.c.workspace_id == workspace)
        if platform is not None:
            query = query.where(t.destination.c.platform == platform)
        return tuple(destination_of(row) for row in db.execute(query))

    @writing
    def ensure_destination(
        self,
        db: Connection,
        address: Address,
        *,
        name: str,
        schedule: Schedule,
        next_due_at: datetime | None,
        now: datetime,
    ) -> Destination:
        """Return the destination at an address as it is, or make it with this name and schedule."""
        add_once(
            db,
            t.lane,
            {"id": lane_id(address), "workspace_id": address.workspace, "platform": address.platform},
        )
        new = {
            "workspace_id": address.workspace,
            "platform": address.platform,
            "channel_id": address.channel,
            "lane_id": lane_id(address),
            "name": name,
            "max_papers": DEFAULT_MAX_PAPERS,
            "note_empty": False,
            "next_due_at": next_due_at,
            "created_at": now,
        }
        add_once(db, t.destination, new | times(schedule))
        return destination_of(db.execute(at(address)).one())

    @writing
    def update_destination(  # noqa: PLR0913 - one optional argument per setting
        self,
        db: Connection,
        destination_id: int,
        *,
        schedule: Schedule | None = None,
        max_papers: int | None = None,
        note_empty: bool | None = None,
        paused: bool | None = None,
        paused_reason: str | None = None,
        next_due_at: datetime | None = None,
        address: Address | None = None,
        name: str | None = None,
        archive: Visibility | None = None,
    ) -> Destination:
        """Change what is not None; an address may name another channel of the same workspace.

        What waits for the destination goes where it is then.
        """
        given = {
            "max_papers": max_papers,
            "note_empty": note_empty,
            "paused": paused,
            "paused_reason": "" if paused is False and paused_reason is None else paused_reason,
            "next_due_at": next_due_at,
            "name": name,
            "archive": None if archive is None else archive.value,
            "channel_id": None if address is None else address.channel,
            "dead_in_row": 0 if paused is False else None,
        }
        values = {column: value for column, value in given.items() if value is not None}
        values |= times(schedule) if schedule else {}
        if address is not None:
            _check_same_lane(db, destination_id, address)
        changed = _change(db, destination_id, values)
        if address is not None:
            _take_along(db, destination_id, address.channel)
        return changed

    @reading
    def due(
        self, db: Connection, now: datetime, *, limit: int = 1000, after: Destination | None = None
    ) -> tuple[Destination, ...]:
        """List destinations whose next digest is due, longest due first; paused ones wait.

        `after` is the last one of the page before, as it was then.
        """
        query = _due
        if after is not None:
            query = query.where(tuple_(home.next_due_at, home.id) > (after.next_due_at, after.id))
        return tuple(destination_of(row) for row in db.execute(query, {"now": now, "most": limit}))

    @reading
    def lanes_due(self, db: Connection, now: datetime) -> int:
        """Count the lanes for which a digest is due."""
        return int(db.execute(_lanes_due, {"now": now}).scalar_one())

    @writing
    def regain_due(self, db: Connection, now: datetime) -> int:
        """Put right the due times that a clock once ahead left far off, which nobody would wait for; how many."""
        far = select(t.destination).where(t.destination.c.next_due_at > now + FURTHEST)
        regained = [(row.id, _regained(destination_of(row), now)) for row in db.execute(far).all()]
        changes = [(number, due_at) for number, due_at in regained if due_at is not None]
        for number, due_at in changes:
            _change(db, number, {"next_due_at": due_at})
        return len(changes)

    @reading
    def next_due(self, db: Connection) -> datetime | None:
        """When the next digest of anybody is due, None when nobody waits for one."""
        query = select(func.min(t.destination.c.next_due_at)).where(t.destination.c.paused.is_(False))
        return db.execute(query).scalar()


def _regained(destination: Destination, now: datetime) -> datetime | None:
    try:
        return regained_due(destination, now)
    except ConfigError:  # its time zone is gone: planning pauses it and says so
        return None


def _by_id(db: Connection, destination_id: int) -> Destination | None:
    row = db.execute(select(t.destination).where(t.destination.c.id == destination_id)).one_or_none()
    return None if row is None else destination_of(row)


def _check_same_lane(db: Connection, destination_id: int, address: Address) -> None:
    row = _by_id(db, destination_id)
    if row is not None and lane_id(row.address) != lane_id(address):
        raise ValueError(f"{row.address} cannot become {address}: a destination stays in its workspace")


def _take_along(db: Connection, destination_id: int, channel: str) -> None:
    """What is on its way, or may be there, keeps the channel it went to; slots first, or parts made meanwhile stay."""
    mine = (t.slot.c.destination_id == destination_id, t.slot.c.state == SlotState.OPEN.value)
    db.execute(select(t.slot.c.id).where(*mine).order_by(t.slot.c.id).with_for_update(key_share=True)).all()
    part = t.delivery.c
    waits = (
        part.destination_id == destination_id,
        part.status.in_([Status.PENDING.value, Status.HELD.value]),
    )
    db.execute(update(t.delivery).where(*waits).values(channel=channel))


def _change(db: Connection, destination_id: int, values: dict[str, Any]) -> Destination:
    try:
        if values:
            db.execute(update(t.destination).where(t.destination.c.id == destination_id).values(**values))
    except IntegrityError as error:
        raise UserError(
            "That channel has a digest of its own already; nothing was changed.",
            fix="Unsubscribe there first, or subscribe there instead of moving.",
        ) from error
    changed = _by_id(db, destination_id)
    if changed is None:
        raise NotFound(f"There is no destination {destination_id}.")
    return changed
