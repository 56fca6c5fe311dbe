"""The store looks after itself: runs, pruning, backup, checks, counts."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from bot.domain.delivery import SlotState, Status
from bot.errors import ConfigError

from . import tables as t
from .engine import Stored, reading, writing, writing_beside
from .mailing import forget_mailboxes
from .statements import add_once, changed

ONCE = "once"  # the name of what is never done again, and so never pruned
KEEP_DAYS = 30
AHEAD = timedelta(hours=1)  # more than the clocks of several hosts may differ
KEEP_VOTES_DAYS = 90
KEEP_STOPPED = timedelta(days=180)  # mailboxes that refused, or whose reader complained
KEEP_FRESHNESS_DAYS = 60  # however little else is kept: by it an ingest knows a source that was heard before
COUNTED = {
    "papers": t.paper,
    "listings": t.listing,
    "destinations": t.destination,
    "subscriptions": t.subscription,
    "queries": t.query,
    "feeds": t.feed,
    "slots": t.slot,
    "deliveries": t.delivery,
}
FINISHED = t.delivery.c.status.in_([Status.SENT.value, Status.DEAD.value, Status.CANCELLED.value])


class Upkeep(Stored):
    """The store's methods about the store."""

    @writing_beside
    def cron_run(self, db: Connection, name: str, slot: str, owner: str, now: datetime) -> bool:
        """Ask to run a periodic job; True for the one who gets to, of however many processes."""
        return add_once(db, t.cron_run, {"name": name, "slot": slot, "owner": owner, "started_at": now})

    @writing_beside
    def cron_done(self, db: Connection, name: str, slot: str, now: datetime) -> None:
        """Remember that it came to its end."""
        run = t.cron_run.c
        this = update(t.cron_run).where(run.name == name, run.slot == slot, run.finished_at.is_(None))
        db.execute(this.values(finished_at=now))

    @writing
    def forget_runs_ahead(self, db: Connection, now: datetime) -> int:
        """Forget the runs a clock once ahead recorded: their slots are still to come; how many."""
        ahead = t.cron_run.c.started_at > now + AHEAD
        return changed(db, delete(t.cron_run).where(ahead, t.cron_run.c.name != ONCE))

    @writing
    def once(self, db: Connection, what: str, now: datetime) -> bool:
        """Claim something that is done once in the life of an installation: True for the first to ask."""
        return add_once(db, t.cron_run, {"name": ONCE, "slot": what, "owner": "", "started_at": now})

    @writing
    def prune(
        self,
        db: Connection,
        now: datetime,
        *,
        keep_days: int = KEEP_DAYS,
        keep_votes_days: int = KEEP_VOTES_DAYS,
    ) -> dict[str, int]:
        """Forget what is long finished; how many rows of each went.

        Papers, listings, slots and what was shown stay: "never the same paper twice" stands on them.
        """
        before = now - timedelta(days=keep_days)
        unheard = min(before.date(), (now - timedelta(days=KEEP_FRESHNESS_DAYS)).date())
        old_votes = (now - timedelta(days=keep_votes_days)).date()
        return {
            "deliveries": changed(
                db, delete(t.delivery).where(_over(t.delivery.c.slot_id, before), FINISHED)
            ),
            "digests": changed(db, delete(t.digest).where(_over(t.digest.c.slot_id, before))),
            "contents": changed(db, delete(t.content).where(t.content.c.day < _oldest_kept(db, before))),
            "cron_runs": changed(
                db, delete(t.cron_run).where(t.cron_run.c.started_at < before, t.cron_run.c.name != ONCE)
            ),
            "freshness": changed(db, delete(t.freshness).where(t.freshness.c.day < unheard)),
            # What is still fetched is fetched whole once a day: an older one is of a URL nobody asks for any more,
            # and if its feed is ever added again, that is a first fetch.
            "validators": changed(db, delete(t.validator).where(t.validator.c.fetched_at < before)),
            "votes": changed(db, delete(t.vote).where(t.vote.c.seen_on < old_votes)),
            **forget_mailboxes(db, now, now - KEEP_STOPPED),
        }

    async def backup(self, path: Path) -> None:
        """Write a whole, consistent copy of the database to a new file, while everything goes on."""
        try:
            await asyncio.to_thread(self.database.copy_now, path)
        except OSError as error:
            raise ConfigError(
                f"The backup {path} cannot be made: {error.strerror}.",
                fix="Name a new file in a folder that is there.",
            ) from error

    @reading
    def counts(self, db: Connection) -> dict[str, int]:
        """Count what there is."""
        return {
            name: int(db.execute(select(func.count()).select_from(table)).scalar_one())
            for name, table in COUNTED.items()
        }


def _over(slot_id: ColumnElement[int], before: datetime) -> ColumnElement[bool]:
    """Whether the slot of this id has ended and was due before."""
    ended = select(t.slot.c.id).where(t.slot.c.due_at < before, t.slot.c.state != SlotState.OPEN.value)
    return slot_id.in_(ended)


def _oldest_kept(db: Connection, before: datetime) -> date:
    """The day from which on a digest that is still there may need its contents; slots open for long keep theirs."""
    kept = select(func.min(t.slot.c.due_at)).join(t.digest, t.digest.c.slot_id == t.slot.c.id)
    oldest: datetime | None = db.execute(kept).scalar()
    return min(before, oldest or before).date()
