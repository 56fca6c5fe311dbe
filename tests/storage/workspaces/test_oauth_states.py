"""Marks of installations under way: each is good once, for ten minutes."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta

from sqlalchemy import select

from bot.app.workspaces import KeptWorkspaces
from bot.storage import Store
from bot.storage import tables as t
from bot.testing import FakeClock


async def test_a_mark_is_good_once(kept: KeptWorkspaces) -> None:
    state = await kept.new_state()
    assert not await kept.used_state(state + "x")
    assert not await kept.used_state("")
    assert sorted(await asyncio.gather(*(kept.used_state(state) for _ in range(4)))) == [False] * 3 + [True]


async def test_a_mark_cannot_be_guessed_and_no_two_are_alike(kept: KeptWorkspaces) -> None:
    marks = {await kept.new_state() for _ in range(20)}
    assert len(marks) == 20
    assert all(len(base64.urlsafe_b64decode(one + "=")) == 32 for one in marks)


async def test_a_mark_is_good_for_ten_minutes(kept: KeptWorkspaces, clock: FakeClock, store: Store) -> None:
    in_time, late = await kept.new_state(), await kept.new_state()
    clock.advance(timedelta(minutes=10))
    assert await kept.used_state(in_time)
    clock.advance(timedelta(seconds=1))
    assert not await kept.used_state(late)
    await kept.new_state()
    count = await store.database.read(lambda db: len(db.execute(select(t.oauth_state)).all()))
    assert count == 1  # those nobody came back with do not pile up


async def test_a_mark_from_a_clock_far_ahead_is_not_good_for_ever(
    kept: KeptWorkspaces, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=365))
    state = await kept.new_state()
    clock.step(timedelta(days=-365))
    assert not await kept.used_state(state)
