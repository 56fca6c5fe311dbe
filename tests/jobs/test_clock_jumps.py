"""The wall clock jumps by up to 26 hours, whenever it likes: every slot ends, and nothing is sent twice."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.delivery import SlotState
from bot.errors import Throttled, Transient
from bot.storage.store import Store
from jobs.deliver import Sender
from jobs.plan import plan_due

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FURTHEST = 26 * 60  # minutes the clock is set by at once
TROUBLES = (
    Transient("reset"),
    Throttled("slow", retry_after=30.0),
    Throttled("slow", retry_after=30.0, whole_lane=True),
)
Step = tuple[str, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("passes"), st.integers(1, 8 * 60)),
        st.tuples(st.just("jumps"), st.integers(-FURTHEST, FURTHEST)),
        st.tuples(st.just("fails"), st.integers(0, len(TROUBLES) - 1)),
        st.tuples(st.sampled_from(["plans", "drains", "sweeps", "loses", "prints"]), st.just(0)),
    ),
    max_size=25,
)


class Story:
    """A channel, what sends to it, and what the clock should say."""

    def __init__(self, town: Any) -> None:
        self.town, self.right, self.printed = town, town.clock.now(), 0
        chats = {"fake": town.chat}
        self.sender = Sender(town.store, chats, clock=town.clock, jitter=lambda: 1.0)

    async def takes(self, step: Step) -> None:
        does, number = step
        town = self.town
        match does:
            case "passes":
                self.passes(number * MINUTE)
            case "jumps":
                town.clock.step(number * MINUTE)
            case "fails":
                town.chat.refuses(TROUBLES[number])
            case "loses":
                town.chat.loses_answers()
            case "prints":
                self.printed += 1
                await town.lists(self.printed)
            case "plans":
                await plan_due(town.store, clock=town.clock)
            case "drains":
                await self.drains()
            case "sweeps":
                await self.sender.sweep(self.wakes)

    def passes(self, by: timedelta) -> None:
        self.town.clock.advance(by)
        self.right += by

    async def drains(self) -> None:
        before = self.town.clock.now()
        await self.sender.drain_due()
        self.right += self.town.clock.now() - before  # waiting passes time

    async def wakes(self, _kind: str, keys: Any) -> None:
        before = self.town.clock.now()
        for key in keys:
            await self.sender.drain(key)
        self.right += self.town.clock.now() - before

    async def ends(self) -> None:
        """The clock is right from now on, and the bot runs for three days."""
        self.town.clock.step(self.right - self.town.clock.now())
        for _ in range(36):
            await self.town.store.regain_due(self.town.clock.now())
            await plan_due(self.town.store, clock=self.town.clock)
            for _ in range(2):
                await self.sender.sweep(self.wakes)
            self.passes(2 * HOUR)


async def _told(town: Any, story: list[Step]) -> None:
    home = await town.channel(at=time(9))
    told = Story(town)
    for step in [("prints", 0), *story]:
        await told.takes(step)
    await told.ends()
    slots = [
        one for one in await town.store.slots(home.id, limit=1000) if one.due_at < told.right - 13 * HOUR
    ]
    assert slots
    assert [one for one in slots if one.state is SlotState.OPEN] == []
    titles = town.chat.titles()
    assert len(titles) == len(set(titles))
    keys = [one.key for one in town.chat.sent]
    assert len(keys) == len(set(keys))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "paperround.db"
    Store.open_now(f"sqlite:///{path}").database.close_now()
    return path


@pytest.fixture(scope="module")
def tell(empty: Path, make_town: Callable[[Store], Any]) -> Callable[[list[Step]], None]:
    """Tell one story from the beginning."""

    async def on_a_copy(story: list[Step], path: Path) -> None:
        async with await Store.open(f"sqlite:///{path}") as store:
            await _told(make_town(store), story)

    def one(story: list[Step]) -> None:
        with TemporaryDirectory() as folder:
            path = Path(shutil.copy(empty, folder))
            running: Awaitable[None] = on_a_copy(story, path)
            asyncio.run(running)

    return one


@settings(max_examples=10)
@given(story=steps)
def test_every_slot_ends_once_and_nothing_is_sent_twice(tell, story) -> None:
    tell(story)


@pytest.mark.slow
@settings(max_examples=200)
@given(story=steps)
def test_every_slot_ends_once_in_many_stories(tell, story) -> None:
    tell(story)


@pytest.mark.soak
@settings(max_examples=10_000)
@given(story=steps)
def test_every_slot_ends_once_in_ten_thousand_stories(tell, story) -> None:
    tell(story)
