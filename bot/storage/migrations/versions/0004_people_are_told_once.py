"""What one person is told once; deliveries remember doubt; what waits and what is on its way have indexes of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'pending'")
DEFERRED = sa.text("status = 'pending' AND not_before IS NOT NULL")
HELD = sa.text("status = 'held'")
IN_FLIGHT = sa.text("status IN ('sending', 'uncertain')")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["destination_id"], ["destination.id"], name=op.f("fk_notice_destination_id_destination"), ondelete="CASCADE"),
        sa.UniqueConstraint("destination_id", "kind", name=op.f("uq_notice_destination_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notice_told_at"), "notice", ["told_at"], unique=False)
    op.add_column("delivery", sa.Column("doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE delivery SET doubted = true WHERE repeated OR status = 'uncertain'")
    op.add_column("delivery", sa.Column("channel", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE delivery SET channel = (SELECT channel_id FROM destination WHERE destination.id = destination_id)")
    for name in ("lane", "lane_due", "next"):
        op.drop_index(f"ix_delivery_{name}", "delivery")
    index("lane", ["lane_id", "id", "not_before"], WAITING)
    index("lane_due", ["lane_id", "not_before"], WAITING)
    index("not_before", ["not_before"], DEFERRED)
    index("expires_at", ["expires_at"], WAITING)
    index("held", ["expires_at"], HELD)
    index("in_flight", ["lane_id", "sending_at"], IN_FLIGHT)


def index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(f"ix_delivery_{name}", "delivery", columns, unique=False, sqlite_where=where, postgresql_where=where)
