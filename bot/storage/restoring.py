"""After an older copy was put back: what may have been sent since then is not sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.domain.delivery import RESTORED, SlotState, Status

from . import tables as t
from .engine import Stored, reading, writing
from .statements import add_once, changed
from .upkeep import ONCE

WINDOW = timedelta(days=15)  # a day more than a digest looks back
UNDER_WAY = (Status.PENDING.value, Status.SENDING.value, Status.UNCERTAIN.value, Status.HELD.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was set aside."""

    slots: int  # were open in the copy
    messages: int  # of those slots
    papers: int  # become back-fill: found by search, and by `digest --since`


class Restores(Stored):
    """The store's methods about having been put back."""

    @writing
    def mark_restored(self, db: Connection, now: datetime) -> Restored:
        """Take everything under way for sent, and everything that was out for shown; nobody can know better.

        Open slots end as skipped and keep their papers reserved. Papers of the window become back-fill: some channel
        may have been shown them by slots the copy does not know.
        """
        add_once(db, t.cron_run, {"name": ONCE, "slot": _mark(now), "owner": "", "started_at": now})
        open_slots = select(t.slot.c.id).where(t.slot.c.state == SlotState.OPEN.value)
        under_way = update(t.delivery).where(
            t.delivery.c.status.in_(UNDER_WAY), t.delivery.c.slot_id.in_(open_slots)
        )
        aside = {
            "status": Status.CANCELLED.value,
            "doubted": True,
            "last_error": f"The database was {RESTORED}.",
        }
        messages = changed(db, under_way.values(**aside))
        skipped = update(t.slot).where(t.slot.c.state == SlotState.OPEN.value)
        slots = changed(db, skipped.values(state=SlotState.SKIPPED.value, reason=RESTORED))
        out = update(t.paper).where(t.paper.c.listed >= (now - WINDOW).date(), t.paper.c.backfill.is_(False))
        return Restored(slots=slots, messages=messages, papers=changed(db, out.values(backfill=True)))

    @reading
    def restored_at(self, db: Connection) -> datetime | None:
        """When a copy was last put back; None when none ever was."""
        marks = select(func.max(t.cron_run.c.started_at)).where(
            t.cron_run.c.name == ONCE, t.cron_run.c.slot.startswith(_MARK)
        )
        return db.execute(marks).scalar()


_MARK = f"{RESTORED}:"


def _mark(now: datetime) -> str:
    return f"{_MARK}{now.isoformat()}"
