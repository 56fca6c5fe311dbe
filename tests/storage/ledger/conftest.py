from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Claim, Delivery, Lane, Sent, Slot, SlotPlan, Step
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
MakeDestination = Callable[..., Awaitable[Destination]]
Plan = Callable[..., Awaitable[Slot]]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A process that sends: what it asks of the store."""

    store: Store
    name: str

    async def takes(self, lane_id: str = LANE, *, seconds: float = 60.0) -> Lane | None:
        return await self.store.take_lane(lane_id, owner=self.name, seconds=seconds)

    async def does(self, *steps: Step) -> tuple[bool, ...]:
        return await self.store.record(steps, owner=self.name)

    async def claims(self, now: datetime = SAMPLE_NOW) -> Delivery:
        """Take the lane if nobody has it, claim the first head and return it as it is then."""
        if await self.store.due_lanes(now, settle=timedelta(hours=1)):
            await self.takes()
        (first, *_) = await self.store.ready(LANE, now)
        assert await self.does(Claim(delivery_id=first.id, at=now)) == (True,)
        return await self.sees(first)

    async def sends(self, now: datetime = SAMPLE_NOW) -> Delivery:
        """Claim the first head and note that it arrived."""
        first = await self.claims(now)
        assert await self.does(Sent(delivery_id=first.id, remote_id=f"message {first.id}", at=now)) == (True,)
        return await self.sees(first)

    async def sees(self, delivery: Delivery) -> Delivery:
        found = await self.store.delivery(delivery.key)
        assert found is not None
        return found


@pytest.fixture
def me(store: Store) -> Sender:
    return Sender(store=store, name="me")


@pytest.fixture
def other(store: Store) -> Sender:
    return Sender(store=store, name="other")


@pytest.fixture
async def home(make_destination: MakeDestination) -> Destination:
    return await make_destination()


@pytest.fixture
def plan(store: Store, make_plan: Callable[..., SlotPlan]) -> Plan:
    """Plan a destination's slot of a June day; from the second day on with nothing in it that was shown before."""

    async def planned(home: Destination, day: int = 1, **changes: Any) -> Slot:
        key = {"slot_key": f"2026-06-{day:02}", "day": date(2026, 6, day)}
        made = make_plan(home, **{**key, "expected_next_due_at": None, "next_due_at": None, **changes})
        if day > 1 and made.digest is not None:
            made = replace(made, digest=replace(made.digest, groups=(), folded=(), deferred=()))
        slot = await store.plan(made)
        assert slot is not None
        return slot

    return planned
