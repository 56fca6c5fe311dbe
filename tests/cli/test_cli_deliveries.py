"""`deliveries` where a destination is paused: a replay says when it goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.delivery import Hold, SlotPlan, SlotState, Step
from bot.domain.digest import Digest
from bot.domain.subscription import Address, Schedule
from bot.storage import Store

NOW = datetime.now(UTC)
HOME = Address(platform="console", workspace="local", channel="terminal")
LANE = "console:local"


async def _put(step: Callable[[int], Step]) -> str:
    """A message of the terminal's, and what became of it; its key."""
    async with await Store.open("sqlite:///papers.db") as store:
        home = await store.ensure_destination(
            HOME, name="this terminal", schedule=Schedule(), next_due_at=None, now=NOW
        )
        digest = Digest(address=HOME, destination=home.name, day=NOW.date(), tz="UTC", groups=())
        plan = SlotPlan(
            destination_id=home.id, slot_key="2026-06-01", due_at=NOW, state=SlotState.OPEN, digest=digest
        )
        assert await store.plan(plan) is not None
        await store.take_lane(LANE, owner="me", seconds=60)
        (first,) = await store.ready(LANE, NOW)
        assert await store.record([step(first.id)], owner="me") == (True,)
        return first.key


async def _pause() -> None:
    async with await Store.open("sqlite:///papers.db") as store:
        (home,) = await store.destinations()
        await store.update_destination(home.id, paused=True, paused_reason="paused by ada")


def gone(number: int) -> Step:
    return Hold(delivery_id=number, error="The channel is archived.", pause=True)


@pytest.fixture
def key(loaded: Any) -> str:
    return asyncio.run(_put(gone))


def test_a_held_message_is_listed_with_its_reason(loaded: Any, key: str) -> None:
    (row,) = loaded("deliveries", "list", "--status", "held", "--json").json["deliveries"]
    assert row == {
        "key": key,
        "destination": "console:local:terminal",
        "date": "2026-06-01",
        "part": 0,
        "status": "held",
        "attempts": 0,
        "error": "The channel is archived.",
        "remote_id": "",
    }


def test_replaying_it_opens_its_channel_again(loaded: Any, key: str) -> None:
    done = loaded("deliveries", "replay", key)
    assert done.code == 0
    assert "It goes out within a few seconds" in done.err
    assert loaded("deliveries", "show", key, "--json").json["delivery"]["status"] == "pending"


def test_replaying_it_in_a_channel_somebody_paused_says_what_it_waits_for(loaded: Any, key: str) -> None:
    loaded("deliveries", "replay", key)
    loaded("deliveries", "drop", key)
    asyncio.run(_pause())
    done = loaded("deliveries", "replay", key)
    assert done.code == 0
    assert "this terminal is paused (paused by ada): it goes out after `resume` there." in done.err
