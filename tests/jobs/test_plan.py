import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.delivery import SlotState
from bot.domain.subscription import Schedule
from bot.errors import Rejected
from jobs.plan import QUIET, plan_due

HOUR = timedelta(hours=1)
MONDAY = date(2026, 6, 1)


def june(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


async def slots(town, channel) -> dict[str, SlotState]:
    return {slot.slot_key: slot.state for slot in await town.store.slots(channel.id, limit=100)}


async def test_a_digest_is_planned_when_it_is_due_and_not_before(town):
    channel = await town.channel()
    await town.lists(1, 2)
    await town.at(june(1, 8, 59))
    assert town.chat.sent == []
    await town.at(june(1, 9, 0))
    assert town.chat.titles() == ["knitting 1", "knitting 2"]
    assert await slots(town, channel) == {"2026-06-01": SlotState.SENT}
    assert (await town.store.destination_by_id(channel.id)).next_due_at == june(2)


async def test_a_paper_is_shown_once_per_channel(town):
    await town.channel()
    await town.channel("looms")
    await town.lists(1)
    for day in (1, 2, 3):
        await town.lists(1, day=date(2026, 6, day))
        await town.at(june(day))
    assert town.chat.titles("crafts") == town.chat.titles("looms") == ["knitting 1"]


async def test_papers_that_come_late_come_in_the_next_digest_once(town):
    await town.channel()
    await town.lists(1)
    await town.at(june(1))
    for late, number in ((timedelta(minutes=1), 2), (3 * HOUR, 3)):
        town.clock.move_to(june(1) + late)
        await town.lists(number, day=MONDAY)
    await town.at(june(2))
    assert town.chat.titles()[1:] == ["knitting 2", "knitting 3"]
    town.clock.move_to(june(3, 12))
    await town.lists(4, day=MONDAY)  # two days late
    await town.at(june(4))
    await town.at(june(5))
    assert town.chat.titles()[3:] == ["knitting 4"]


@pytest.mark.parametrize(
    ("asleep", "days", "skipped"),
    [(HOUR, ["2026-06-03"], 0), (5 * HOUR, ["2026-06-03"], 0), (30 * HOUR, ["2026-06-04"], 1), (9 * 24 * HOUR, ["2026-06-12"], 9)],
    ids=["1 h", "5 h", "30 h", "9 days"],
)  # fmt: skip
async def test_however_long_the_bot_slept_one_digest_carries_everything(town, asleep, days, skipped):
    channel = await town.channel(max_papers=50)
    for day in (1, 2):
        await town.lists(day, day=date(2026, 6, day))
        await town.at(june(day))
    sent_before = len(town.chat.sent)
    wakes = june(3) + asleep
    last_list = min(wakes.date(), date(2026, 6, 12))
    for day in range(3, last_list.day + 1):  # the first ingest after waking finds every day
        town.clock.move_to(wakes)
        await town.lists(day, day=date(2026, 6, day))
    await town.at(wakes)
    await town.at(wakes + timedelta(minutes=1))
    assert len(town.chat.sent) == sent_before + 1
    assert sorted(town.chat.titles()) == sorted(f"knitting {day}" for day in range(1, last_list.day + 1))
    states = await slots(town, channel)
    assert [key for key in sorted(states)[2:] if states[key] is SlotState.SENT] == days
    assert list(states.values()).count(SlotState.SKIPPED) == skipped


async def test_a_late_digest_says_so_and_names_the_days_it_carries(town):
    channel = await town.channel()
    await town.lists(1)
    await town.at(june(2, 14))
    (slot, skipped) = await town.store.slots(channel.id)
    digest = await town.store.digest(slot.id)
    assert (skipped.state, skipped.reason) == (SlotState.SKIPPED, "late")
    assert digest.late
    assert digest.combined == (MONDAY,)
    assert digest.notes[0] == "With the papers of 1 June, whose digest was not sent."


async def test_a_slot_beyond_the_catch_up_window_waits_for_the_next(town):
    channel = await town.channel()
    await town.lists(1)
    await town.at(june(1, 22))
    assert town.chat.sent == []
    assert await slots(town, channel) == {"2026-06-01": SlotState.SKIPPED}
    await town.at(june(2))
    assert town.chat.titles() == ["knitting 1"]


async def test_a_very_long_sleep_leaves_a_short_record(town):
    channel = await town.channel()
    await town.at(june(1) + timedelta(days=100))
    reasons = [slot.reason for slot in await town.store.slots(channel.id, limit=500)]
    assert len(reasons) == 32
    assert reasons[-1] == "late, with 69 earlier dates"


async def test_a_first_digest_floods_nobody(town):
    channel = await town.channel(max_papers=50)
    town.clock.advance(HOUR)
    await town.lists(*range(100, 120), day=date(2026, 5, 29), backfill=True)
    await town.lists(1, 2, 3)
    await town.at(june(1))
    assert len(town.chat.titles()) == 3
    assert (await town.store.digest((await town.store.slots(channel.id))[0].id)).matched == 3


async def test_a_channel_made_later_begins_with_the_newest_list_day(town):
    await town.lists(1, day=date(2026, 5, 29))
    await town.lists(2, 3)
    town.clock.move_to(june(1, 12))
    await town.channel()
    await town.at(june(2))
    assert town.chat.titles() == ["knitting 2", "knitting 3"]


async def test_two_racing_planners_plan_once(town):
    channel = await town.channel()
    await town.lists(1)
    town.clock.move_to(june(1))
    reports = await asyncio.gather(*(plan_due(town.store, clock=town.clock) for _ in range(4)))
    assert sum(report.planned for report in reports) == 1
    await town.deliver()
    assert town.chat.titles() == ["knitting 1"]
    assert len(await town.store.deliveries(destination_id=channel.id)) == 1


async def test_an_empty_day_is_silent_unless_a_note_was_asked_for(town):
    quiet = await town.channel("quiet")
    await town.channel("noted", note_empty=True)
    await town.at(june(1))
    assert town.chat.titles() == ["nothing new"]
    assert town.chat.sent[0].channel == "noted"
    (slot,) = await town.store.slots(quiet.id)
    assert (slot.state, slot.reason) == (SlotState.EMPTY, "nothing new")


async def test_three_empty_weekdays_running_are_flagged_once(town):
    channel = await town.channel()
    for day in range(1, 10):  # Monday to Tuesday of the next week
        await town.at(june(day))
    flagged = [slot.slot_key for slot in await town.store.slots(channel.id, limit=20) if slot.reason == QUIET]
    assert flagged == ["2026-06-03"]


async def test_after_three_empty_weekdays_the_channel_is_told_once_with_a_broader_query(town):
    channel = await town.channel(queries=("topic:rlhf knitting",))
    for day in range(1, 10):
        await town.at(june(day))
    assert len(town.chat.sent) == 1
    (told,) = [
        one for one in await town.store.slots(channel.id, limit=20) if one.slot_key.startswith("manual:")
    ]
    line = (await town.store.digest(told.id)).notes[-1]
    assert line == "Nothing new for three weekdays running. A broader query to try: subscribe topic:rlhf"


async def test_a_channel_without_subscriptions_gets_nothing(town):
    channel = await town.channel(queries=(), note_empty=True)
    await town.lists(1)
    await town.at(june(1))
    (slot,) = await town.store.slots(channel.id)
    assert (slot.state, slot.reason, town.chat.sent) == (SlotState.EMPTY, "no subscriptions", [])


async def test_a_paused_channel_waits_and_a_paused_subscription_is_left_out(town):
    paused = await town.channel("paused", paused=True)
    active = await town.channel("active", queries=("knitting", "weaving"))
    (knitting, _) = (await town.store.subscriptions([active.id]))[active.id]
    await town.store.pause_subscription(active.id, [knitting.id])
    await town.lists(1)
    await town.lists(2, word="weaving")
    await town.at(june(1))
    assert town.chat.titles() == ["weaving 2"]
    assert await town.store.slots(paused.id) == ()


async def test_an_unknown_zone_pauses_its_channel_and_stops_no_other(town):
    lost = await town.channel("lost", at=time(8))
    await town.channel()
    await town.store.update_destination(lost.id, schedule=Schedule(at=time(8), tz="Mars/Olympus"))
    await town.lists(1)
    await town.at(june(1))
    assert town.chat.titles() == ["knitting 1"]
    paused = await town.store.destination_by_id(lost.id)
    assert paused.paused
    assert "Mars/Olympus" in paused.paused_reason


async def test_a_subscription_that_cannot_be_read_any_more_is_named_in_the_digest(town):
    channel = await town.channel()
    await town.store.subscribe(channel.id, "topic:gone-with-the-wind", created_by="ada", now=town.clock.now())
    await town.lists(1)
    await town.at(june(1))
    digest = await town.store.digest((await town.store.slots(channel.id))[0].id)
    assert digest.shown == 1
    assert "topic:gone-with-the-wind was left out" in digest.notes[-1]


async def test_a_dead_slot_gives_its_papers_back_to_the_next(town):
    channel = await town.channel()
    await town.lists(1)
    town.chat.refuses(Rejected("no"))
    await town.at(june(1))
    await town.at(june(2))
    assert town.chat.titles() == ["knitting 1"]
    assert await slots(town, channel) == {"2026-06-01": SlotState.DEAD, "2026-06-02": SlotState.SENT}
    digest = await town.store.digest((await town.store.slots(channel.id))[0].id)
    assert digest.combined == (MONDAY,)
