"""Workspaces that installed the bot. Tokens come and go sealed: the store never has the key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, delete, or_, select, update

from bot.ports import Installation

from . import tables as t
from .engine import Stored, reading, writing, writing_beside
from .moment import SECOND, database_now
from .notices import resume_now
from .rows import AnyRow, destination_of
from .sealing import is_sealed
from .statements import add_once, changed, insert

ENDED = "The bot was removed from this workspace."
RENEWAL_SECONDS = 60
STATE_LASTS = timedelta(minutes=10)

ERASED: Mapping[str, Any] = {
    "token": "",
    "refresh_token": "",
    "expires_at": None,
    "details": {},
    "renewing_until": None,
}

AWAKE: Mapping[str, Any] = {"paused": False, "paused_reason": ""}  # of a lane

row = t.installation.c
home = t.destination.c
mark = t.oauth_state.c


class Installations(Stored):
    """The store's methods about who installed the bot. Each token in them is a sealed text."""

    @reading
    def installations(self, db: Connection, platform: str | None = None) -> tuple[Installation, ...]:
        """List the workspaces that have the bot installed, of a platform or of all of them; by id."""
        query = _present().order_by(row.platform, row.workspace_id)
        if platform is not None:
            query = query.where(row.platform == platform)
        return tuple(installation_of(one) for one in db.execute(query))

    @reading
    def installation(self, db: Connection, platform: str, workspace: str) -> Installation | None:
        """Find a workspace's installation; None when there is none, or it ended."""
        found = db.execute(_present().where(*_of(platform, workspace))).one_or_none()
        return None if found is None else installation_of(found)

    @writing
    def save_installation(self, db: Connection, new: Installation, now: datetime) -> None:
        """Keep an installation in place of what is known of its workspace; one that ended goes on where it stopped."""
        values = _columns(new) | {"ended_at": None, "renewing_until": None}
        upsert = insert(db, t.installation).values(**values)
        db.execute(upsert.on_conflict_do_update(index_elements=["platform", "workspace_id"], set_=values))
        _try_again(db, new.platform, new.workspace)
        _go_on(db, new.platform, new.workspace, now)

    @writing
    def forget_end(self, db: Connection, platform: str, workspace: str, now: datetime) -> None:
        """Go on where an installation ended: from now on the operator's own token serves that workspace."""
        db.execute(_lane(platform, workspace).where(t.lane.c.paused_reason == ENDED).values(**AWAKE))
        ended = delete(t.installation).where(*_of(platform, workspace), row.ended_at.is_not(None))
        if changed(db, ended):
            _try_again(db, platform, workspace)
            _go_on(db, platform, workspace, now)

    @writing
    def end_installation(self, db: Connection, platform: str, workspace: str, now: datetime) -> None:
        """Erase a workspace's tokens, plan and send nothing there; what it subscribed to stays.

        Where the operator's own token serves a workspace, only its lane is paused, until it has the bot again or the next start.
        """
        going = update(t.installation).where(*_of(platform, workspace), row.ended_at.is_(None))
        if changed(db, going.values(ended_at=now, **ERASED)):
            awake = update(t.destination).where(*_homes(platform, workspace), home.paused.is_(False))
            db.execute(awake.values(paused=True, paused_reason=ENDED))
        db.execute(_lane(platform, workspace).values(paused=True, paused_reason=ENDED))

    @writing_beside
    def claim_renewal(self, db: Connection, platform: str, workspace: str) -> bool:
        """Become the one who renews a token, for a minute; False when somebody else is, or there is nothing to renew."""
        until = database_now() + RENEWAL_SECONDS * SECOND
        free = or_(
            row.renewing_until.is_(None),
            row.renewing_until <= database_now(),
            row.renewing_until > until + RENEWAL_SECONDS * SECOND,  # by a clock that was ahead
        )
        claim = update(t.installation).where(*_of(platform, workspace), row.ended_at.is_(None), free)
        return changed(db, claim.values(renewing_until=until)) == 1

    @writing_beside
    def renew_installation(self, db: Connection, new: Installation) -> bool:
        """Keep a renewed token; False when the installation ended, or was made anew, meanwhile."""
        columns = _columns(new)
        values = {name: columns[name] for name in ("token", "refresh_token", "expires_at", "scopes")}
        same = (row.ended_at.is_(None), row.installed_at <= new.installed_at)
        mine = update(t.installation).where(*_of(new.platform, new.workspace), *same)
        kept = changed(db, mine.values(renewing_until=None, **values)) == 1
        if kept:
            _try_again(db, new.platform, new.workspace)
        return kept

    @writing_beside
    def reseal_installation(self, db: Connection, old: Installation, new: Installation) -> bool:
        """Keep the same tokens sealed anew; False when others were kept meanwhile."""
        same = (row.token == old.token, row.refresh_token == old.refresh_token)
        mine = update(t.installation).where(*_of(old.platform, old.workspace), *same)
        columns = _columns(new)
        return changed(db, mine.values(token=columns["token"], refresh_token=columns["refresh_token"])) == 1

    @writing_beside
    def add_state(self, db: Connection, state: str, now: datetime) -> None:
        """Keep a mark, and forget those nobody came back with."""
        db.execute(delete(t.oauth_state).where(~_good(now)))
        add_once(db, t.oauth_state, {"hash": _hash(state), "made_at": now})

    @writing_beside
    def use_state(self, db: Connection, state: str, now: datetime) -> bool:
        """Use a mark up; whether it was there and not too old."""
        return changed(db, delete(t.oauth_state).where(mark.hash == _hash(state), _good(now))) == 1


def _present() -> Select[Any]:
    return select(t.installation).where(row.ended_at.is_(None))


def _of(platform: str, workspace: str) -> tuple[ColumnElement[bool], ...]:
    return (row.platform == platform, row.workspace_id == workspace)


def _lane(platform: str, workspace: str) -> Update:
    return update(t.lane).where(t.lane.c.platform == platform, t.lane.c.workspace_id == workspace)


def _try_again(db: Connection, platform: str, workspace: str) -> None:
    """Send in a lane again: whatever it is paused for is about the token it had."""
    db.execute(_lane(platform, workspace).where(t.lane.c.paused.is_(True)).values(**AWAKE))


def _homes(platform: str, workspace: str) -> tuple[ColumnElement[bool], ...]:
    return (home.platform == platform, home.workspace_id == workspace)


def _go_on(db: Connection, platform: str, workspace: str, now: datetime) -> None:
    """Send again to the channels that nobody paused: they only waited for the bot to come back."""
    ours = (home.paused.is_(True), home.paused_reason == ENDED)
    for one in db.execute(select(t.destination).where(*_homes(platform, workspace), *ours)).all():
        resume_now(db, destination_of(one), now)


def _good(now: datetime) -> ColumnElement[bool]:
    """Whether a mark is not too old; one from far ahead was made by a wrong clock."""
    return mark.made_at.between(now - STATE_LASTS, now + STATE_LASTS)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _columns(new: Installation) -> dict[str, Any]:
    for text in (new.token, new.refresh_token):
        if text and not is_sealed(text):
            raise ValueError(
                f"a token of {new.platform}:{new.workspace} would be kept as it is: seal it first"
            )
    return {
        "platform": new.platform,
        "workspace_id": new.workspace,
        "name": new.name,
        "token": new.token,
        "refresh_token": new.refresh_token,
        "expires_at": new.expires_at,
        "scopes": tuple(sorted(new.scopes)),
        "bot_user": new.bot_user,
        "installed_by": new.installed_by,
        "installed_at": new.installed_at,
        "details": dict(new.details),
    }


def installation_of(found: AnyRow) -> Installation:
    """An installation with its tokens as they are kept, from a row of the table."""
    return Installation(
        platform=found.platform,
        workspace=found.workspace_id,
        token=found.token,
        installed_at=found.installed_at,
        name=found.name,
        scopes=frozenset(found.scopes),
        installed_by=found.installed_by,
        bot_user=found.bot_user,
        refresh_token=found.refresh_token,
        expires_at=found.expires_at,
        details=found.details,
    )
