"""Whatever an adapter does, the outcome is recorded, and no message blocks its channel for ever."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Doubt, Sent, Settled, SlotState, Status
from bot.errors import Rejected, StoreBusy, Throttled, Transient, Unknown
from bot.ports import LaneLimits
from bot.testing.fake_chat import FakeChat
from jobs.deliver import DeliverReport
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def channel(town):
    made = await town.channel()
    await town.lists(1, 2, 3)
    town.clock.move_to(NINE)
    await town.plan()
    return made


async def only(town):
    (delivery,) = await town.store.deliveries()
    return delivery


@pytest.mark.parametrize(
    ("seconds", "waits"),
    [(float("nan"), HOUR / 4), (float("inf"), 12 * HOUR), (1e12, 12 * HOUR), (-5.0, HOUR / 3600)],
)
async def test_patience_nobody_can_have_is_made_a_time(town, channel, seconds, waits):
    town.chat.refuses(Throttled("slow down", retry_after=seconds))
    assert await town.deliver() == DeliverReport(retried=1)
    assert (await only(town)).not_before == NINE + waits


@pytest.mark.parametrize("text", ["half a pair \ud800, \0 and all", "x" * 1_000_000])
async def test_words_no_ledger_takes_are_made_storable(town, channel, text):
    town.chat.refuses(Transient(text))
    assert await town.deliver() == DeliverReport(retried=1)
    error = (await only(town)).last_error
    assert 0 < len(error) <= 500
    assert "\0" not in error


async def test_an_adapter_that_answers_with_no_receipt_is_asked(town, channel, monkeypatch):
    send = town.chat.send

    async def forgets_the_receipt(part, *, key):
        await send(part, key=key)

    monkeypatch.setattr(town.chat, "send", forgets_the_receipt)
    assert await town.deliver() == DeliverReport(uncertain=1)
    assert (await only(town)).status is Status.UNCERTAIN
    town.clock.advance(SETTLE)
    assert await town.deliver() == DeliverReport(sent=1)
    assert len(town.chat.sent) == 1


async def test_an_adapter_that_cancels_itself_ends_nothing_else(town, channel):
    town.chat.refuses(asyncio.CancelledError())
    assert await town.deliver() == DeliverReport(uncertain=1)
    assert (await only(town)).status is Status.UNCERTAIN


async def test_an_outcome_that_could_not_be_recorded_makes_the_message_uncertain(town, channel, monkeypatch):
    record = town.store.record

    async def breaks(steps, *, owner):
        if any(isinstance(step, Sent | Doubt) for step in steps):
            raise ZeroDivisionError
        return await record(steps, owner=owner)

    with monkeypatch.context() as broken:
        broken.setattr(town.store, "record", breaks)
        assert await town.deliver() == DeliverReport()
    assert (await only(town)).status is Status.SENDING
    assert await town.deliver() == DeliverReport(), "it may still be on its way"
    town.clock.advance(SETTLE)
    assert await town.deliver() == DeliverReport(sent=1)
    assert len(town.chat.sent) == 1


async def test_a_message_waits_its_turn_before_its_sending_begins(town, monkeypatch):
    for name in ("crafts", "looms"):
        await town.channel(name)
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat.limits = LaneLimits(concurrency=1)
    send, began = town.chat.send, []

    async def slow(part, *, key):
        began.append(((await town.store.delivery(key)).sending_at, town.clock.now()))
        await town.clock.sleep(40)
        return await send(part, key=key)

    monkeypatch.setattr(town.chat, "send", slow)
    await town.deliver()
    assert began == [(NINE, NINE), (NINE + timedelta(seconds=40), NINE + timedelta(seconds=40))]


async def test_a_platform_that_cannot_be_asked_gets_it_twice_at_most_then_a_person_decides(town, channel):
    town.chat.cannot_be_asked().loses_answers(5)
    for _ in range(6):
        await town.deliver()
        town.clock.advance(2 * SETTLE)
    assert [message.repeated for message in town.chat.sent] == [False, True]
    held = await only(town)
    assert held.status is Status.HELD
    assert "deliveries replay" in held.last_error


async def test_what_was_repeated_keeps_its_papers_when_it_is_given_up(town, channel):
    town.chat.cannot_be_asked().loses_answers(1)
    await town.deliver()
    town.clock.advance(SETTLE)
    town.chat.refuses(Transient("down"), times=1000)
    await town.deliver()
    town.clock.advance(13 * HOUR)
    assert (await town.deliver()).expired == 1
    assert len((await town.store.shown([channel.id]))[channel.id]) == 3


async def test_when_a_part_dies_the_papers_of_the_unsent_parts_come_back(town, channel):
    town.chat = FakeChat(papers_per_part=1)
    send, refused = town.chat.send, []

    async def refuses_the_second(part, *, key):
        if part.number == 1 and not refused:
            refused.append(key)
            raise Rejected("too long")
        return await send(part, key=key)

    town.chat.send = refuses_the_second
    assert await town.deliver() == DeliverReport(sent=1, dead=1)
    (slot,) = await town.store.slots(channel.id)
    assert slot.state is SlotState.DEAD
    assert "part 2 of 3" in slot.reason
    await town.at(NINE + 24 * HOUR)
    assert sorted(town.chat.titles()) == ["knitting 1", "knitting 2", "knitting 3"]


async def test_a_busy_store_while_one_is_settled_stops_no_other(town, channel, monkeypatch):
    town.chat.refuses(Unknown("timeout"))
    await town.deliver()
    await town.channel("looms")
    town.clock.move_to(NINE + 24 * HOUR)
    await town.lists(4)
    await town.plan()

    record, refused = town.store.record, []

    async def busy_when_settling(steps, *, owner):
        if any(isinstance(step, Settled) for step in steps) and len(refused) < 3:
            refused.append(steps)
            raise StoreBusy("busy")
        return await record(steps, owner=owner)

    monkeypatch.setattr(town.store, "record", busy_when_settling)
    await town.deliver()
    await town.deliver()  # what was to be claimed in the same transaction comes with the next
    assert {message.channel for message in town.chat.sent} >= {"looms"}
    assert len(refused) == 3
