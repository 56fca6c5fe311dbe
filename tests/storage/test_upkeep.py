from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.delivery import Sent, SlotPlan
from bot.domain.paper import Validator
from bot.errors import ConfigError
from bot.storage import Store
from bot.storage.upkeep import KEEP_FRESHNESS_DAYS
from bot.testing.builders import SAMPLE_NOW, make_batch

MakeDestination = Callable[..., Any]
MakePlan = Callable[..., SlotPlan]
on_a_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
MONTHS_LATER = SAMPLE_NOW + timedelta(days=100)


async def test_a_periodic_job_is_run_by_one(store: Store) -> None:
    assert await store.cron_run("plan", "2026-06-01T06:00", "one", SAMPLE_NOW)
    assert not await store.cron_run("plan", "2026-06-01T06:00", "two", SAMPLE_NOW)
    assert await store.cron_run("plan", "2026-06-01T06:01", "two", SAMPLE_NOW)
    assert await store.cron_run("prune", "2026-06-01T06:00", "two", SAMPLE_NOW)


async def test_pruning_forgets_what_is_long_over_and_keeps_what_was_shown(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home, waiting = await make_destination(), await make_destination(channel="waiting")
    sent = await store.plan(make_plan(home))
    await store.plan(make_plan(waiting))
    assert sent is not None
    delivery, _ = await store.ready("console:local", SAMPLE_NOW)
    await store.record([Sent(delivery_id=delivery.id, remote_id="message", at=SAMPLE_NOW)], owner="a sender")
    await store.cron_run("plan", "x", "one", SAMPLE_NOW)
    assert await store.prune(SAMPLE_NOW + timedelta(days=29)) == {
        "deliveries": 0,
        "digests": 0,
        "contents": 0,
        "cron_runs": 0,
        "freshness": 0,
        "validators": 0,
        "votes": 0,
        "signups": 0,
        "mailboxes": 0,
    }
    assert await store.prune(MONTHS_LATER) == {
        "deliveries": 1,
        "digests": 1,
        "contents": 0,  # the digest that waits has them, too
        "cron_runs": 1,
        "freshness": 1,
        "validators": 0,
        "votes": 6,
        "signups": 0,
        "mailboxes": 0,
    }
    assert len((await store.shown([home.id]))[home.id]) == 2
    assert len(await store.slots(home.id)) == 1
    assert await store.digest(sent.id) is None
    assert [one.destination_id for one in await store.deliveries()] == [waiting.id]


async def test_contents_go_with_the_last_digest_that_shows_them(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    slot = await store.plan(make_plan(await make_destination()))
    assert slot is not None
    await store.expire(SAMPLE_NOW + timedelta(days=1))
    gone = await store.prune(MONTHS_LATER)
    assert (gone["digests"], gone["contents"]) == (1, 2)  # the paper shown, and the list of those folded


async def test_what_an_ingest_looks_back_at_is_kept_however_little_else_is(store: Store) -> None:
    await store.add_batch(make_batch(), now=SAMPLE_NOW)
    day = SAMPLE_NOW.date()
    assert (await store.prune(SAMPLE_NOW + timedelta(days=KEEP_FRESHNESS_DAYS), keep_days=7))[
        "freshness"
    ] == 0
    assert await store.freshness(since=day) != ()
    gone = await store.prune(SAMPLE_NOW + timedelta(days=KEEP_FRESHNESS_DAYS + 1), keep_days=7)
    assert gone["freshness"] == 1


async def test_a_feed_that_nobody_fetches_any_more_is_a_first_fetch_when_it_is_added_again(
    store: Store,
) -> None:
    for url, days_ago in (("https://e.org/gone", 40), ("https://e.org/here", 1)):
        known = Validator(url=url, etag="x", fetched_at=SAMPLE_NOW - timedelta(days=days_ago))
        await store.add_batch(make_batch(validators=(known,)), now=SAMPLE_NOW)
    assert (await store.prune(SAMPLE_NOW))["validators"] == 1
    assert set(await store.validators()) == {"https://e.org/here"}


@on_a_file
async def test_a_backup_is_a_whole_database_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    await store.add_batch(make_batch(), now=SAMPLE_NOW)
    copy = tmp_path / "backup.db"
    await store.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    async with await Store.open(f"sqlite:///{copy}") as restored:
        assert (await restored.counts())["papers"] == 3
        assert await restored.check() == ()


@on_a_file
async def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be made"):
        await store.backup(tmp_path / "paperround.db")
    with pytest.raises(ConfigError, match="cannot be made"):
        await store.backup(tmp_path / "no" / "folder.db")
    assert await store.check() == ()


@on_a_file
async def test_damage_is_found(url: str, tmp_path: Path) -> None:
    async with await Store.open(url) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        assert await store.check() == ()
    with sqlite3.connect(tmp_path / "paperround.db") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM paper")
    connection.close()
    async with await Store.open(url) as store:
        assert any("points at a paper that is not there" in line for line in await store.check())


async def test_everything_is_counted(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await store.subscribe(home.id, "robots", created_by="ada", now=SAMPLE_NOW)
    await store.add_feed("local", "https://example.org/feed", "A feed", "ada", SAMPLE_NOW)
    await store.plan(make_plan(home))
    assert await store.counts() == {
        "papers": 6,
        "listings": 6,
        "destinations": 1,
        "subscriptions": 1,
        "queries": 1,
        "feeds": 1,
        "slots": 1,
        "deliveries": 1,
    }
