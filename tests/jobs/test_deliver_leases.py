"""Whose lane it is, and what the next one to send there finds: one owner at a time, and the pace goes on."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.delivery import Again, Status
from bot.errors import Throttled
from bot.ports import LaneLimits, NotFound
from bot.testing.fake_chat import FakeChat
from jobs import outgoing
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"


class Killed(BaseException):
    """What nothing catches."""


@pytest.fixture
async def channels(town):
    """Three channels with a digest of two parts each, planned at nine."""
    made = [await town.channel(name) for name in ("crafts", "kilns", "looms")]
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat = FakeChat(papers_per_part=1)
    return made


@pytest.fixture
def taken(town, monkeypatch):
    """Every time a lane was taken."""
    times, take = [], town.store.take_lane

    async def counted(lane_id, **named):
        times.append(lane_id)
        return await take(lane_id, **named)

    monkeypatch.setattr(town.store, "take_lane", counted)
    return times


def sender(town, **changes):
    return Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0, **changes)


async def statuses(town):
    return {one.status for one in await town.store.deliveries(limit=100)}


async def test_a_lane_woken_during_a_slow_call_is_not_taken_a_second_time(town, channels, taken):
    begun, go, send, ours = asyncio.Event(), asyncio.Event(), town.chat.send, sender(town)

    async def slow(part, *, key):
        begun.set()
        await go.wait()
        return await send(part, key=key)

    town.chat.send = slow
    draining = asyncio.create_task(ours.drain(LANE))
    await begun.wait()
    assert await ours.drain(LANE) is False
    assert await sender(town).drain(LANE) is False, "nor by another sender of this process"
    assert Status.UNCERTAIN not in await statuses(town), "its owner knows how it ended, or will"
    go.set()
    assert await draining is False
    assert taken == [LANE]
    assert await statuses(town) == {Status.SENT}


async def test_a_lane_is_kept_for_longer_than_a_lease_while_it_is_drained(town, channels, taken):
    town.chat.limits = LaneLimits(rate_per_s=0.1, concurrency=1)
    assert await sender(town, turn_seconds=3600.0).drain(LANE) is False
    assert len(town.chat.sent) == 6
    assert town.clock.monotonic() > 50
    assert taken == [LANE]


async def test_patience_the_platform_asked_for_outlives_a_crash(town, channels):
    def reached(point):
        if point is CrashPoint.BEFORE_RELEASE:
            raise Killed

    town.chat.refuses(Throttled("slow down", retry_after=600.0, whole_lane=True))
    town.chat.limits = LaneLimits(concurrency=1)
    with pytest.raises(Killed):
        await sender(town, reached=reached).drain(LANE)
    (lane,) = await town.store.lanes()
    assert lane.blocked_until == town.clock.now() + timedelta(seconds=600)
    outgoing._IN_FLIGHT.pop(town.store, None)
    await town.store.clear_leases()
    await sender(town).drain(LANE)
    assert town.chat.sent == []


async def test_the_next_turn_is_left_to_whoever_comes_next(town, channels):
    town.chat.limits, moments, send = LaneLimits(rate_per_s=0.2, concurrency=1), [], town.chat.send

    async def timed(part, *, key):
        moments.append(town.clock.monotonic())
        return await send(part, key=key)

    town.chat.send = timed
    drains = 0
    while await sender(town, turn_seconds=0.1, places=1).drain(LANE):
        drains += 1
    assert drains >= len(moments) == 6
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 5.0


@pytest.mark.parametrize("answer", [NotFound(), Throttled("slow down", retry_after=60.0)])
async def test_what_was_found_after_the_lane_was_lost_is_for_its_new_owner_to_find(town, channels, answer):
    town.chat.limits = LaneLimits(concurrency=1)
    town.chat.loses_answers(100)
    await sender(town).drain(LANE)
    before = {one.id: one for one in await town.store.deliveries(limit=100)}
    stolen, written, record = [], [], town.store.record

    async def noted(steps, *, owner):
        written.extend(steps)
        return await record(steps, owner=owner)

    async def loses_the_lane(part, *, key, since):
        if not stolen:
            await town.store.clear_leases()
            stolen.append(await town.store.take_lane(LANE, owner="another", seconds=30))
            town.clock.advance(timedelta(seconds=60))
        if isinstance(answer, Exception):
            raise answer
        return answer

    town.chat.find, town.store.record = loses_the_lane, noted
    town.clock.advance(SETTLE)
    await sender(town).drain(LANE)
    assert stolen[0] is not None
    assert written == []
    assert {one.id: one for one in await town.store.deliveries(limit=100)} == before


async def test_what_was_put_off_while_it_was_read_again_is_not_called_before_its_time(town, monkeypatch):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat.refuses(Throttled("slow down", retry_after=60.0), times=2)
    await sender(town).drain(LANE)  # from now on it is frozen
    town.clock.advance(timedelta(seconds=61))
    reads, ready, record, send = [], town.store.ready, town.store.record, town.chat.send
    read_again, put_off = asyncio.Event(), asyncio.Event()

    async def is_read_again_meanwhile(part, *, key):
        await read_again.wait()
        return await send(part, key=key)

    async def second_arrives_late(lane_id, now, **named):
        if len(reads) == 1:
            read_again.set()
        reads.append(await ready(lane_id, now, **named) if len(reads) != 1 else reads[0])
        if len(reads) == 2:
            await put_off.wait()
            await asyncio.sleep(0.05)
        return reads[-1]

    async def tells(steps, *, owner):
        answer = await record(steps, owner=owner)
        if any(isinstance(step, Again) for step in steps):
            put_off.set()
        return answer

    monkeypatch.setattr(town.chat, "send", is_read_again_meanwhile)
    monkeypatch.setattr(town.store, "ready", second_arrives_late)
    monkeypatch.setattr(town.store, "record", tells)
    await sender(town).drain(LANE)
    assert len(reads) > 2
    assert town.chat.sent == []
