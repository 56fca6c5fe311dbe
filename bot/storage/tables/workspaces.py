"""Workspaces that installed the bot, and installations that are under way."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from .types import Names, Row, Strings, UtcTime


class InstallationRow(Row, table=True):
    """A workspace that installed the bot; its tokens are sealed (`sealing.py`), and erased when it ends."""

    __tablename__ = "installation"

    platform: str = Field(primary_key=True)
    workspace_id: str = Field(primary_key=True)
    name: str
    token: str
    refresh_token: str
    expires_at: datetime | None = Field(sa_type=UtcTime)
    scopes: tuple[str, ...] = Field(sa_type=Strings)
    bot_user: str
    installed_by: str
    installed_at: datetime = Field(sa_type=UtcTime)
    details: dict[str, str] = Field(sa_type=Names)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    renewing_until: datetime | None = Field(default=None, sa_type=UtcTime)


class OauthStateRow(Row, table=True):
    """The mark of an installation that began: who comes back with it is whoever was sent away."""

    __tablename__ = "oauth_state"

    hash: str = Field(primary_key=True)  # a copy of the database does not hold what a browser must bring
    made_at: datetime = Field(sa_type=UtcTime)
