"""Deliveries remember that they were repeated, and which papers they hold"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("repeated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("delivery", sa.Column("papers", sa.Text(), nullable=False, server_default=sa.text("'[]'")))
