"""One runner for each tick, on any number of processes; what runs are left behind."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.storage import Store
from bot.storage import tables as t
from bot.testing.builders import SAMPLE_NOW

LATER = SAMPLE_NOW + timedelta(seconds=3)


async def finished(store: Store) -> dict[tuple[str, str], datetime | None]:
    query = select(t.cron_run.c.name, t.cron_run.c.slot, t.cron_run.c.finished_at)
    rows = await store.database.read(lambda db: db.execute(query).all())
    return {(row.name, row.slot): row.finished_at for row in rows}


async def test_of_four_processes_at_once_one_runs_each_tick(url: str) -> None:
    stores = [await Store.open(url) for _ in range(4)]
    try:
        for minute in range(20):
            asked = [
                store.cron_run("plan", f"09:{minute:02}", f"process {number}", SAMPLE_NOW)
                for number, store in enumerate(stores)
            ]
            assert sum(await asyncio.gather(*asked)) == 1
    finally:
        for store in stores:
            await store.close()


async def test_a_run_that_ended_says_when_and_a_repeated_end_changes_nothing(store: Store) -> None:
    await store.cron_run("plan", "09:00", "me", SAMPLE_NOW)
    await store.cron_run("plan", "09:01", "me", SAMPLE_NOW)
    await store.cron_done("plan", "09:00", LATER)
    await store.cron_done("plan", "09:00", LATER + timedelta(days=1))
    await store.cron_done("plan", "nobody ran it", LATER)
    assert await finished(store) == {("plan", "09:00"): LATER, ("plan", "09:01"): None}
