"""Lanes: one owner at a time, by a lease that only the database's clock judges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, exists, func, or_, select, update

from bot.domain.delivery import Lane, Status

from . import tables as t
from .at_once import AtOnce
from .engine import Stored, reading, writing, writing_beside
from .given import one_of
from .moment import SECOND, database_now
from .rows import AnyRow
from .statements import changed, chunks
from .tables.ledger import IN_FLIGHT, deliveries

LOST = "the bot stopped while this was being sent"
lane = t.lane.c


class Lanes(Stored):
    """The store's methods about who sends for a token."""

    @writing_beside
    def take_lane(self, db: Connection, lane_id: str, *, owner: str, seconds: float) -> Lane | None:
        """Become the one who sends here, for so many seconds; None when somebody else does, or there is no such lane.

        What was being sent is uncertain from now on, whoever sent it: nobody knows how it ended. One's own lane may be
        taken again, then as well.
        """
        given = {"number": lane_id, "sender": owner, "long": round(seconds * SECOND)}
        row = db.execute(_take, given).one_or_none()
        if row is None:
            return None
        db.execute(_lose, {"number": lane_id})
        return lane_of(row)

    @writing_beside
    def renew_lanes(
        self, db: Connection, lane_ids: Iterable[str], *, owner: str, seconds: float
    ) -> frozenset[str]:
        """Keep these lanes for so many seconds from now; those that are still one's own."""
        kept: set[str] = set()
        for some in chunks(lane_ids):
            # Locked in order of their ids, as `record` does, so that neither waits for the other.
            own = select(lane.id).where(lane.id.in_(some), lane.owner == owner).order_by(lane.id)
            held = db.execute(own.with_for_update()).scalars().all()
            db.execute(update(t.lane).where(lane.id.in_(held)).values(lease_until=_in(seconds)))
            kept.update(held)
        return frozenset(kept)

    @writing_beside
    def release_lane(
        self,
        db: Connection,
        lane_id: str,
        *,
        owner: str,
        tat: datetime | None,
        blocked_until: datetime | None,
    ) -> None:
        """Let the next one send here, and leave them the pace; None leaves what is known. Not one's own: nothing."""
        pace = None if tat is None else tat.timestamp()
        given = {"number": lane_id, "sender": owner, "pace": pace, "patience": blocked_until}
        db.execute(_release, given)

    @writing_beside
    def block_lane(self, db: Connection, lane_id: str, *, owner: str, until: datetime) -> None:
        """Remember that the platform asked the whole token for patience."""
        mine = update(t.lane).where(lane.id == lane_id, lane.owner == owner)
        db.execute(mine.values(blocked_until=until))

    @writing_beside
    def pause_lane(self, db: Connection, lane_id: str, *, reason: str, owner: str = "") -> None:
        """Send nothing here until `resume_lanes`: the token is no good. With an owner only while the lane is theirs.

        Whose lane it is by now finds out about their own token.
        """
        mine = [lane.id == lane_id, *([lane.owner == owner] if owner else [])]
        db.execute(update(t.lane).where(*mine).values(paused=True, paused_reason=reason))

    @writing
    def resume_lanes(self, db: Connection) -> int:
        """Try the paused lanes once more, but for those of workspaces that removed the bot; how many there were."""
        paused = update(t.lane).where(lane.paused.is_(True), ~_removed)
        return changed(db, paused.values(paused=False, paused_reason=""))

    @writing
    def clear_leases(self, db: Connection) -> int:
        """End every lease; how many there were. Only for the one process that may send at all, at its start."""
        owned = update(t.lane).where(lane.owner.is_not(None))
        return changed(db, owned.values(owner=None, lease_until=None))

    @reading
    def lanes(self, db: Connection) -> tuple[Lane, ...]:
        """List every lane."""
        return tuple(lane_of(row) for row in db.execute(select(t.lane).order_by(lane.id)))


def is_free() -> ColumnElement[bool]:
    """Whether nobody owns a lane, or the lease of who did is over."""
    return or_(lane.owner.is_(None), lane.lease_until.is_(None), lane.lease_until <= database_now())


_removed = exists().where(
    t.installation.c.platform == lane.platform,
    t.installation.c.workspace_id == lane.workspace_id,
    t.installation.c.ended_at.is_not(None),
)
# Put together once: they run for every drain, or every message.
_take = (
    update(t.lane)
    .where(lane.id == bindparam("number"), or_(lane.owner == bindparam("sender"), is_free()))
    .values(owner=bindparam("sender"), lease_until=database_now() + bindparam("long", type_=BigInteger))
    .returning(t.lane)
)
_lose = (
    update(t.delivery)
    .where(
        deliveries(IN_FLIGHT),
        t.delivery.c.lane_id == bindparam("number"),
        t.delivery.c.status == Status.SENDING.value,
    )
    .values(status=Status.UNCERTAIN.value, doubted=True, last_error=LOST, owner=None, not_before=None)
)
_release = (
    update(t.lane)
    .where(lane.id == bindparam("number"), lane.owner == bindparam("sender"))
    .values(
        owner=None,
        lease_until=None,
        tat=func.coalesce(bindparam("pace", type_=lane.tat.type), lane.tat),
        blocked_until=func.coalesce(bindparam("patience", type_=lane.blocked_until.type), lane.blocked_until),
    )
)
_meant = select(t.delivery.c.lane_id).where(one_of(t.delivery.c.id, "numbers"))
# Locked in order of their ids, as `renew_lanes` does.
_own = AtOnce(
    select(lane.id, lane.paused, (lane.lease_until > database_now()).label("running"))
    .where(lane.owner == bindparam("sender"), lane.id.in_(_meant))
    .order_by(lane.id)
    .with_for_update(read=True)
)


def owned(db: Connection, delivery_ids: Iterable[int], owner: str) -> dict[str, bool]:
    """The lanes of these deliveries that are this owner's, and whether each may be sent on now.

    Nobody takes them before this transaction ends.
    """
    rows = _own.rows(db, {"numbers": delivery_ids, "sender": owner})
    return {row.id: bool(row.running) and not row.paused for row in rows}


def lane_of(row: AnyRow) -> Lane:
    """A lane, from a row of the table."""
    return Lane(
        id=row.id,
        platform=row.platform,
        workspace=row.workspace_id,
        rate_per_s=row.rate_per_s,
        concurrency=row.concurrency,
        tat=None if row.tat is None else datetime.fromtimestamp(row.tat, UTC),
        blocked_until=row.blocked_until,
        paused=row.paused,
        paused_reason=row.paused_reason,
    )


def _in(seconds: float) -> ColumnElement[int]:
    return database_now() + round(seconds * SECOND)
