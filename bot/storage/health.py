"""Whether the database is whole, and whether anybody works with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from . import tables as t
from .engine import Stored, reading
from .upkeep import ONCE

# What PostgreSQL can say of damage without reading everything: the server itself checks each page it reads.
# https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW
DAMAGES = """
SELECT 'the server read ' || checksum_failures || ' damaged pages of this database'
FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0
UNION ALL
SELECT 'the index ' || indexrelid::regclass || ' is not whole'
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'the rule ' || conname || ' of ' || conrelid::regclass || ' was never checked'
FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
UNION ALL
SELECT 'papers that are not in the full-text index: ' || count(*)
FROM paper LEFT JOIN paper_text USING (id) WHERE paper_text.id IS NULL HAVING count(*) > 0
UNION ALL
SELECT 'entries of the full-text index without a paper: ' || count(*)
FROM paper_text LEFT JOIN paper USING (id) WHERE paper.id IS NULL HAVING count(*) > 0
"""


class Health(Stored):
    """The store's methods that `doctor` asks."""

    @reading
    def check(self, db: Connection) -> tuple[str, ...]:
        """Look for damage; empty when all is well."""
        if db.dialect.name == "postgresql":
            return tuple(str(line) for line in db.exec_driver_sql(DAMAGES).scalars())
        found = [str(line) for line in db.exec_driver_sql("PRAGMA integrity_check").scalars()]
        orphans = [
            f"{row[0]} row {row[1]} points at a {row[2]} that is not there"
            for row in db.exec_driver_sql("PRAGMA foreign_key_check")
        ]
        return tuple(line for line in found if line != "ok") + tuple(orphans)

    @reading
    def last_run(self, db: Connection) -> datetime | None:
        """When a periodic job last began, in whatever process."""
        run = t.cron_run.c
        return db.execute(select(func.max(run.started_at)).where(run.name != ONCE)).scalar()
