"""A stranger's adapter does as it likes with time and cancellations: it holds up no lane, and nobody else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.clock import SystemClock
from bot.domain.delivery import Status
from bot.errors import DestinationGone, Throttled
from bot.ports import LaneLimits
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"


class RealSeconds(SystemClock):
    """It is nine o'clock in the town, and the seconds are the machine's, so that sleepers sleep."""

    def __init__(self):
        super().__init__()
        self.began = self.monotonic()

    def now(self):
        return NINE + timedelta(seconds=self.monotonic() - self.began)


@pytest.fixture
async def channels(town):
    """Six channels with a digest of one part each, planned at nine."""
    made = [await town.channel(name) for name in ("attic", "barn", "crafts", "ditch", "easel", "forge")]
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return made


def sender(town, **changes):
    named = {"clock": town.clock, "jitter": lambda: 1.0, **changes}
    return Sender(town.store, {"fake": town.chat}, **named)


async def by_status(town):
    every = await town.store.deliveries(limit=100)
    return {status: sum(one.status is status for one in every) for status in {one.status for one in every}}


async def test_who_waits_for_a_turn_when_the_platform_asks_for_an_hour_gives_the_message_back(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=2.0, concurrency=4)
    calls, send = [], town.chat.send

    async def throttled_the_second_time(part, *, key):
        calls.append(key)
        if len(calls) == 2:
            await asyncio.sleep(0.1)  # the next intents are committed meanwhile
            raise Throttled("slow down", retry_after=3600.0, whole_lane=True)
        return await send(part, key=key)

    town.chat.send = throttled_the_second_time
    await asyncio.wait_for(sender(town, clock=RealSeconds()).drain(LANE), timeout=60)
    every = await town.store.deliveries(limit=100)
    assert len(calls) < 6
    assert await by_status(town) == {Status.SENT: 1 + len(calls) - 2, Status.PENDING: 7 - len(calls)}
    assert max(one.attempt for one in every if one.status is Status.PENDING) == 0
    assert await town.store.take_lane(LANE, owner="another", seconds=5) is not None, "the lane was released"


async def test_a_question_that_ends_in_a_cancellation_is_asked_again_later(town, channels):
    town.chat.loses_answers(1)
    await sender(town).drain(LANE)
    asked = []

    async def cancels_itself(part, *, key, since):
        asked.append(key)
        raise asyncio.CancelledError

    town.chat.find = cancels_itself
    town.clock.advance(SETTLE)
    assert await sender(town).drain(LANE) is False
    assert len(asked) == 1
    assert await by_status(town) == {Status.UNCERTAIN: 1, Status.SENT: 5}


@pytest.fixture
async def stubborn(town, channels, monkeypatch):
    """Whoever is in a call here does not let itself be cancelled."""
    monkeypatch.setattr("jobs.strangers.GRACE_SECONDS", 0.05)
    done = asyncio.Event()

    async def ignores(*_args, **_named):
        while not done.is_set():
            try:
                await done.wait()
            except asyncio.CancelledError:
                continue

    yield ignores
    done.set()
    await asyncio.sleep(0)


async def test_a_call_that_ignores_its_cancellation_is_left_as_a_doubt(town, stubborn, monkeypatch):
    monkeypatch.setattr("jobs.lane_sending.SEND_SECONDS", 0.05)
    town.chat.send = stubborn
    assert await asyncio.wait_for(sender(town).drain(LANE), timeout=120) is False
    assert await by_status(town) == {Status.UNCERTAIN: 6}


async def test_a_call_that_ignores_its_cancellation_does_not_keep_the_bot_from_stopping(town, stubborn):
    begun = asyncio.Event()

    async def begins(part, *, key):
        begun.set()
        await stubborn()

    town.chat.send = begins
    ours = sender(town)
    draining = asyncio.create_task(ours.drain(LANE))
    await begun.wait()
    await asyncio.wait_for(ours.stop(seconds=0.05), timeout=120)
    assert await asyncio.wait_for(draining, timeout=120) is True
    assert await town.store.take_lane(LANE, owner="another", seconds=1) is not None


async def test_a_notice_whose_telling_is_cancelled_stops_no_other(town, channels):
    told = []

    async def cancels_itself(address, person, text):
        told.append(address.channel)
        raise asyncio.CancelledError

    town.chat.refuses(DestinationGone("archived"), times=2)
    town.chat.tell = cancels_itself
    await sender(town).drain(LANE)
    assert await sender(town).tell() == 2
    assert len(told) == 2
