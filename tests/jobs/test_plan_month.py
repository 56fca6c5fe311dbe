"""Thirty days, five channels in odd zones, a flaky chat, a bot that sleeps: what must hold whatever happens."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from bot.domain.delivery import SlotState
from bot.domain.schedule import due_instant
from bot.errors import Throttled, Transient

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 30
CHANNELS = {
    "berlin": ("Europe/Berlin", time(2, 30)),  # a gap on 29 March
    "new-york": ("America/New_York", time(2, 30)),  # a gap on 8 March
    "nuuk": ("America/Nuuk", time(23, 30)),  # a gap over midnight on 28 March
    "tokyo": ("Asia/Tokyo", time(9, 0)),
    "casablanca": ("Africa/Casablanca", time(2, 0)),  # back again after Ramadan on 22 March
}
ENDED = {SlotState.SENT, SlotState.EMPTY, SlotState.SKIPPED, SlotState.DEAD}


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))])
async def test_every_date_has_one_ended_slot_and_every_paper_is_shown_once(town, seed):
    chance = Random(seed)
    town.clock.move_to(START)
    channels = [
        await town.channel(name, at=at, tz=tz, max_papers=1000) for name, (tz, at) in CHANNELS.items()
    ]
    listed, number, moment = [], 0, START
    while moment < START + timedelta(days=DAYS):
        moment += timedelta(hours=36 if chance.random() < 0.008 else 0, minutes=chance.choice([60, 90, 120]))
        town.clock.move_to(moment)
        for _ in range(chance.choice([0, 0, 0, 0, 1, 2])):
            number += 1
            day = moment.date() - timedelta(days=chance.choice([0, 0, 0, 1, 2]))
            await town.lists(number, day=day)
            listed.append(f"knitting {number}")
        if chance.random() < 0.05:
            trouble = chance.choice([Transient("down"), Throttled("slow", retry_after=400.0)])
            town.chat.refuses(trouble, times=2)
        if chance.random() < 0.02:
            town.chat.loses_answers()
        await town.tick()
    await finish(town, moment)
    for channel in channels:
        await check(town, channel, listed, moment)


async def finish(town, moment: datetime) -> None:
    """Two quiet days, so that what was still on its way arrives."""
    while town.clock.now() < moment + timedelta(days=2):
        town.clock.advance(timedelta(hours=1))
        await town.tick()


async def check(town, channel, listed: list[str], moment: datetime) -> None:
    slots = await town.store.slots(channel.id, limit=1000)
    keys = sorted(slot.slot_key for slot in slots)
    assert Counter(keys).most_common(1)[0][1] == 1, "a date has two slots"
    assert keys == expected_days(channel, town.clock.now()), "a date has no slot"
    assert {slot.state for slot in slots} <= ENDED
    for slot in slots:
        assert slot.state is not SlotState.SKIPPED or slot.reason == "late"
    digests = [digest for slot in slots if (digest := await town.store.digest(slot.id)) is not None]
    for digest in digests:
        assert digest.shown + len(digest.folded) + len(digest.deferred) == digest.matched
    titles = Counter(town.chat.titles(channel.address.channel))
    assert titles == Counter(listed), "a paper was lost or shown twice"


def expected_days(channel, now: datetime) -> list[str]:
    days = (date(2026, 2, 28) + timedelta(days=count) for count in range(DAYS + 8))
    due = [(day, due_instant(channel.schedule, day)) for day in days]
    return [day.isoformat() for day, at in due if at is not None and START < at <= now]
