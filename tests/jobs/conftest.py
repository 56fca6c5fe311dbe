"""A real store on each database, a clock that only moves when told, and a channel with subscriptions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.paper import Batch, Freshness
from bot.domain.query import parse
from bot.domain.schedule import next_due
from bot.domain.subscription import Address, Destination, Schedule
from bot.storage.store import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.clock import FakeClock
from bot.testing.fake_chat import FakeChat
from bot.testing.fake_source import FakeSource
from jobs.deliver import DeliverReport, Sender, deliver_due
from jobs.engines.embedded import EmbeddedEngine
from jobs.plan import PlanReport, plan_due
from jobs.rounds import Rounds

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def batch_of(
    *numbers: int, day: date, word: str = "knitting", abstract: str = "Scarves.", **changes
) -> Batch:
    """A Hugging Face list of papers called "<word> <number>"."""
    listings = [
        make_listing(rank, facts=make_facts(number, title=f"{word} {number}", abstract=abstract), day=day)
        for rank, number in enumerate(numbers, start=1)
    ]
    return make_batch(*listings, day=day, **changes)


@dataclass(kw_only=True)
class Town:
    """One store, one clock, one chat."""

    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    chat: FakeChat = field(default_factory=FakeChat)

    async def channel(
        self,
        name: str = "crafts",
        *,
        queries: Sequence[str] = ("knitting",),
        at: time = time(9),
        tz: str = "UTC",
        platform: str = "fake",
        workspace: str = "w",
        **changes,
    ) -> Destination:
        """A destination with subscriptions, due at its next hour."""
        now, schedule = self.clock.now(), Schedule(at=at, tz=tz)
        made = await self.store.ensure_destination(
            Address(platform=platform, workspace=workspace, channel=name),
            name=f"#{name}",
            schedule=schedule,
            next_due_at=next_due(schedule, now)[1],
            now=now,
        )
        for query in queries:
            await self.store.subscribe(made.id, parse(query).canonical, created_by="ada", now=now)
        return await self.store.update_destination(made.id, **changes) if changes else made

    async def lists(self, *numbers: int, day: date | None = None, **changes) -> None:
        """Have Hugging Face list these papers."""
        batch = batch_of(*numbers, day=day or self.clock.now().date(), **changes)
        await self.store.add_batch(batch, now=self.clock.now())

    async def fails(self, source: str, origin: str = "") -> None:
        """Have a source not answer today."""
        day = self.clock.now().date()
        failed = Batch(source=source, origin=origin, day=day, freshness=Freshness.FAILED, note="no answer")
        await self.store.add_batch(failed, now=self.clock.now())

    async def plan(self) -> PlanReport:
        return await plan_due(self.store, clock=self.clock)

    async def deliver(self) -> DeliverReport:
        return await deliver_due(self.store, {"fake": self.chat}, clock=self.clock, jitter=lambda: 1.0)

    async def tick(self) -> None:
        await self.plan()
        await self.deliver()

    async def at(self, moment: datetime) -> None:
        """Move the clock there and tick once."""
        self.clock.move_to(moment)
        await self.tick()


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    on_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'paperround.db'}" if on_file else request.getfixturevalue("postgres_url")
    async with await Store.open(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def make_town() -> Callable[[Store], Town]:
    """Makes a town around a store, for whoever needs a new one for each example."""
    return lambda store: Town(store=store)


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store=store)


@pytest.fixture
def source():
    return FakeSource(name="huggingface").gives(make_batch(make_listing(1), day=date(2026, 6, 1)))


@pytest.fixture
def process(town, source):
    """Makes the rounds of one process; several share the store."""

    async def sources():
        return (source, FakeSource(name="arxiv"))

    def made(engine=None, **changes):
        sender = Sender(town.store, {"fake": town.chat}, clock=town.clock)
        return Rounds(
            store=town.store,
            engine=engine or EmbeddedEngine(),
            sender=sender,
            sources=sources,
            clock=town.clock,
            **changes,
        )

    return made


@pytest.fixture
def rounds(process):
    return process()
