"""The operator's own installation is copied, wherever it is, and only read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.domain.subscription import Address, Schedule
from bot.storage.store import Store
from jobs.rehearse.own import copy_live, gather_own, phrases_of

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
QUERY = '("flow matching" OR topic:curling) -survey cat:cs.LG'


async def filled(url: str) -> None:
    async with await Store.open(url) as store:
        schedule = Schedule(at=time(7, 30), tz="Asia/Kathmandu")
        for number in range(2):
            made = await store.ensure_destination(
                Address(platform="slack", workspace="T1", channel=f"C{number}"),
                name=f"#room-{number}",
                schedule=schedule,
                next_due_at=NOW,
                now=NOW,
            )
            await store.define_topic("T1", "curling", "sweeping OR broom", by="ada", now=NOW)
            await store.subscribe(made.id, QUERY, created_by="ada", now=NOW)
        await store.update_destination(made.id, paused=True)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_channels_schedules_queries_and_topics_come_along(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    live = (
        f"sqlite:///{tmp_path / 'live.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    )
    await filled(live)
    await copy_live(live, tmp_path / "scratch.db")
    async with await Store.open(f"sqlite:///{tmp_path / 'scratch.db'}") as scratch:
        (member,) = await gather_own(scratch, now=NOW)  # the other one is paused
        assert member.address == Address(platform="slack", workspace="T1", channel="C0")
        assert member.destination.schedule == Schedule(at=time(7, 30), tz="Asia/Kathmandu")
        (kept,) = (await scratch.subscriptions([member.destination.id]))[member.destination.id]
        assert kept.query == QUERY
        assert set(await phrases_of(scratch, [member])) == {"flow matching", "sweeping", "broom"}


def test_no_database_is_no_trouble_and_none_is_made(tmp_path: Path) -> None:
    asyncio.run(copy_live(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "scratch.db"))
    assert list(tmp_path.iterdir()) == []
