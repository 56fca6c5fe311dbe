"""Sign-ups for mails that wait for their reader, and the mailboxes that said yes or were refused"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_signup",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_mail_signup")),
    )
    op.create_index(op.f("ix_mail_signup_made_at"), "mail_signup", ["made_at"])
    op.create_index(op.f("ix_mail_signup_workspace_id"), "mail_signup", ["workspace_id"])
    op.create_table(
        "mail_recipient",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("soft_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_reason", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "address", name=op.f("pk_mail_recipient")),
    )
    op.create_index(op.f("ix_mail_recipient_address"), "mail_recipient", ["address"])
