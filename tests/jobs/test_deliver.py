from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import SlotState, Status
from bot.errors import AuthFailed, DestinationGone, Rejected, Throttled, Transient
from bot.testing.fake_chat import FakeChat
from jobs.deliver import DeliverReport, Sender, deliver_due
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def channel(town):
    """A channel with a digest planned at nine and not sent yet."""
    made = await town.channel()
    await town.lists(1, 2, 3)
    town.clock.move_to(NINE)
    await town.plan()
    return made


async def only(town):
    (delivery,) = await town.store.deliveries()
    return delivery


async def test_what_is_sent_is_marked_with_the_platform_s_id(town, channel):
    assert await town.deliver() == DeliverReport(sent=1)
    delivery = await only(town)
    assert (delivery.status, delivery.remote_id, delivery.attempt) == (Status.SENT, "message-1", 1)
    assert await town.deliver() == DeliverReport()
    assert len(town.chat.sent) == 1


async def test_parts_go_in_order_from_one_rendering(town, channel):
    town.chat = FakeChat(papers_per_part=1)
    town.chat.refuses(Transient("down"), times=2)
    for _ in range(6):
        await town.deliver()
        town.clock.advance(timedelta(minutes=1))
    assert town.chat.titles() == ["knitting 1", "knitting 2", "knitting 3"]
    assert town.chat.rendered == 1
    assert len({message.key for message in town.chat.sent}) == 3


async def test_a_transient_error_waits_longer_each_time_and_sends_the_same_bytes(town, channel):
    town.chat.refuses(Transient("connection refused"), times=3)
    waits = []
    for _ in range(3):
        assert (await town.deliver()).retried == 1
        delivery = await only(town)
        waits.append((delivery.not_before - town.clock.now()).total_seconds())
        assert await town.deliver() == DeliverReport()
        town.clock.move_to(delivery.not_before)
    assert waits == [2.0, 4.0, 8.0]
    assert await town.deliver() == DeliverReport(sent=1)
    assert town.chat.rendered == 1


async def test_a_throttled_message_waits_as_long_as_it_was_told(town, channel):
    town.chat.refuses(Throttled("slow down", retry_after=90.0))
    await town.deliver()
    delivery = await only(town)
    assert delivery.not_before == NINE + timedelta(seconds=90)
    assert delivery.attempt == 0


async def test_what_cannot_be_sent_within_the_window_is_skipped_and_its_papers_come_back(town, channel):
    town.chat.refuses(Transient("down"), times=10_000)
    moment = NINE
    while moment < NINE + 12 * HOUR:
        town.clock.move_to(moment)
        await town.deliver()
        moment += timedelta(minutes=30)
    town.clock.move_to(NINE + 12 * HOUR)
    assert (await town.deliver()).expired == 1
    (slot,) = await town.store.slots(channel.id)
    assert (slot.state, slot.reason) == (SlotState.SKIPPED, "late")
    town.chat = FakeChat()
    await town.at(NINE + 24 * HOUR)
    assert sorted(town.chat.titles()) == ["knitting 1", "knitting 2", "knitting 3"]


async def test_a_rejected_message_is_dead_and_its_slot_with_it(town, channel):
    town.chat.refuses(Rejected("too long"))
    assert await town.deliver() == DeliverReport(dead=1)
    (slot,) = await town.store.slots(channel.id)
    assert (slot.state, slot.reason) == (SlotState.DEAD, "too long")


async def test_a_channel_that_is_gone_is_held_for_a_person(town, channel):
    town.chat.refuses(DestinationGone("archived"))
    assert await town.deliver() == DeliverReport(held=1)
    assert (await only(town)).status is Status.HELD
    assert await town.deliver() == DeliverReport()


async def test_a_refused_token_pauses_its_lane_and_keeps_the_message(town, channel):
    town.chat.refuses(AuthFailed("invalid_auth"))
    assert await town.deliver() == DeliverReport(retried=1)
    delivery = await only(town)
    assert (delivery.status, delivery.last_error) == (Status.PENDING, "invalid_auth")
    (lane,) = await town.store.lanes()
    assert (lane.paused, lane.paused_reason) == (True, "invalid_auth")
    assert await town.deliver() == DeliverReport()
    assert await town.store.resume_lanes() == 1
    assert await town.deliver() == DeliverReport(sent=1)


async def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(town, channel):
    town.chat.loses_answers()
    assert await town.deliver() == DeliverReport(uncertain=1)
    await town.deliver()
    assert (await only(town)).status is Status.UNCERTAIN, "a late commit may not be visible yet"
    town.clock.advance(SETTLE)
    await town.deliver()
    delivery = await only(town)
    assert (delivery.status, delivery.remote_id) == (Status.SENT, "message-1")
    assert len(town.chat.sent) == 1


async def test_an_unforeseen_error_while_sending_is_looked_up_as_well(town, channel):
    town.chat.refuses(ZeroDivisionError("an adapter's bug"))
    assert await town.deliver() == DeliverReport(uncertain=1)
    town.clock.advance(SETTLE)
    assert await town.deliver() == DeliverReport(sent=1)
    assert len(town.chat.sent) == 1


async def test_a_platform_that_cannot_be_asked_gets_it_again(town, channel):
    town.chat.cannot_be_asked().loses_answers()
    await town.deliver()
    town.clock.advance(SETTLE)
    await town.deliver()
    assert len(town.chat.sent) == 2
    assert (await only(town)).status is Status.SENT


async def test_one_bad_channel_stops_no_other(town, channel):
    await town.channel("looms")
    town.clock.move_to(NINE + 24 * HOUR)
    await town.lists(4)
    await town.plan()
    town.chat.refuses(ZeroDivisionError(), times=9, channel="crafts")
    await town.deliver()
    assert {message.channel for message in town.chat.sent} == {"looms"}


async def test_a_digest_that_cannot_be_drawn_is_tried_eight_times(town, channel, monkeypatch):
    def breaks(_digest):
        raise ZeroDivisionError("in render")

    monkeypatch.setattr(town.chat, "render", breaks)
    outcomes = []
    for _ in range(9):
        report = await town.deliver()
        outcomes.append((report.retried, report.dead))
        town.clock.advance(timedelta(minutes=20))
    assert outcomes == [(1, 0)] * 7 + [(0, 1), (0, 0)]


async def test_a_process_without_a_platform_leaves_its_messages_to_one_that_has_it(town, channel):
    assert await deliver_due(town.store, {}, clock=town.clock) == DeliverReport()
    untouched = await only(town)
    assert (untouched.attempt, untouched.not_before, untouched.last_error) == (0, None, "")
    assert await town.deliver() == DeliverReport(sent=1)


async def test_what_waits_for_a_platform_nobody_has_expires_all_the_same(town, channel):
    town.clock.advance(13 * HOUR)
    assert await deliver_due(town.store, {}, clock=town.clock) == DeliverReport(expired=1)
    assert (await only(town)).status is Status.CANCELLED


async def test_a_message_sent_at_once_leaves_the_other_lanes_to_others(town, channel):
    await town.channel("attic", workspace="v")
    town.clock.move_to(NINE + timedelta(days=1))
    await town.lists(4)
    await town.plan()
    sender = Sender(town.store, {"fake": town.chat}, clock=town.clock)
    assert (await sender.drain_all_of("fake:v")).sent == 1
    assert {message.channel for message in town.chat.sent} == {"attic"}


async def test_a_replayed_dead_letter_is_sent(town, channel):
    town.chat.refuses(Rejected("no"))
    await town.deliver()
    await town.store.replay((await only(town)).key, town.clock.now())
    assert await town.deliver() == DeliverReport(sent=1)
