"""Run with the project's Python: `seed_crowd.py URL NUMBER` puts so many destinations into a database, all due now."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.bench.herd import Herd, _write, day_of_papers
from bot.storage import Store
from bot.storage import tables as t


async def main(url: str, number: int) -> None:
    now = datetime.now(UTC)
    herd = Herd(lanes=100, channels=number // 100)
    async with await Store.open(url) as store:
        await store.add_batch(day_of_papers(herd, now.date()), now=now)
        await store.database.write(lambda db: _write(db, herd))
        due = {"next_due_at": now - timedelta(seconds=1), "hh": now.hour, "mm": now.minute}
        await store.database.write(lambda db: db.execute(update(t.destination).values(**due)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
