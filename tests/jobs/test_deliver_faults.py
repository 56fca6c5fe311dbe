"""The faults the first engines had, each of which sent twice, stood still, or came out of order."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.delivery import Claim, Sent, Status
from bot.errors import StoreBusy, Throttled
from bot.testing.fake_chat import FakeChat
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"


@pytest.fixture
async def channels(town):
    """Three channels with a digest of two parts each, planned at nine."""
    made = [await town.channel(name) for name in ("crafts", "kilns", "looms")]
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat = FakeChat(papers_per_part=1)
    return made


def sender(town, **changes):
    return Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0, **changes)


async def delivered(town, *, times=4):
    for _ in range(times):
        await sender(town).drain_due()
        town.clock.advance(SETTLE)


def each_once(town):
    for name in ("crafts", "kilns", "looms"):
        assert town.chat.titles(name) == ["knitting 1", "knitting 2"]
    return True


async def test_1_two_wake_ups_of_one_lane_in_one_process_send_nothing_twice(town, channels):
    both = sender(town)
    await asyncio.gather(*(both.drain(LANE) for _ in range(5)), sender(town).drain(LANE))
    assert each_once(town)


async def test_1_a_wake_up_that_comes_while_a_lane_is_drained_is_not_lost(town, channels):
    draining, woken, send = sender(town), asyncio.Event(), town.chat.send

    async def tells(part, *, key):
        woken.set()
        return await send(part, key=key)

    town.chat.send = tells
    first = asyncio.create_task(draining.drain(LANE))
    await woken.wait()
    assert await draining.drain(LANE) is False
    assert await first is False
    assert each_once(town)


async def test_2_a_later_part_never_overtakes_a_deferred_one(town, channels):
    town.chat.refuses(Throttled("slow down", retry_after=90.0), channel="kilns")
    await sender(town).drain_due()
    assert town.chat.titles("kilns") == []
    assert town.chat.titles("looms") == ["knitting 1", "knitting 2"], "the others need not wait"
    town.clock.advance(timedelta(seconds=91))
    await sender(town).drain_due()
    assert each_once(town)


async def test_2_every_channel_gets_its_first_part_before_any_gets_its_second(town, channels):
    await sender(town).drain_due()
    assert [message.text for message in town.chat.sent] == ["knitting 1"] * 3 + ["knitting 2"] * 3


async def test_5_a_background_task_that_dies_is_told_and_started_again(town, channels, monkeypatch):
    renew, renewed, stop = town.store.renew_lanes, asyncio.Event(), asyncio.Event()
    deaths = [ZeroDivisionError("a bug"), ZeroDivisionError("again")]

    async def dies_twice(lane_ids, **named):
        if deaths:
            raise deaths.pop()
        renewed.set()
        return await renew(lane_ids, **named)

    async def slow(part, *, key):
        await renewed.wait()
        return await send(part, key=key)

    send = town.chat.send
    monkeypatch.setattr(town.store, "renew_lanes", dies_twice)
    town.chat.send = slow
    ours = sender(town, lease_seconds=0.3)
    with capture_logs() as logs:
        running = asyncio.create_task(ours.run(stop))
        await asyncio.wait_for(ours.drain_due(), timeout=120)
        stop.set()
        await running
    told = [line for line in logs if line["event"] == "background.failed"]
    assert [line["task"] for line in told] == ["leases", "leases"]
    assert each_once(town)


async def test_7_a_process_that_was_frozen_calls_nobody(town, channels):
    frozen = [timedelta(seconds=60)]

    def reached(point):
        if point is CrashPoint.AFTER_SENDING and frozen:
            town.clock.advance(frozen.pop())
            assert town.chat.sent == []

    await sender(town, reached=reached).drain(LANE)
    first = (await town.store.deliveries(limit=100))[-1]
    assert all(one.status is not Status.SENDING for one in await town.store.deliveries(limit=100))
    assert first.attempt == 0, "it was not called, so that was no attempt"
    await delivered(town)
    assert each_once(town)


async def test_7_a_frozen_process_whose_lane_another_took_sends_nothing(town, channels):
    taken = []

    async def steal():
        await town.store.clear_leases()
        taken.append(await town.store.take_lane(LANE, owner="another", seconds=30))

    call, record = sender(town), town.store.record

    async def stolen_after_the_claim(steps, *, owner):
        answer = await record(steps, owner=owner)
        if any(isinstance(step, Claim) for step in steps) and not taken:
            await steal()
            town.clock.advance(timedelta(seconds=60))
        return answer

    town.store.record = stolen_after_the_claim
    assert await call.drain(LANE) is False
    assert town.chat.sent == []
    assert await town.store.take_lane(LANE, owner="third", seconds=30) is None, "it was not ours to release"
    statuses = {one.status for one in await town.store.deliveries(limit=100)}
    assert Status.SENDING not in statuses


async def test_9_what_one_s_own_process_was_sending_is_asked_about_when_the_lane_is_opened_again(
    town, channels
):
    record, lost = town.store.record, []

    async def commits_and_loses_the_answer(steps, *, owner):
        answer = await record(steps, owner=owner)
        if any(isinstance(step, Claim) for step in steps) and not lost:
            lost.append(steps)
            raise StoreBusy("the connection was lost")
        return answer

    town.store.record = commits_and_loses_the_answer
    await sender(town).drain(LANE)
    assert town.chat.sent == []
    await delivered(town)
    assert each_once(town)


async def test_an_answer_that_came_after_the_lane_was_lost_still_counts(town, channels):
    send, taken = town.chat.send, []

    async def slow(part, *, key):
        receipt = await send(part, key=key)
        if not taken:
            await town.store.clear_leases()
            taken.append(await town.store.take_lane(LANE, owner="another", seconds=30))
            town.clock.advance(timedelta(seconds=60))
        return receipt

    town.chat.send = slow
    await sender(town).drain(LANE)
    sent = [one for one in await town.store.deliveries(limit=100) if one.status is Status.SENT]
    assert len(sent) == len(town.chat.sent)
    assert await town.store.take_lane(LANE, owner="third", seconds=30) is None


async def test_a_database_that_is_away_for_one_lane_s_outcome_delays_no_other_lane(town):
    await town.channel("kilns")
    await town.channel("attic", workspace="v")
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat, record, refused = FakeChat(papers_per_part=1), town.store.record, asyncio.Event()
    send = town.chat.send

    async def comes_second(part, *, key):
        if part.channel == "attic":
            await refused.wait()
        return await send(part, key=key)

    async def refuses_one_lane_until_the_other_is_done(steps, *, owner):
        lanes = {one.id: one.lane_id for one in await town.store.deliveries(limit=100)}
        is_theirs = all(lanes[step.delivery_id] == LANE for step in steps)
        if is_theirs and any(isinstance(step, Sent) for step in steps) and len(town.chat.titles("attic")) < 2:
            refused.set()
            raise StoreBusy("away")
        return await record(steps, owner=owner)

    town.store.record, town.chat.send = refuses_one_lane_until_the_other_is_done, comes_second
    await asyncio.wait_for(sender(town).drain_due(), timeout=60)
    assert town.chat.titles("attic") == town.chat.titles("kilns") == ["knitting 1", "knitting 2"]
    assert {one.status for one in await town.store.deliveries(limit=100)} == {Status.SENT}
