"""What waits, a busy database or a silent platform, loses nothing and holds up nobody else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Claim, Sent, Status
from bot.errors import StoreBusy
from jobs.deliver import DeliverReport, Sender
from jobs.outcomes import SETTLE, TRIES_TOLD

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
async def lost(town):
    """Two channels whose messages went out, and nobody knows it yet."""
    for name in ("crafts", "looms"):
        await town.channel(name)
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat.loses_answers(2)
    assert await town.deliver() == DeliverReport(uncertain=2)
    town.clock.advance(SETTLE)


async def statuses(town):
    return [delivery.status for delivery in await town.store.deliveries()]


async def test_an_outcome_is_recorded_however_long_the_database_is_busy(town, monkeypatch):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    record, calls = town.store.record, []

    async def busy_for_long(steps, *, owner):
        if any(isinstance(step, Sent) for step in steps):
            calls.append(steps)
            if len(calls) <= 2 * TRIES_TOLD:
                raise StoreBusy("busy")
        return await record(steps, owner=owner)

    monkeypatch.setattr(town.store, "record", busy_for_long)
    assert await town.deliver() == DeliverReport(sent=1)
    assert await statuses(town) == [Status.SENT]
    assert len(town.chat.sent) == 1


async def test_what_could_not_be_recorded_before_the_bot_was_stopped_is_looked_into(town, monkeypatch):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    tried, record = asyncio.Event(), town.store.record

    async def busy(steps, *, owner):
        if not any(isinstance(step, Sent) for step in steps):
            return await record(steps, owner=owner)
        tried.set()
        await asyncio.sleep(0)
        raise StoreBusy("busy")

    with monkeypatch.context() as while_busy:
        while_busy.setattr(town.store, "record", busy)
        task = asyncio.create_task(town.deliver())
        await tried.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await statuses(town) == [Status.SENDING]
    town.clock.advance(SETTLE)
    assert await town.deliver() == DeliverReport(sent=1)
    assert len(town.chat.sent) == 1


async def test_platforms_are_asked_side_by_side(town, lost, monkeypatch):
    asked, everybody, find = [], asyncio.Event(), town.chat.find

    async def waits_for_the_other(part, *, key, since):
        asked.append(key)
        if len(asked) == 2:
            everybody.set()
        await everybody.wait()
        return await find(part, key=key, since=since)

    monkeypatch.setattr(town.chat, "find", waits_for_the_other)
    assert await asyncio.wait_for(town.deliver(), timeout=120) == DeliverReport(sent=2)
    assert await statuses(town) == [Status.SENT, Status.SENT]


async def test_no_more_of_them_are_asked_at_once_than_the_platform_takes(town, lost, monkeypatch):
    town.chat.limits = type(town.chat.limits)(concurrency=1)
    running, most, find = [], [], town.chat.find

    async def counted(part, *, key, since):
        running.append(key)
        most.append(len(running))
        await asyncio.sleep(0)
        running.remove(key)
        return await find(part, key=key, since=since)

    monkeypatch.setattr(town.chat, "find", counted)
    await town.deliver()
    assert most == [1, 1]


async def test_a_platform_that_does_not_answer_a_question_holds_up_no_message(town, lost, monkeypatch):
    await town.channel("kilns")
    town.clock.move_to(NINE + timedelta(days=1))
    await town.lists(2)
    await town.plan()
    before = len(town.chat.sent)
    sent, send = asyncio.Event(), town.chat.send

    async def silent_until_sent(_part, *, key, since):
        await sent.wait()
        raise TimeoutError

    async def told(part, *, key):
        receipt = await send(part, key=key)
        sent.set()
        return receipt

    monkeypatch.setattr(town.chat, "find", silent_until_sent)
    monkeypatch.setattr(town.chat, "send", told)
    done = await asyncio.wait_for(town.deliver(), timeout=120)
    assert town.chat.sent[before].channel == "kilns"
    assert (done.held, done.expired) == (2, 2), "their window is over: what stands behind them goes as well"
    assert {one.channel for one in town.chat.sent[before:]} == {"kilns", "crafts", "looms"}


async def test_a_database_too_slow_for_an_intent_gets_no_other_at_once(town, monkeypatch):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    record, claims = town.store.record, []

    async def slow(steps, *, owner):
        if any(isinstance(step, Claim) for step in steps):
            claims.append(steps)
            town.clock.advance(timedelta(seconds=4))
        return await record(steps, owner=owner)

    with monkeypatch.context() as while_slow:
        while_slow.setattr(town.store, "record", slow)
        assert await town.deliver() == DeliverReport()
    (waiting,) = await town.store.deliveries()
    assert (len(claims), waiting.attempt) == (1, 0)
    assert timedelta(seconds=3) <= waiting.not_before - town.clock.now() <= timedelta(seconds=6)
    town.clock.advance(timedelta(seconds=6))
    assert await town.deliver() == DeliverReport(sent=1)


async def test_lanes_are_woken_though_nothing_can_be_given_up(town, monkeypatch):
    """On PostgreSQL giving up waits for whoever writes: no lane waits with it."""
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    happened, sender = [], Sender(town.store, {"fake": town.chat}, clock=town.clock)

    async def busy(_now):
        happened.append("expire")
        raise StoreBusy("somebody writes for long")

    async def wake(_kind, keys):
        happened.extend(keys)

    monkeypatch.setattr(town.store, "expire", busy)
    assert await sender.sweep(wake) == 1
    assert happened == ["fake:w", "expire"]
    assert await sender.drain_due() == DeliverReport(sent=1)


async def test_what_is_no_longer_in_doubt_is_forgotten(town):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    sender = Sender(town.store, {"fake": town.chat}, clock=town.clock)
    town.chat.loses_answers()
    await sender.drain("fake:w")
    (doubted,) = await town.store.deliveries()
    assert set(sender._tools.asked_from) == {doubted.id}
    await town.store.drop(doubted.key)
    await sender.drain("fake:w")
    assert sender._tools.asked_from == {}
