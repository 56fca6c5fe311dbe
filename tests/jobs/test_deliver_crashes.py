"""A crash at each named point: whoever comes next sends every part once, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import SlotState
from bot.ports import LaneLimits
from bot.testing.fake_chat import FakeChat
from jobs import outgoing
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
PLANNING = {CrashPoint.BEFORE_PLAN, CrashPoint.AFTER_PLAN}
SENDING = [point for point in CrashPoint if point not in PLANNING]
TITLES = ["knitting 1", "knitting 2", "knitting 3"]


class Killed(BaseException):
    """What nothing catches, as a power cut is not caught."""


class Power:
    """Fails the so-many-th time a point is reached."""

    def __init__(self, point, time):
        self.point, self.left = point, time

    def __call__(self, point):
        self.left -= point is self.point
        if point is self.point and self.left == 0:
            raise Killed


@pytest.fixture
async def channel(town):
    """A channel with a digest of three parts, planned at nine."""
    made = await town.channel()
    await town.lists(1, 2, 3)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat = FakeChat(papers_per_part=1)
    return made


def started(town, **changes):
    """A process that knows nothing of an earlier one."""
    outgoing._IN_FLIGHT.pop(town.store, None)
    return Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0, **changes)


async def delivered(town, sender):
    """Deliver again and again, with the settle delay in between, until the slot is done with."""
    for _ in range(12):
        await sender.drain_due()
        town.clock.advance(SETTLE)


async def crashed(town, point, time):
    """Run until the power fails, then start anew over the same store; whether it did fail."""
    try:
        await delivered(town, started(town, reached=Power(point, time)))
        died = False
    except Killed:
        died = True
    await town.store.clear_leases()
    await delivered(town, started(town))
    return died


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("point", SENDING)
async def test_every_part_comes_once_and_in_order(town, channel, point, time):
    town.chat.loses_answers(2)
    died = await crashed(town, point, time)
    frozen_once = point in {CrashPoint.BEFORE_FREEZE, CrashPoint.AFTER_FREEZE}
    assert died or (frozen_once and time == 2), f"{point} was never reached"
    assert town.chat.titles() == TITLES
    (slot,) = await town.store.slots(channel.id)
    assert slot.state is SlotState.SENT


@pytest.mark.parametrize("point", SENDING)
async def test_a_chat_that_cannot_be_asked_repeats_one_message_at_most_and_marks_it(town, channel, point):
    town.chat.cannot_be_asked()
    town.chat.limits = LaneLimits(concurrency=1)
    await crashed(town, point, 1)
    seen = town.chat.titles()
    assert sorted(set(seen), key=seen.index) == TITLES
    repeated = [message for message in town.chat.sent if message.repeated]
    assert len(seen) - len(TITLES) == (point is CrashPoint.AFTER_SEND)
    assert len(repeated) == (point in {CrashPoint.AFTER_SENDING, CrashPoint.AFTER_SEND})


async def test_the_power_fails_again_and_again(town, channel):
    town.chat.loses_answers(1)
    for point in SENDING:
        try:
            for _ in range(2):
                await started(town, reached=Power(point, 1)).drain_due()
                town.clock.advance(SETTLE)
        except Killed:
            await town.store.clear_leases()
            town.clock.advance(timedelta(seconds=1))
    await delivered(town, started(town))
    assert town.chat.titles() == TITLES
