"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER is the row's own number there


# The words of every paper, as `bot.domain.text` gives them, joined by spaces. Without content: the text stands in
# `paper` already. `ascii` with these extra characters leaves every such word whole.
FULL_TEXT = """
CREATE VIRTUAL TABLE paper_text USING fts5(
    title, abstract, authors, organization, venue, categories,
    content='', tokenize="ascii tokenchars '#&*+-./_'"
)
"""
# The same words on PostgreSQL; how they are written is told in `bot.storage.tsearch`.
VECTORS = "CREATE TABLE paper_text (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)"
LOOKED_UP = "CREATE INDEX ix_paper_text_words ON paper_text USING gin (words)"


def upgrade() -> None:
    op.create_table(
        "cron_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_cron_run")),
    )
    op.create_index(op.f("ix_cron_run_started_at"), "cron_run", ["started_at"], unique=False)
    op.create_table(
        "feed",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("next_poll_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("workspace_id", "url", name=op.f("uq_feed_workspace_id_url")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feed_next_poll_at"), "feed", ["next_poll_at"], unique=False)
    op.create_table(
        "freshness",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "origin", "day", name=op.f("pk_freshness")),
    )
    op.create_index(op.f("ix_freshness_day"), "freshness", ["day"], unique=False)
    op.create_table(
        "lane",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("token_ref", sa.String(), nullable=False),
        sa.Column("rate_per_s", sa.Float(), nullable=True),
        sa.Column("concurrency", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("tat", sa.Float(), nullable=True),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
    )
    op.create_index(op.f("ix_lane_workspace_id"), "lane", ["workspace_id"], unique=False)
    op.create_table(
        "muted",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "author", name=op.f("pk_muted")),
    )
    op.create_table(
        "paper",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_fold", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("submitted", sa.Date(), nullable=True),
        sa.Column("announced", sa.Date(), nullable=True),
        sa.Column("listed", sa.Date(), nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("doi", sa.String(), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("code_url", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("project_url", sa.String(), nullable=False),
        sa.Column("thumbnail", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("summary_by", sa.String(), nullable=False),
        sa.Column("license", sa.String(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("key", name=op.f("uq_paper_key")),
    )
    op.create_index(op.f("ix_paper_listed"), "paper", ["listed"], unique=False)
    op.create_index(op.f("ix_paper_title_fold"), "paper", ["title_fold"], unique=False)
    op.create_table(
        "query",
        sa.Column("id", ID, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query")),
        sa.UniqueConstraint("text", name=op.f("uq_query_text")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "topic",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_topic")),
    )
    op.create_table(
        "validator",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_validator")),
    )
    op.create_table(
        "destination",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("lane_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hh", sa.Integer(), nullable=False),
        sa.Column("mm", sa.Integer(), nullable=False),
        sa.Column("tz", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("max_papers", sa.Integer(), nullable=False),
        sa.Column("note_empty", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", sa.BigInteger(), nullable=True),
        sa.Column("gap_ms", sa.Integer(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.String(), nullable=False),
        sa.Column("dead_in_row", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_destination_lane_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destination")),
        sa.UniqueConstraint("lane_id", "channel_id", name=op.f("uq_destination_lane_id_channel_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_destination_due",
        "destination",
        ["next_due_at"],
        unique=False,
        sqlite_where=sa.text("paused IS 0"),
        postgresql_where=sa.text("paused IS false"),
    )
    op.create_index(op.f("ix_destination_workspace_id"), "destination", ["workspace_id"], unique=False)
    op.create_table(
        "listing",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_listing_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint(
            "source", "origin", "day", "paper_id", name=op.f("uq_listing_source_origin_day_paper_id")
        ),
    )
    op.create_index(op.f("ix_listing_day_source"), "listing", ["day", "source"], unique=False)
    op.create_index(op.f("ix_listing_paper_id"), "listing", ["paper_id"], unique=False)
    op.create_table(
        "paper_alias",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_alias_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paper_alias")),
    )
    op.create_index(op.f("ix_paper_alias_paper_id"), "paper_alias", ["paper_id"], unique=False)
    op.create_table(
        "saved",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_saved_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "paper_id", name=op.f("pk_saved")),
    )
    op.create_index(op.f("ix_saved_paper_id"), "saved", ["paper_id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("paper_id", ID, autoincrement=False, nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_vote_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", "seen_on", name=op.f("pk_vote")),
    )
    op.create_table(
        "dismissed",
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("dismissed_by", sa.String(), nullable=False),
        sa.Column("dismissed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("fk_dismissed_destination_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_dismissed_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("destination_id", "paper_id", name=op.f("pk_dismissed")),
    )
    op.create_index(op.f("ix_dismissed_paper_id"), "dismissed", ["paper_id"], unique=False)
    op.create_index(op.f("ix_dismissed_workspace_id"), "dismissed", ["workspace_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("slot_key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_slot_destination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("destination_id", "slot_key", name=op.f("uq_slot_destination_id_slot_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_slot_workspace_id"), "slot", ["workspace_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("query_id", ID, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("fk_subscription_destination_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["query_id"], ["query.id"], name=op.f("fk_subscription_query_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "destination_id", "query_id", name=op.f("uq_subscription_destination_id_query_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscription_query_id"), "subscription", ["query_id"], unique=False)
    op.create_index(op.f("ix_subscription_workspace_id"), "subscription", ["workspace_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("lane_id", sa.String(), nullable=False),
        sa.Column("slot_id", ID, nullable=False),
        sa.Column("slot_key", sa.String(), nullable=False),
        sa.Column("part_no", sa.Integer(), nullable=False),
        sa.Column("n_parts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("sending_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("fk_delivery_destination_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_delivery_lane_id")),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_delivery_slot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "destination_id", "slot_key", "part_no", name=op.f("uq_delivery_destination_id_slot_key_part_no")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sa.UniqueConstraint("slot_id", "part_no", name=op.f("uq_delivery_slot_id_part_no")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_before",
        "delivery",
        ["destination_id", "slot_id", "part_no"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending', 'uncertain', 'held')"),
        postgresql_where=sa.text("status IN ('pending', 'sending', 'uncertain', 'held')"),
    )
    op.create_index(
        "ix_delivery_lane",
        "delivery",
        ["lane_id", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
    )
    op.create_index(
        "ix_delivery_lane_due",
        "delivery",
        ["lane_id", "not_before"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
    )
    op.create_index(
        "ix_delivery_next",
        "delivery",
        ["slot_id", "part_no"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("status IN ('pending', 'sending', 'uncertain')"),
    )
    op.create_index(op.f("ix_delivery_workspace_id"), "delivery", ["workspace_id"], unique=False)
    op.create_table(
        "digest",
        sa.Column("slot_id", ID, autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("content_json", sa.String(), nullable=False),
        sa.Column("renderer_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_digest_slot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_digest")),
    )
    op.create_index(op.f("ix_digest_workspace_id"), "digest", ["workspace_id"], unique=False)
    op.create_table(
        "shown",
        sa.Column("destination_id", ID, nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("slot_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_shown_destination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_shown_paper_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_shown_slot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("destination_id", "paper_id", name=op.f("pk_shown")),
    )
    op.create_index(op.f("ix_shown_paper_id"), "shown", ["paper_id"], unique=False)
    op.create_index(op.f("ix_shown_slot_id"), "shown", ["slot_id"], unique=False)
    op.create_index(op.f("ix_shown_workspace_id"), "shown", ["workspace_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FULL_TEXT)
        return
    op.execute(VECTORS)
    op.execute(LOOKED_UP)
