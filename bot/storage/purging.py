"""Forgetting a workspace that removed the bot long ago: everything of it, and nothing of anybody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from bot.domain.mailing import PLATFORM as EMAIL

from . import tables as t
from .engine import Stored, reading, writing

# Kept for a workspace by its id alone.
OWN = (t.saved, t.muted, t.dismissed, t.topic, t.feed, t.mail_signup, t.mail_recipient)


class Purging(Stored):
    """The store's methods about workspaces that are no more."""

    @reading
    def ended_installations(self, db: Connection, before: datetime) -> tuple[tuple[str, str], ...]:
        """List the workspaces whose installation ended before: platform and workspace."""
        row = t.installation.c
        query = select(row.platform, row.workspace_id).where(row.ended_at < before)
        return tuple((one.platform, one.workspace_id) for one in db.execute(query.order_by(row.ended_at)))

    @writing
    def purge(self, db: Connection, platform: str, workspace: str, before: datetime) -> bool:
        """Forget one channel of a workspace whose installation ended before, or at last the rest; whether more is left.

        A channel's year is thousands of rows: others write in between.
        """
        if not _has_ended(db, platform, workspace, before):
            return False
        if _forget_channel(db, platform, workspace):
            return True
        _forget_rest(db, platform, workspace)
        return False


def _has_ended(db: Connection, platform: str, workspace: str, before: datetime) -> bool:
    row = t.installation.c
    ended = (row.platform == platform, row.workspace_id == workspace, row.ended_at < before)
    return db.execute(select(row.workspace_id).where(*ended).with_for_update()).first() is not None


def _forget_channel(db: Connection, platform: str, workspace: str) -> bool:
    """Forget a channel with its subscriptions, slots, digests and messages; whether there was one."""
    home = t.destination.c
    mails = [] if _is_anybody_elses(db, workspace, platform) else [EMAIL]  # asked for there, with its topics
    theirs = select(home.id).where(home.workspace_id == workspace, home.platform.in_([platform, *mails]))
    destination_id = db.execute(theirs.order_by(home.id).limit(1)).scalar()
    if destination_id is None:
        return False
    db.execute(delete(t.destination).where(home.id == destination_id))
    return True


def _forget_rest(db: Connection, platform: str, workspace: str) -> None:
    is_last = not _is_anybody_elses(db, workspace, platform)
    going = [platform, *([EMAIL] if is_last else [])]
    for table in (t.lane, t.installation):
        db.execute(delete(table).where(table.c.workspace_id == workspace, table.c.platform.in_(going)))
    if is_last:
        for table in OWN:
            db.execute(delete(table).where(table.c.workspace_id == workspace))
    db.execute(delete(t.query).where(~_is_asked()))


def _is_anybody_elses(db: Connection, workspace: str, platform: str) -> bool:
    """Whether another platform has a workspace of the same id: what is kept by the id alone is then theirs, too."""
    others = (
        select(one.c.workspace_id).where(
            one.c.workspace_id == workspace, one.c.platform.not_in([platform, EMAIL])
        )
        for one in (t.lane, t.installation)
    )
    return any(db.execute(query.limit(1)).first() is not None for query in others)


def _is_asked() -> ColumnElement[bool]:
    """Whether somebody is subscribed to a query."""
    return exists().where(t.subscription.c.query_id == t.query.c.id)
