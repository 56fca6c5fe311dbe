"""A lane: its pace, its rests, its turn among other lanes, and how it stops."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.delivery import Status
from bot.errors import AuthFailed, DestinationGone, Throttled
from bot.ports import LaneLimits
from bot.testing.fake_chat import FakeChat
from jobs.deliver import Sender
from jobs.outgoing import PREPARED_AT_ONCE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"


class Watched(FakeChat):
    """Notes when each message came, by the town's clock."""

    def __init__(self, clock, **changes):
        super().__init__(**changes)
        self.clock, self.moments, self.calls = clock, {}, 0

    async def send(self, part, *, key):
        self.calls += 1
        receipt = await super().send(part, key=key)
        self.moments.setdefault(part.channel, []).append(self.clock.monotonic())
        return receipt


@pytest.fixture
async def channels(town):
    """Three channels with a digest of two parts each, planned at nine."""
    made = [await town.channel(name) for name in ("crafts", "kilns", "looms")]
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat = Watched(town.clock, papers_per_part=1)
    return made


def sender(town, **changes):
    return Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0, **changes)


async def statuses(town):
    return [one.status for one in await town.store.deliveries(limit=100)]


async def test_a_lane_keeps_its_adapter_s_pace(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=2.0, concurrency=1)
    await sender(town).drain_due()
    moments = sorted(moment for some in town.chat.moments.values() for moment in some)
    assert moments[-1] - moments[0] == pytest.approx(5 * 0.51)


async def test_a_destination_rests_between_its_messages_and_the_others_go_on(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=1000.0, gap_ms=3000, concurrency=1)
    await sender(town).drain_due()
    assert all(later - first >= 3.0 for first, later in town.chat.moments.values())
    firsts = [first for first, _ in town.chat.moments.values()]
    assert max(firsts) - min(firsts) < 1.0


async def test_a_whole_token_that_is_throttled_is_left_alone_until_then(town, channels):
    town.chat.limits = LaneLimits(concurrency=1)
    town.chat.refuses(Throttled("slow down", retry_after=30.0, whole_lane=True))
    await sender(town).drain_due()
    assert (town.chat.calls, town.chat.sent) == (1, [])
    (lane,) = await town.store.lanes()
    assert lane.blocked_until >= NINE + timedelta(seconds=30)
    assert await town.store.due_lanes(town.clock.now(), settle=timedelta()) == ()
    began = town.clock.monotonic()
    town.clock.advance(timedelta(seconds=31))
    await sender(town).drain_due()
    assert len(town.chat.sent) == 6
    assert min(min(some) for some in town.chat.moments.values()) >= began + 30


async def test_a_short_patience_is_waited_for_in_place(town, channels):
    town.chat.refuses(Throttled("slow down", retry_after=2.0, whole_lane=True))
    await sender(town).drain_due()
    assert len(town.chat.sent) >= 5
    assert min(min(some) for some in town.chat.moments.values()) >= 2.0


async def test_a_refused_token_is_tried_once_and_then_left(town, channels):
    town.chat.limits = LaneLimits(concurrency=1)
    town.chat.refuses(AuthFailed("invalid_auth"), times=50)
    for _ in range(3):
        await sender(town).drain_due()
        town.clock.advance(timedelta(minutes=1))
    assert town.chat.calls == 1
    assert set(await statuses(town)) == {Status.PENDING}


async def test_a_channel_that_is_gone_pauses_alone(town, channels):
    town.chat.refuses(DestinationGone("archived"), channel="kilns")
    report = await sender(town).drain_due()
    assert (report.held, report.sent) == (1, 4)
    (paused,) = [one for one in await town.store.destinations() if one.paused]
    assert (paused.name, paused.paused_reason) == ("#kilns", "archived")


async def test_a_lane_that_had_its_time_lets_others_have_theirs(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=1.0, concurrency=1)
    ours = sender(town, turn_seconds=2.5, places=1)
    assert await ours.drain(LANE) is True
    assert len(town.chat.sent) == 4, "three in their time, and the one whose turn was near"
    while await ours.drain(LANE):
        pass
    assert len(town.chat.sent) == 6
    moments = sorted(moment for some in town.chat.moments.values() for moment in some)
    assert min(b - a for a, b in pairwise(moments)) >= 0.99, "the pace goes on"


async def test_a_lane_whose_place_nobody_needs_goes_on(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=1.0, concurrency=1)
    assert await sender(town, turn_seconds=2.5).drain(LANE) is False
    assert len(town.chat.sent) == 6


async def test_a_lane_whose_place_nobody_needs_does_not_go_on_for_ever(town, channels):
    town.chat.limits = LaneLimits(rate_per_s=1.0, concurrency=1)
    assert await sender(town, turn_seconds=0.5).drain(LANE) is True
    assert len(town.chat.sent) == 3, "two in its four turns, and the one whose turn was near"


async def test_what_is_on_its_way_when_the_bot_stops_finishes_and_nothing_else_begins(town, channels):
    town.chat.limits = LaneLimits(concurrency=2)
    begun, both, go, send = [], asyncio.Event(), asyncio.Event(), town.chat.send

    async def slow(part, *, key):
        begun.append(key)
        if len(begun) == 2:
            both.set()
        await go.wait()
        return await send(part, key=key)

    town.chat.send = slow
    ours = sender(town)
    draining = asyncio.create_task(ours.drain(LANE))
    await both.wait()
    stopping = asyncio.create_task(ours.stop())
    await asyncio.sleep(0)
    go.set()
    await stopping
    assert await draining is True
    assert (len(begun), len(town.chat.sent)) == (2, 2)
    assert Status.SENDING not in await statuses(town)
    assert await ours.drain(LANE) is False, "it has stopped"
    assert await town.store.take_lane(LANE, owner="another", seconds=1) is not None, "it was released"


async def test_what_does_not_finish_in_time_is_looked_into_by_the_next_owner(town, channels):
    town.chat.limits = LaneLimits(concurrency=1)
    begun = asyncio.Event()

    async def hangs(part, *, key):
        begun.set()
        await asyncio.Event().wait()

    town.chat.send = hangs
    ours = sender(town)
    draining = asyncio.create_task(ours.drain(LANE))
    await begun.wait()
    await ours.stop(seconds=0.05)
    assert await draining is True
    assert Status.SENDING in await statuses(town)
    assert await town.store.take_lane(LANE, owner="another", seconds=1) is not None
    assert Status.UNCERTAIN in await statuses(town)


async def test_a_lane_another_process_drains_is_left_to_it(town, channels):
    assert await town.store.take_lane(LANE, owner="another", seconds=30) is not None
    assert await sender(town).drain(LANE) is False
    assert town.chat.sent == []


async def test_the_sweep_wakes_every_lane_that_is_due(town, channels):
    woken, ours = [], sender(town)

    async def wake(kind, keys):
        woken.append((kind, tuple(keys)))

    assert await ours.sweep(wake) == 1
    await ours.drain_due()
    assert await ours.sweep(wake) == 0
    assert woken == [("lane", (LANE,))]


async def test_a_refused_token_is_tried_once_however_many_may_be_on_their_way(town, channels):
    async def refuses_slowly(part, *, key):
        town.chat.calls += 1
        await asyncio.sleep(0.05)
        raise AuthFailed("invalid_auth")

    town.chat.limits = LaneLimits(rate_per_s=10_000.0, concurrency=10)
    town.chat.send = refuses_slowly
    await sender(town).drain_due()
    assert town.chat.calls == 1


async def test_a_slow_first_message_does_not_hold_up_the_lane(town, channels, monkeypatch):
    monkeypatch.setattr("jobs.lane.PROOF_SECONDS", 0.05)
    others, send = asyncio.Event(), town.chat.send

    async def first_waits_for_the_others(part, *, key):
        if part.channel == "crafts":
            await others.wait()
        receipt = await send(part, key=key)
        others.set()
        return receipt

    town.chat.send = first_waits_for_the_others
    await asyncio.wait_for(sender(town).drain_due(), timeout=120)
    assert len(town.chat.sent) == 6


async def test_what_is_frozen_already_waits_for_nobody_who_makes_ready(town, channels):
    town.chat.refuses(Throttled("slow down", retry_after=60.0), times=3)
    await sender(town).drain_due()  # from now on the first parts are frozen, and the later ones are there
    town.clock.advance(timedelta(seconds=61))
    ours = sender(town)
    for _ in range(PREPARED_AT_ONCE):
        await ours._tools.preparing.acquire()
    await ours.drain_due()
    assert len(town.chat.sent) == 6
