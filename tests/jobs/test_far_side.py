"""Every trouble of every platform, on a clock that only moves when told: all arrives, once, in order, not too fast."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.domain.delivery import SlotState, Status
from bot.testing.platforms import (
    CommitLate,
    FakeDiscord,
    FakeSlack,
    FakeSmtp,
    Faults,
    Form,
    LoseAnswer,
    Lost,
    Refuse,
    Slow,
    Throttle,
    Vanish,
    expected,
    judge,
)
from jobs.deliver import Sender

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
UNFINISHED = (Status.PENDING, Status.SENDING, Status.UNCERTAIN, Status.HELD)
CHANNELS, PARTS = 6, 2
STEP = timedelta(seconds=30)
LONGEST = timedelta(hours=12)
BLIND = "slack without history"

PLATFORMS = {
    "slack": FakeSlack,
    BLIND: lambda **settings: FakeSlack(history=False, **settings),
    "discord": FakeDiscord,
    "smtp": FakeSmtp,
}
TROUBLES = {
    "connections break after accepting": [LoseAnswer()],
    "500 after accepting": [LoseAnswer(how=Lost.SERVER_ERROR)],
    "no answer in time": [LoseAnswer(how=Lost.TIMEOUT)],
    "accepted after the sender gave up": [CommitLate(seconds=40.0)],
    "never accepted, and nobody says so": [Vanish()],
    "connections refused": [Refuse()],
    "channels throttled, in whole seconds": [Throttle(seconds=30.0)],
    "channels throttled, in fractions": [Throttle(seconds=1.4, form=Form.FLOAT)],
    "channels throttled until a date": [Throttle(seconds=30.0, form=Form.DATE)],
    "the token throttled": [Throttle(seconds=20.0, whole_lane=True)],
    "slow": [Slow(before=2.0, after=1.0)],
}
EVERYTHING = [fault for faults in TROUBLES.values() for fault in faults]


def troubled(faults, chance):
    made = Faults(seed=3)
    for fault in faults:
        made.sometimes(fault, chance=chance / len(faults))
    return made


async def digests(town, channels=CHANNELS, parts=PARTS):
    """A digest of some parts for each of some channels, planned at nine."""
    homes = [await town.channel(f"C{number}") for number in range(channels)]
    await town.lists(*range(1, parts + 1))
    town.clock.move_to(NINE)
    assert (await town.plan()).planned == channels
    return {home.id: home.address.channel for home in homes}


async def delivered(town, platform, channels, *, step=STEP):
    """Send until nothing is left, a person looking after what is held; then what the readers say."""
    sender = Sender(town.store, {"fake": platform}, clock=town.clock, jitter=Random(5).random)
    while await town.store.deliveries(status=UNFINISHED, limit=1):
        assert town.clock.now() < NINE + LONGEST, "it never ends"
        await sender.drain_due()
        for held in await town.store.deliveries(status=Status.HELD):
            await town.store.replay(held.key, town.clock.now())
        town.clock.advance(step)
    town.clock.advance(LONGEST)
    for home in channels:
        assert [slot.state for slot in await town.store.slots(home)] == [SlotState.SENT]
    return judge(platform, expected(await town.store.deliveries(limit=10_000), channels))


def platform_of(name, town, faults):
    return PLATFORMS[name](clock=town.clock, faults=faults, papers_per_part=1)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_slack_s_every_trouble(town, trouble):
    platform = platform_of("slack", town, troubled(TROUBLES[trouble], 0.3))
    verdict = await delivered(town, platform, await digests(town))
    assert (verdict.kept, verdict.marked, verdict.too_fast, verdict.early) == (True, (), (), 0), verdict
    assert platform.faults.met


@pytest.mark.parametrize("name", PLATFORMS)
async def test_all_troubles_at_once_on_each_platform(town, name):
    platform = platform_of(name, town, troubled(EVERYTHING, 0.6))
    verdict = await delivered(town, platform, await digests(town))
    assert (verdict.kept, verdict.too_fast, verdict.early) == (True, (), 0), verdict
    assert len(platform.faults.met) >= 3, "hardly anything happened"
    assert not verdict.marked or name == BLIND


async def test_six_hours_of_outage_make_it_late_and_nothing_else(town):
    channels = await digests(town)
    platform = platform_of("discord", town, Faults().outage(seconds=6 * 3600.0))
    verdict = await delivered(town, platform, channels, step=timedelta(minutes=15))
    assert (verdict.kept, verdict.arrived, verdict.too_fast) == (True, CHANNELS * PARTS, ())
    assert min(message.at for message in platform.messages) >= NINE + timedelta(hours=6)
