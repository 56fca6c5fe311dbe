"""Destinations that cannot be reached: they pause, somebody is told once, and a person resumes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, and_, delete, or_, select, update

from bot.domain.delivery import Notice, SlotState, Status
from bot.domain.mailing import PLATFORM as EMAIL
from bot.domain.schedule import CATCH_UP, resumed_due
from bot.domain.subscription import Destination
from bot.errors import ConfigError, NotFound, UserError

from . import tables as t
from .engine import Stored, reading, writing
from .moment import database_now
from .rows import address_of, destination_of
from .slots import finish_slot
from .statements import changed, insert

DEAD_IN_ROW = 3  # so many slots, and a destination gets no more until somebody looks
GONE, DEAD = "gone", "dead"  # the kinds that pause a destination
WINDOW_HOURS = round(CATCH_UP / timedelta(hours=1))
DOUBT = "doubt"  # one for each message
LACK = "lack"  # one for each thing that is lacking

home = t.destination.c
part = t.delivery.c


class Notices(Stored):
    """The store's methods about what people must be told and mend."""

    @writing
    def resume_destination(
        self, db: Connection, destination_id: int, now: datetime, *, next_due_at: datetime | None = None
    ) -> Destination:
        """Send there again: what was held goes, within its catch-up window; else its slot is skipped.

        Raises `UserError` for a mailbox whose reader has to say yes first.
        """
        if reason := why_stopped(db, destination_id):
            raise UserError(
                f"Nothing is mailed there, and nothing was changed: {reason.rstrip('.')}.",
                fix="Ask for mails there once more, and say yes in the mail that comes.",
            )
        return resume(db, destination_id, now, next_due_at=next_due_at)

    @reading
    def is_cut_off(self, db: Connection, destination_id: int) -> bool:
        """Whether a destination is paused because it could not be reached, and not by a person."""
        return was_told(db, destination_id) and not why_stopped(db, destination_id)

    @reading
    def notices(self, db: Connection, limit: int = 100) -> tuple[Notice, ...]:
        """List what nobody was told yet, oldest first."""
        query = (
            select(t.notice, home.platform, home.channel_id)
            .join(t.destination, home.id == t.notice.c.destination_id)
            .where(t.notice.c.told_at.is_(None))
            .order_by(t.notice.c.id)
            .limit(limit)
        )
        return tuple(
            Notice(id=row.id, address=address_of(row), person=row.person, text=row.text)
            for row in db.execute(query)
        )

    @writing
    def mark_told(self, db: Connection, notice_id: int, now: datetime) -> None:
        """Remember that somebody was told."""
        untold = update(t.notice).where(t.notice.c.id == notice_id, t.notice.c.told_at.is_(None))
        db.execute(untold.values(told_at=now))


def resume(
    db: Connection, destination_id: int, now: datetime, *, next_due_at: datetime | None = None
) -> Destination:
    """Send to a destination again, what was held for it first; what is too late for that is skipped."""
    held = (part.destination_id == destination_id, part.status == Status.HELD.value)
    late = select(part.slot_id).where(*held, part.expires_at <= now).distinct()
    for slot_id in db.execute(late).scalars().all():
        finish_slot(db, slot_id, SlotState.SKIPPED, reason="late")
    in_time = or_(part.expires_at.is_(None), part.expires_at > now)
    db.execute(update(t.delivery).where(*held, in_time).values(status=Status.PENDING.value, not_before=None))
    if next_due_at is not None:
        db.execute(update(t.destination).where(home.id == destination_id).values(next_due_at=next_due_at))
    return wake(db, destination_id)


def resume_now(db: Connection, destination: Destination, now: datetime) -> None:
    """Resume a destination as if somebody had just said so there."""
    try:
        next_due_at = resumed_due(destination, now)
    except ConfigError:  # its time zone is gone: planning pauses it and says so
        next_due_at = None
    resume(db, destination.id, now, next_due_at=next_due_at)


def wake(db: Connection, destination_id: int) -> Destination:
    """Unpause a destination, as if nothing had ever been wrong with it."""
    awake = update(t.destination).where(home.id == destination_id)
    row = db.execute(
        awake.values(paused=False, paused_reason="", dead_in_row=0).returning(t.destination)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no destination {destination_id}.")
    db.execute(delete(t.notice).where(t.notice.c.destination_id == destination_id))
    return destination_of(row)


def wake_if_ours(db: Connection, destination_id: int) -> None:
    """Unpause a destination that no person paused: one somebody was told of."""
    if was_told(db, destination_id) and not why_stopped(db, destination_id):
        wake(db, destination_id)


def why_stopped(db: Connection, destination_id: int) -> str:
    """Why a mailbox gets nothing until its reader says yes anew; "" for every other destination."""
    box = t.mail_recipient.c
    theirs = (box.workspace_id == home.workspace_id, box.address == home.channel_id)
    query = select(box.stopped_reason).join(t.destination, and_(*theirs))
    mine = (home.id == destination_id, home.platform == EMAIL, box.stopped_at.is_not(None))
    return db.execute(query.where(*mine)).scalar() or ""


def was_told(db: Connection, destination_id: int) -> bool:
    """Whether somebody was told, or will be, that a destination is paused."""
    told = select(t.notice.c.id).where(
        t.notice.c.destination_id == destination_id, t.notice.c.kind.in_([GONE, DEAD])
    )
    return db.execute(told.limit(1)).scalar() is not None


def pause_gone(db: Connection, destination_id: int, error: str) -> None:
    """Pause a destination that cannot be posted in, and have somebody told."""
    if _pause(db, destination_id, error):
        _tell(db, destination_id, GONE, f"I cannot post in {_name(db, destination_id)} any more", error)


def tell_doubt(db: Connection, destination_id: int, key: str, error: str) -> None:
    """Have somebody told that a message may be missing; it holds later ones up until its window closes."""
    text = (
        f"I cannot tell whether a digest arrived in {_name(db, destination_id)}: {error.rstrip('.')}. "
        f"Please look there: if it is missing, "
        f"`paperround deliveries replay {key}` sends it again; if it is there, `paperround deliveries drop {key}` "
        f"lets the next one come at once. Else the next ones come as usual after {WINDOW_HOURS} hours."
    )
    _add(db, destination_id, f"{DOUBT}:{key}", text)


def tell_lack(db: Connection, destination_id: int, what: str, told_at: datetime | None) -> None:
    """Have somebody told what makes digests worse, or remember that they were; the same is told once."""
    mark = sha256(what.encode()).hexdigest()[:16]
    text = f"About the digests in {_name(db, destination_id)}: {what}"
    _add(db, destination_id, f"{LACK}:{mark}", text, told_at)


def count_dead(db: Connection, destination_id: int, error: str) -> None:
    """Count one more dead slot in a row; the third pauses the destination."""
    one_more = update(t.destination).where(home.id == destination_id)
    in_row = db.execute(
        one_more.values(dead_in_row=home.dead_in_row + 1).returning(home.dead_in_row)
    ).scalar()
    if in_row is None or in_row < DEAD_IN_ROW:
        return
    if _pause(db, destination_id, f"{in_row} digests in a row could not be posted: {error}"):
        what = f"The last {in_row} digests for {_name(db, destination_id)} could not be posted"
        _tell(db, destination_id, DEAD, what, error)


def _pause(db: Connection, destination_id: int, reason: str) -> bool:
    """Pause it, unless it is already, by whomever."""
    awake = update(t.destination).where(home.id == destination_id, home.paused.is_(False))
    return changed(db, awake.values(paused=True, paused_reason=reason)) == 1


def _tell(db: Connection, destination_id: int, kind: str, what: str, error: str) -> None:
    why = f"{what}: {error.rstrip('.')}."
    _add(db, destination_id, kind, f"{why} Its digests are paused; when that is mended, `resume` there.")


def _add(db: Connection, destination_id: int, kind: str, text: str, told_at: datetime | None = None) -> None:
    """Have the person behind a destination told, unless they were since it was last resumed."""
    row = db.execute(select(t.destination).where(home.id == destination_id)).one()
    new = {
        "workspace_id": row.workspace_id,
        "destination_id": row.id,
        "kind": kind,
        "person": _person(db, row.id),
        "text": text,
        "created_at": database_now(),
        "told_at": told_at,
    }
    db.execute(insert(db, t.notice).values(**new).on_conflict_do_nothing())


def _name(db: Connection, destination_id: int) -> str:
    return str(db.execute(select(home.name).where(home.id == destination_id)).scalar_one())


def _person(db: Connection, destination_id: int) -> str:
    """Who made the oldest subscription, "" when there is none left."""
    mine = t.subscription.c.destination_id == destination_id
    oldest = select(t.subscription.c.created_by).where(mine).order_by(t.subscription.c.id).limit(1)
    return db.execute(oldest).scalar() or ""
