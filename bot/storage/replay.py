"""Deliveries as people see them: listed, looked at, sent again, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from bot.domain.delivery import Delivery, SlotState, Status
from bot.domain.schedule import CATCH_UP
from bot.errors import NotFound, UserError

from . import tables as t
from .contents import digests_of
from .destinations import channel_of
from .engine import Stored, reading, writing
from .notices import wake_if_ours
from .reserved import papers_in
from .rows import AnyRow, delivery_of
from .sent import DROPPED, SENT_AGAIN, locked, reserve_papers
from .slots import finish_slot
from .statements import chunks

REPLAYABLE = (Status.DEAD.value, Status.HELD.value, Status.UNCERTAIN.value, Status.CANCELLED.value)
part = t.delivery.c


class Replays(Stored):
    """The store's methods for looking at the ledger and mending it by hand."""

    @reading
    def deliveries(
        self,
        db: Connection,
        *,
        status: Status | Sequence[Status] | None = None,
        destination_id: int | None = None,
        workspace: str | None = None,
        limit: int = 50,
    ) -> tuple[Delivery, ...]:
        """List deliveries, newest first."""
        query = select(t.delivery).order_by(part.id.desc()).limit(limit)
        if status is not None:
            wanted = [status] if isinstance(status, Status) else list(status)
            query = query.where(part.status.in_([one.value for one in wanted]))
        if destination_id is not None:
            query = query.where(part.destination_id == destination_id)
        if workspace is not None:
            query = query.where(part.workspace_id == workspace)
        return tuple(delivery_of(row) for row in db.execute(query))

    @reading
    def delivery(self, db: Connection, key: str) -> Delivery | None:
        """Find a delivery by its key."""
        row = db.execute(select(t.delivery).where(part.key == key)).one_or_none()
        return None if row is None else delivery_of(row)

    @writing
    def replay(self, db: Connection, key: str, now: datetime, *, again: bool = False) -> Delivery:
        """Send a dead, held, uncertain or cancelled delivery again, and the cancelled parts behind it.

        What may be there already says that it is a repetition. Its destination is unpaused, unless a person paused it.
        What came in a later digest meanwhile is refused, unless wanted `again`.
        """
        row = _as_it_stays(db, key)
        _not_on_its_way(row)
        if row.status not in REPLAYABLE:
            raise UserError(
                f"Delivery {key} is {row.status}; nothing was changed.", fix="Only unsent ones can go again."
            )
        goes = _going(db, row)
        if not again:
            _not_shown_since(db, row, goes)
        _send_again(db, [one.id for one in goes], row.destination_id, now)
        _reopen(db, row)
        wake_if_ours(db, row.destination_id)
        return delivery_of(_known(db, key))

    @writing
    def drop(self, db: Connection, key: str) -> Delivery:
        """Give up an unsent delivery: its slot is skipped, its papers come back unless somebody may have seen them."""
        row = _as_it_stays(db, key)
        _not_on_its_way(row)
        if row.status == Status.SENT.value:
            raise UserError(
                f"Delivery {key} is {row.status}; nothing was changed.",
                fix="Only unsent ones can be dropped.",
            )
        finish_slot(db, row.slot_id, SlotState.SKIPPED, reason=DROPPED)
        db.execute(update(t.delivery).where(part.id == row.id).values(status=Status.CANCELLED.value))
        return delivery_of(_known(db, key))


def _known(db: Connection, key: str) -> AnyRow:
    row = db.execute(select(t.delivery).where(part.key == key)).one_or_none()
    if row is None:
        raise NotFound(f"There is no delivery {key}.", fix="`deliveries list` shows the keys.")
    return row


def _as_it_stays(db: Connection, key: str) -> AnyRow:
    """A delivery that no sender changes before this transaction ends."""
    locked(db, [_known(db, key).id])
    return _known(db, key)


def _not_on_its_way(row: AnyRow) -> None:
    if row.status == Status.SENDING.value:
        raise UserError(
            f"Delivery {row.key} is being sent right now; nothing was changed.",
            fix="Look again in two minutes: a running bot has recorded by then how it ended. "
            "If no bot runs, `paperround run` looks into it.",
        )


def _going(db: Connection, first: AnyRow) -> Sequence[AnyRow]:
    """A delivery and the cancelled ones behind it."""
    behind = and_(part.part_no > first.part_no, part.status == Status.CANCELLED.value)
    mine = select(t.delivery).where(part.slot_id == first.slot_id, or_(part.id == first.id, behind))
    return db.execute(mine.order_by(part.part_no)).all()


def _not_shown_since(db: Connection, row: AnyRow, goes: Sequence[AnyRow]) -> None:
    """A paper that was given up comes in a later digest; sent again it would be shown twice."""
    if not (later := _shown_since(db, row, goes)):
        return
    raise UserError(
        f"Papers of delivery {row.key} came in the digest of {later} since; nothing was changed.",
        fix=f"`deliveries replay {row.key} --again` sends it all the same.",
    )


def _shown_since(db: Connection, row: AnyRow, goes: Sequence[AnyRow]) -> str:
    """Which other digest of the destination shows a paper of these parts; "" when none does."""
    papers = _papers_of(db, row.slot_id, goes)
    others = (
        select(t.slot.c.slot_key)
        .join(t.shown, t.shown.c.slot_id == t.slot.c.id)
        .where(t.shown.c.destination_id == row.destination_id, t.shown.c.slot_id != row.slot_id)
    )
    found = (
        db.execute(others.where(t.shown.c.paper_id.in_(some)).order_by(t.slot.c.id)).scalars().first()
        for some in chunks(sorted(papers))
    )
    return next((slot_key for slot_key in found if slot_key), "")


def _papers_of(db: Connection, slot_id: int, parts: Sequence[AnyRow]) -> set[int]:
    """What these parts show; where an adapter never said, what their digest does."""
    if all(one.papers for one in parts):
        return {paper for one in parts for paper in one.papers}
    digest = digests_of(db, [slot_id]).get(slot_id)
    return set() if digest is None else set(papers_in(digest)[0])


def _send_again(db: Connection, numbers: Sequence[int], destination_id: int, now: datetime) -> None:
    """They wait once more, within a catch-up window of their own."""
    may_be_there = or_(part.repeated, part.doubted, part.status == Status.UNCERTAIN.value)
    again = {
        "status": Status.PENDING.value,
        "attempt": 0,
        "not_before": now,
        "expires_at": now + CATCH_UP,
        "repeated": may_be_there,
        "channel": channel_of(destination_id),
    }
    db.execute(update(t.delivery).where(part.id.in_(numbers)).values(**again))


def _reopen(db: Connection, row: AnyRow) -> None:
    """The slot is open again and reserves its papers again, those that no other slot took meanwhile."""
    reopened = update(t.slot).where(t.slot.c.id == row.slot_id, t.slot.c.state != SlotState.SENT.value)
    db.execute(reopened.values(state=SlotState.OPEN.value, reason=SENT_AGAIN))
    reserve_papers(db, row.slot_id)
