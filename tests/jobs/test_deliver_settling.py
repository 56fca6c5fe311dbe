"""When a platform is asked about what may be there: not too early by any clock, and not for ever."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Claim, Settled, Status
from bot.errors import Throttled, Unknown
from bot.ports import NotFound
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"
DAY = timedelta(hours=26)


@pytest.fixture
async def ours(town):
    """A sender with one message that went out, and nobody knows it."""
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat.loses_answers()
    sender = Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0)
    await sender.drain(LANE)
    return sender


async def only(town):
    (delivery,) = await town.store.deliveries()
    return delivery


async def test_a_clock_set_forward_does_not_ask_early(town, ours):
    asked, find = [], town.chat.find

    async def counted(part, *, key, since):
        asked.append(key)
        return await find(part, key=key, since=since)

    town.chat.find = counted
    town.clock.step(DAY)
    await ours.drain(LANE)
    assert asked == []
    town.clock.advance(SETTLE)
    await ours.drain(LANE)
    assert ((await only(town)).status, len(asked)) == (Status.SENT, 1)


async def test_a_clock_set_back_does_not_make_it_wait_a_day(town, ours):
    town.clock.step(-DAY)
    town.clock.advance(SETTLE)
    await ours.drain(LANE)
    assert (await only(town)).status is Status.SENT


async def test_what_another_process_sent_since_is_not_asked_about_by_what_this_one_remembers(town, ours):
    """The other found nothing, sent it again, and died: its settle delay counts, not the one long over."""
    town.clock.advance(SETTLE)
    number, now = (await only(town)).id, town.clock.now()
    await town.store.clear_leases()
    await town.store.take_lane(LANE, owner="another", seconds=30)
    steps = [Settled(delivery_id=number, found=None, at=now), Claim(delivery_id=number, at=now)]
    assert await town.store.record(steps, owner="another") == (True, True)
    await town.store.clear_leases()
    asked = []

    async def find(part, *, key, since):
        asked.append(since)
        return NotFound()

    town.chat.find = find
    await ours.drain(LANE)
    assert asked == []
    assert (await only(town)).status is Status.UNCERTAIN


async def test_a_platform_that_asks_for_patience_is_not_asked_before(town, ours):
    calls = []

    async def throttled(part, *, key, since):
        calls.append(town.clock.now())
        raise Throttled("slow down", retry_after=600.0)

    town.chat.find = throttled
    town.clock.advance(SETTLE)
    for _ in range(30):
        await ours.drain(LANE)
        town.clock.advance(timedelta(seconds=30))
    assert len(calls) == 2
    assert calls[1] - calls[0] >= timedelta(seconds=600)


async def test_a_platform_that_never_says_leaves_it_to_a_person_in_the_end(town, ours):
    async def never(part, *, key, since):
        raise Unknown("no answer")

    town.chat.find = never
    for _ in range(14):
        town.clock.advance(timedelta(hours=1))
        await ours.drain(LANE)
    held = await only(town)
    assert held.status is Status.HELD
    assert "Nobody could tell" in held.last_error
    assert len(town.chat.sent) == 1


async def test_questions_take_no_message_s_place(town, ours):
    asking, sent, send = asyncio.Event(), asyncio.Event(), town.chat.send
    town.chat.limits = type(town.chat.limits)(concurrency=1)

    async def silent_until_sent(part, *, key, since):
        asking.set()
        await sent.wait()
        return NotFound()

    async def told(part, *, key):
        await asking.wait()
        receipt = await send(part, key=key)
        sent.set()
        return receipt

    town.chat.find, town.chat.send = silent_until_sent, told
    await town.channel("looms")
    town.clock.move_to(NINE + timedelta(days=1))
    await town.lists(2)
    await town.plan()
    await asyncio.wait_for(ours.drain(LANE), timeout=120)
    assert town.chat.titles("looms") == ["knitting 2"]
