"""Whether a channel's digests can be read on the web by everybody, by whoever has the link, or by nobody"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("destination", sa.Column("archive", sa.String(), nullable=False, server_default="link"))
