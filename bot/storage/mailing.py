"""Mailboxes: asked for by anybody, mailed once their reader said yes, left alone once they refuse."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from bot.domain.delivery import Status
from bot.domain.mailing import (
    A_DAY,
    AN_HOUR,
    FOR_ONE_ASKER,
    IN_ALL,
    LASTS,
    LEFT,
    PLATFORM,
    SOFT_APART,
    SOFT_BOUNCES,
    TO_ONE_MAILBOX,
    Recipient,
    Refusal,
    SignUp,
    Wishes,
)
from bot.domain.subscription import Address

from . import tables as t
from .destinations import at
from .engine import Stored, reading, writing
from .rows import AnyRow
from .statements import changed, insert
from .subscriptions import cancel_waiting, forget_unused

FULL = f"Mail was refused for the time being, {SOFT_BOUNCES} times running: {{}}"
FRESH: Mapping[str, Any] = {"soft_bounces": 0, "soft_at": None, "stopped_reason": "", "stopped_at": None}
TOKEN_BYTES = 32

row = t.mail_signup.c
box = t.mail_recipient.c
home = t.destination.c


class Mailings(Stored):
    """The store's methods about mailboxes."""

    @writing
    def add_signup(self, db: Connection, new: SignUp) -> str | Refusal:
        """Keep a sign-up; its token, which is kept nowhere, or what there were too many of.

        One that is refused for its mailbox counts for its asker all the same: nobody learns by counting what others asked.
        """
        refused = _refusal(db, new)
        if refused in {Refusal.ASKER, Refusal.ALL}:
            return refused
        token = secrets.token_urlsafe(TOKEN_BYTES)
        kept = refused is None
        values = {
            "hash": _hash(token),
            "workspace_id": new.address.workspace,
            "address": new.address.channel if kept else "",
            "wishes": new.wishes.as_text() if kept else "",
            "asked_by": new.asked_by,
            "made_at": new.made_at,
        }
        db.execute(insert(db, t.mail_signup).values(**values))
        return refused or token

    @reading
    def signup(self, db: Connection, token: str, now: datetime) -> SignUp | None:
        """Find the sign-up of a token; None when it was never made, or is too old."""
        found = db.execute(_signups(now).where(row.hash == _hash(token))).one_or_none()
        return None if found is None else _signup_of(found)

    @reading
    def signups_of(self, db: Connection, workspace: str, asker: str, now: datetime) -> tuple[SignUp, ...]:
        """List what somebody asked for and nobody said yes to, newest first."""
        mine = _signups(now).where(
            row.workspace_id == workspace, row.asked_by == asker, row.used_at.is_(None)
        )
        return tuple(_signup_of(one) for one in db.execute(mine.order_by(row.made_at.desc())))

    @writing
    def withdraw_signups(self, db: Connection, address: Address, asker: str) -> int:
        """Forget what somebody asked for a mailbox and its reader did not say yes to; how many.

        That the mailbox was asked is known on: whoever asks and takes back would else ask it again and again.
        """
        theirs = (row.workspace_id == address.workspace, row.address == address.channel)
        open_ = update(t.mail_signup).where(*theirs, row.asked_by == asker, row.used_at.is_(None))
        return changed(db, open_.where(row.wishes != "").values(wishes=""))

    @writing
    def mailbox_confirmed(self, db: Connection, signup: SignUp, now: datetime) -> None:
        """Remember that the reader of a mailbox said yes: whatever stood in the way is over."""
        values = {
            "workspace_id": signup.address.workspace,
            "address": signup.address.channel,
            "asked_by": signup.asked_by,
            "confirmed_at": now,
            **FRESH,
        }
        upsert = insert(db, t.mail_recipient).values(**values)
        db.execute(upsert.on_conflict_do_update(index_elements=["workspace_id", "address"], set_=values))

    @writing
    def use_signup(self, db: Connection, token: str, now: datetime) -> bool:
        """Use a sign-up up; whether it was not used before."""
        this = update(t.mail_signup).where(row.hash == _hash(token), row.used_at.is_(None))
        return changed(db, this.values(used_at=now)) == 1

    @writing
    def mailbox_left(self, db: Connection, address: Address) -> bool:
        """Send a mailbox nothing more, and forget it with the next pruning; whether anything was sent there before."""
        theirs = (box.workspace_id == address.workspace, box.address == address.channel)
        db.execute(delete(t.mail_recipient).where(*theirs))
        found = db.execute(at(address)).one_or_none()
        if found is None or found.platform != PLATFORM:
            return False
        mine = t.subscription.c.destination_id == found.id
        queries = db.execute(select(t.subscription.c.query_id).where(mine)).scalars().all()
        db.execute(delete(t.subscription).where(mine))
        forget_unused(db, queries)
        _quiet(db, found.id, LEFT)
        return not (found.paused and found.paused_reason == LEFT)

    @writing
    def mailbox_stopped(self, db: Connection, mailbox: str, reason: str, now: datetime) -> int:
        """Mail nothing to a mailbox, in whatever workspace, until its reader says yes anew; in how many it was mailed."""
        found = db.execute(_destinations(mailbox)).all()
        for one in found:
            values = {"stopped_reason": reason, "stopped_at": now}
            _keep(db, one, values)
            _quiet(db, one.id, reason)
        return len(found)

    @writing
    def mailbox_bounced(self, db: Connection, mailbox: str, reason: str, now: datetime) -> int:
        """Count a refusal that may pass, and pause a mailbox after some; in how many workspaces it is mailed."""
        found = db.execute(_destinations(mailbox)).all()
        for one in found:
            known = db.execute(select(t.mail_recipient).where(*_of(one))).one_or_none()
            recent = known is not None and known.soft_at is not None and known.soft_at > now - SOFT_APART
            times = known.soft_bounces + 1 if known is not None and recent else 1
            enough = times >= SOFT_BOUNCES
            _keep(db, one, {"soft_bounces": 0 if enough else times, "soft_at": now})
            if enough:
                _quiet(db, one.id, FULL.format(reason))
        return len(found)

    @reading
    def recipient(self, db: Connection, address: Address) -> Recipient | None:
        """What is known of a mailbox; None when nothing is."""
        theirs = (box.workspace_id == address.workspace, box.address == address.channel)
        found = db.execute(select(t.mail_recipient).where(*theirs)).one_or_none()
        return None if found is None else _recipient_of(found)

    @reading
    def recipients_of(self, db: Connection, workspace: str, asker: str) -> tuple[Recipient, ...]:
        """List the mailboxes that said yes to what somebody asked for them, by address."""
        mine = (box.workspace_id == workspace, box.asked_by == asker)
        rows = db.execute(select(t.mail_recipient).where(*mine).order_by(box.address))
        return tuple(_recipient_of(one) for one in rows)


def forget_mailboxes(db: Connection, now: datetime, stopped_before: datetime) -> dict[str, int]:
    """Forget sign-ups that are over, and mailboxes that left, or have long been stopped; how many."""
    over = ~row.made_at.between(now - LASTS, now + AN_HOUR)
    long_stopped = select(box.workspace_id, box.address).where(box.stopped_at < stopped_before).subquery()
    stopped = exists().where(
        long_stopped.c.workspace_id == home.workspace_id, long_stopped.c.address == home.channel_id
    )
    under_way = exists().where(
        t.delivery.c.destination_id == home.id,
        t.delivery.c.status.in_([Status.SENDING.value, Status.UNCERTAIN.value]),
    )
    gone = (home.paused.is_(True), (home.paused_reason == LEFT) | stopped, ~under_way)
    forgotten = {
        "signups": changed(db, delete(t.mail_signup).where(over)),
        "mailboxes": changed(db, delete(t.destination).where(home.platform == PLATFORM, *gone)),
    }
    db.execute(delete(t.mail_recipient).where(box.stopped_at < stopped_before))
    return forgotten


def _refusal(db: Connection, new: SignUp) -> Refusal | None:
    """What there are too many of already; what its asker did goes first, and tells nothing of the mailbox."""
    day, hour = row.made_at > new.made_at - A_DAY, row.made_at > new.made_at - AN_HOUR
    if _count(db, day, row.asked_by == new.asked_by) >= FOR_ONE_ASKER:
        return Refusal.ASKER
    if _count(db, hour) >= IN_ALL:
        return Refusal.ALL
    return Refusal.MAILBOX if _count(db, day, _same_reader(new.address.channel)) >= TO_ONE_MAILBOX else None


def _same_reader(mailbox: str) -> ColumnElement[bool]:
    """Whether a sign-up is for this mailbox: ada+1@ and ada+2@ are ada@ to most servers, and would be asked without end."""
    local, _, domain = mailbox.rpartition("@")
    bare = local.partition("+")[0]
    tagged = row.address.startswith(f"{bare}+", autoescape=True)
    return or_(
        row.address == f"{bare}@{domain}", and_(tagged, row.address.endswith(f"@{domain}", autoescape=True))
    )


def _count(db: Connection, *where: ColumnElement[bool]) -> int:
    return int(db.execute(select(func.count()).select_from(t.mail_signup).where(*where)).scalar_one())


def _signups(now: datetime) -> Select[Any]:
    """Those that are not too old, nor withdrawn."""
    return select(t.mail_signup).where(row.made_at.between(now - LASTS, now + AN_HOUR), row.wishes != "")


def _destinations(mailbox: str) -> Select[Any]:
    """Every destination that is this mailbox, however its letters are written."""
    return select(t.destination).where(
        home.platform == PLATFORM, func.lower(home.channel_id) == mailbox.lower()
    )


def _of(destination: AnyRow) -> tuple[ColumnElement[bool], ...]:
    return (box.workspace_id == destination.workspace_id, box.address == destination.channel_id)


def _keep(db: Connection, destination: AnyRow, values: Mapping[str, Any]) -> None:
    """Remember something of a mailbox, whether or not anything was known."""
    known = {"workspace_id": destination.workspace_id, "address": destination.channel_id}
    upsert = insert(db, t.mail_recipient).values(**known, asked_by="", **{**FRESH, **values})
    db.execute(upsert.on_conflict_do_update(index_elements=["workspace_id", "address"], set_=dict(values)))


def _quiet(db: Connection, destination_id: int, reason: str) -> None:
    """Pause a mailbox, and give up what waits for it."""
    db.execute(
        update(t.destination).where(home.id == destination_id).values(paused=True, paused_reason=reason)
    )
    cancel_waiting(db, destination_id, reason="the mailbox gets nothing more")


def _signup_of(found: AnyRow) -> SignUp:
    return SignUp(
        address=Address(platform=PLATFORM, workspace=found.workspace_id, channel=found.address),
        wishes=Wishes.of_text(found.wishes),
        asked_by=found.asked_by,
        made_at=found.made_at,
        used=found.used_at is not None,
    )


def _recipient_of(found: AnyRow) -> Recipient:
    return Recipient(
        address=Address(platform=PLATFORM, workspace=found.workspace_id, channel=found.address),
        asked_by=found.asked_by,
        confirmed_at=found.confirmed_at,
        soft_bounces=found.soft_bounces,
        stopped=found.stopped_reason,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
