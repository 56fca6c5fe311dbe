"""Frozen papers are kept once for all digests that show them; a slot keeps its folded papers"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_content")),
    )
    op.create_index(op.f("ix_content_day"), "content", ["day"], unique=False)
    op.add_column("slot", sa.Column("folded", sa.LargeBinary(), nullable=True))
    # Nobody asks by them, and every planned digest would pay for them.
    for table in ("slot", "digest", "shown"):
        op.drop_index(f"ix_{table}_workspace_id", table)
    # The due ones are read in pages, by these two.
    op.drop_index("ix_destination_due", "destination")
    op.create_index(
        "ix_destination_due",
        "destination",
        ["next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("paused IS 0"),
        postgresql_where=sa.text("paused IS false"),
    )
