from __future__ import annotations

import time

from sqlalchemy import Connection, select, update

from bot.storage import Store
from bot.storage import tables as t
from bot.storage.moment import SECOND, database_now
from bot.testing.builders import SAMPLE_NOW


async def test_the_databases_clock_counts_microseconds_since_1970(store: Store) -> None:
    before = time.time_ns() // 1000
    said = await store.database.read(lambda db: db.execute(select(database_now())).scalar_one())
    after = time.time_ns() // 1000
    assert isinstance(said, int)
    assert before - 2_000 <= said <= after + 2_000  # SQLite counts milliseconds


async def test_it_is_what_columns_of_times_hold(store: Store) -> None:
    await store.cron_run("tick", "one", "me", SAMPLE_NOW)
    row = t.cron_run.c
    await store.database.write(
        lambda db: db.execute(update(t.cron_run).values(started_at=database_now() + 3600 * SECOND))
    )
    ahead = await store.database.read(
        lambda db: db.execute(select(row.started_at).where(row.started_at > database_now())).scalar_one()
    )
    assert 0 < ahead.timestamp() - time.time() < 3601


async def test_it_goes_on_from_statement_to_statement(store: Store) -> None:
    def two(db: Connection) -> tuple[int, int]:
        first = db.execute(select(database_now())).scalar_one()
        time.sleep(0.005)
        return first, db.execute(select(database_now())).scalar_one()

    first, second = await store.database.write(two)
    assert second > first
