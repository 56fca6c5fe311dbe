"""Mailboxes: sign-ups that wait for their reader, and what is known of those that said yes or were refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from .types import Row, UtcTime


class MailSignupRow(Row, table=True):
    """A confirmation that was mailed; its token is in that mail alone."""

    __tablename__ = "mail_signup"
    __table_args__ = (Index(None, "made_at"), Index(None, "workspace_id"))

    hash: str = Field(primary_key=True)  # a copy of the database does not hold what a reader must bring
    workspace_id: str
    address: str
    wishes: str = Field(sa_type=Text)  # JSON
    asked_by: str
    made_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class MailRecipientRow(Row, table=True):
    """A mailbox that said yes once, or that was refused; forgotten when its reader leaves."""

    __tablename__ = "mail_recipient"
    __table_args__ = (Index(None, "address"),)

    workspace_id: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    asked_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    soft_bounces: int = 0
    soft_at: datetime | None = Field(default=None, sa_type=UtcTime)
    stopped_reason: str = ""
    stopped_at: datetime | None = Field(default=None, sa_type=UtcTime)
