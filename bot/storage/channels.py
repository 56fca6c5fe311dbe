"""What a platform says of its channels: gone, back again, called otherwise. One that nobody subscribed in is no news."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.subscription import Address, Destination

from . import tables as t
from .destinations import at
from .engine import Stored, reading, writing
from .notices import pause_gone, resume_now, tell_lack, was_told
from .rows import destination_of


class Channels(Stored):
    """The store's methods about channels, by their addresses."""

    @writing
    def channel_gone(self, db: Connection, address: Address, reason: str) -> None:
        """Pause a channel that cannot be posted in, and have its people told once."""
        home = _found(db, address)
        if home is not None:
            pause_gone(db, home.id, reason)

    @writing
    def channel_lacks(
        self, db: Connection, address: Address, what: str, *, told_at: datetime | None = None
    ) -> None:
        """Have its people told once what makes digests worse there; with `told_at`, they were."""
        home = _found(db, address)
        if home is not None:
            tell_lack(db, home.id, what, told_at)

    @writing
    def channel_back(self, db: Connection, address: Address, now: datetime) -> None:
        """Send there again, if it was paused for not being reached and not by a person."""
        home = _found(db, address)
        if home is not None and home.paused and was_told(db, home.id):
            resume_now(db, home, now)

    @reading
    def channels_shut(self, db: Connection, platform: str, workspace: str) -> dict[str, str]:
        """Channels that are paused for not being reached, and not by a person, each with the reason."""
        home = t.destination.c
        ours = (home.platform == platform, home.workspace_id == workspace, home.paused.is_(True))
        found = db.execute(select(home.id, home.channel_id, home.paused_reason).where(*ours)).all()
        return {one.channel_id: one.paused_reason for one in found if was_told(db, one.id)}

    @writing
    def channel_renamed(self, db: Connection, address: Address, name: str) -> None:
        """Call a channel by its new name."""
        home = _found(db, address)
        if home is not None:
            db.execute(update(t.destination).where(t.destination.c.id == home.id).values(name=name))


def _found(db: Connection, address: Address) -> Destination | None:
    row = db.execute(at(address)).one_or_none()
    return None if row is None else destination_of(row)
