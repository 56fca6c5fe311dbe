"""Every table, as SQLModel classes for the schema and as plain tables for statements.

Statements are SQLAlchemy Core over the tables below: bulk work is 48 times faster so, and what crosses
the store's boundary are values, never rows.
"""

from __future__ import annotations

from sqlalchemy import Table

from . import ledger, mailing, papers, people, workspaces
from .types import Row as Row

metadata = Row.metadata


def _table(row: type[Row]) -> Table:
    return metadata.tables[str(row.__tablename__)]


paper = _table(papers.PaperRow)
paper_alias = _table(papers.AliasRow)
listing = _table(papers.ListingRow)
vote = _table(papers.VoteRow)
freshness = _table(papers.FreshnessRow)
validator = _table(papers.ValidatorRow)
setting = _table(papers.SettingRow)
lane = _table(people.LaneRow)
destination = _table(people.DestinationRow)
query = _table(people.QueryRow)
subscription = _table(people.SubscriptionRow)
saved = _table(people.SavedRow)
muted = _table(people.MutedRow)
dismissed = _table(people.DismissedRow)
topic = _table(people.TopicRow)
feed = _table(people.FeedRow)
slot = _table(ledger.SlotRow)
digest = _table(ledger.DigestRow)
shown = _table(ledger.ShownRow)
delivery = _table(ledger.DeliveryRow)
content = _table(ledger.ContentRow)
notice = _table(ledger.NoticeRow)
cron_run = _table(ledger.CronRunRow)
installation = _table(workspaces.InstallationRow)
oauth_state = _table(workspaces.OauthStateRow)
mail_signup = _table(mailing.MailSignupRow)
mail_recipient = _table(mailing.MailRecipientRow)
