"""When the next thing becomes due: what a clock that is moved by hand, or a bot that sleeps, goes to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MINUTE = timedelta(minutes=1)
SETTLE = timedelta(seconds=65)
Plan = Callable[..., Awaitable[Any]]


async def test_nothing_is_due_in_an_empty_store(store: Store) -> None:
    assert await store.next_moment(SAMPLE_NOW) is None


async def test_the_next_digest_is_unless_its_destination_is_paused(store: Store, home: Destination) -> None:
    assert await store.next_moment(SAMPLE_NOW - MINUTE) == SAMPLE_NOW
    assert await store.next_moment(SAMPLE_NOW) is None
    await store.update_destination(home.id, paused=True)
    assert await store.next_moment(SAMPLE_NOW - MINUTE) is None


async def test_what_a_crash_left_is_a_settle_delay_after_it_was_sent(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home, expires_at=None)
    await me.claims()
    await me.takes()
    assert await store.next_moment(SAMPLE_NOW, settle=SETTLE) == SAMPLE_NOW + SETTLE
    assert await store.next_moment(SAMPLE_NOW + SETTLE, settle=SETTLE) is None


async def test_the_end_of_the_patience_a_platform_asked_for_is(
    store: Store, home: Destination, me: Any
) -> None:
    await me.takes()
    await store.block_lane("console:local", owner="me", until=SAMPLE_NOW + MINUTE)
    assert await store.next_moment(SAMPLE_NOW) == SAMPLE_NOW + MINUTE
