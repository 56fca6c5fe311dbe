"""What the store says when the machine does not do its part, and that nothing is half-written then."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.domain.delivery import SlotPlan
from bot.errors import ConfigError, StoreBusy
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing

MakeDestination = Callable[..., Any]
on_a_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else is writing to the database."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


@on_a_file
async def test_a_database_that_stays_locked_is_busy_and_unchanged(url: str, tmp_path: Path) -> None:
    async with await Store.open(url, busy_seconds=0.05) as store:
        with locked(tmp_path / "paperround.db"):
            with pytest.raises(StoreBusy, match="in use by another program") as busy:
                await store.add_batch(make_batch(), now=SAMPLE_NOW)
            assert busy.value.exit_code == 5
            assert (await store.counts())["papers"] == 0
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        assert (await store.counts())["papers"] == 3


@on_a_file
async def test_a_lock_that_goes_away_in_time_is_waited_for(url: str, tmp_path: Path) -> None:
    async with await Store.open(url, busy_seconds=30) as store:
        with locked(tmp_path / "paperround.db") as other:
            adding = asyncio.create_task(store.add_batch(make_batch(), now=SAMPLE_NOW))
            await asyncio.sleep(0.05)
            assert not adding.done()
            other.execute("ROLLBACK")
            assert len((await adding).new_ids) == 3


@pytest.mark.slow
async def test_a_lock_of_four_seconds_is_waited_for_and_a_longer_one_is_told(url: str) -> None:
    """As long as a release waits, on both databases."""
    async with await Store.open(url) as store:
        held = asyncio.create_task(asyncio.to_thread(store.database.write_now, lambda _: time.sleep(4)))
        await asyncio.sleep(0.5)
        async with await Store.open(url) as other:
            assert len((await other.add_batch(make_batch(), now=SAMPLE_NOW)).new_ids) == 3
            await held
            gone = asyncio.create_task(asyncio.to_thread(store.database.write_now, lambda _: time.sleep(7)))
            await asyncio.sleep(0.5)
            with pytest.raises(StoreBusy, match="in use by another program"):
                await other.add_batch(make_batch(), now=SAMPLE_NOW)
            await gone


@on_a_file
async def test_readers_go_on_while_somebody_writes(store: Store, tmp_path: Path) -> None:
    with locked(tmp_path / "paperround.db"):
        assert (await store.counts())["papers"] == 0


async def test_a_reader_cannot_write(store: Store) -> None:
    def write(db: Connection) -> None:
        db.exec_driver_sql("DELETE FROM paper")

    with pytest.raises(ConfigError, match="cannot be opened for writing"):
        await store.database.read(write)


async def test_work_that_fails_halfway_leaves_nothing(store: Store) -> None:
    def half(db: Connection) -> None:
        db.exec_driver_sql("INSERT INTO setting VALUES ('half', 'done')")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        await store.database.write(half)
    rows = await store.database.read(
        lambda db: db.exec_driver_sql("SELECT count(*) FROM setting WHERE name = 'half'").scalar()
    )
    assert rows == 0


def fill_the_disk(store: Store, *, spare_pages: int) -> None:
    def limit(db: Connection) -> None:
        pages = int(db.exec_driver_sql("PRAGMA page_count").scalar() or 0)
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + spare_pages}")

    store.database.maintain_now(limit)


@on_a_file
@pytest.mark.parametrize("spare_pages", [0, 5, 20, 60])
async def test_a_full_disk_keeps_all_of_a_batch_or_none(url: str, spare_pages: int) -> None:
    listings = [
        make_listing(number, facts=make_facts(number, abstract=f"word{number} " * 300))
        for number in range(200)
    ]
    async with await Store.open(url) as store:
        fill_the_disk(store, spare_pages=spare_pages)
        with pytest.raises(StoreBusy, match="no room left"):
            await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
        assert (await store.counts())["papers"] == 0
        assert await store.check() == ()
    async with await Store.open(url) as store:  # the limit was the connection's: there is room again
        assert len((await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)).new_ids) == 200
        assert await store.check() == ()


@on_a_file
async def test_a_full_disk_loses_no_slot(
    store: Store, make_destination: MakeDestination, make_plan: Callable[..., SlotPlan]
) -> None:
    home = await make_destination()
    fill_the_disk(store, spare_pages=0)
    big = make_plan(home, reason="x" * 500_000)
    with pytest.raises(StoreBusy, match="no room left"):
        await store.plan(big)
    assert [one.id for one in await store.due(SAMPLE_NOW)] == [home.id]
    assert await store.slots(home.id) == ()
    fill_the_disk(store, spare_pages=10_000)
    assert await store.plan(make_plan(home)) is not None


@pytest.mark.parametrize(("durable", "said"), [(True, 2), (False, 0)])
async def test_every_commit_reaches_the_disk_unless_it_is_scratch(
    sqlite_url: str, durable: bool, said: int
) -> None:
    async with await Store.open(sqlite_url, durable=durable) as store:
        kept = await store.database.write(lambda db: db.exec_driver_sql("PRAGMA synchronous").scalar())
        assert kept == said
