"""Never more calls in a second than the rate allows, whatever the clocks do, and no burst after a 429."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import Lane
from bot.ports import LaneLimits
from bot.testing.clock import FakeClock
from jobs.lane_open import _pacer_of
from jobs.pacer import AHEAD_SECONDS, HALVED_SECONDS, Pacer

DAY = timedelta(hours=26)


class LateClock(FakeClock):
    """Wakes sleepers late, and has its wall time set meanwhile."""

    def __init__(self, late, steps=()):
        super().__init__()
        self.late, self.steps = list(late), list(steps)

    async def sleep(self, seconds):
        self.advance(timedelta(seconds=seconds + (self.late.pop() if self.late else 0.0)))
        if self.steps:
            self.step(self.steps.pop())
        await asyncio.sleep(0)


async def called(pacer, clock, times, *, commits=()):
    """When each of so many callers called; some take a while before they ask."""
    slow, moments = list(commits), []

    async def one():
        if slow:
            clock.advance(timedelta(seconds=slow.pop()))
        await pacer.turn()
        moments.append(clock.monotonic())

    await asyncio.gather(*(one() for _ in range(times)))
    return moments


def most_in_a_second(moments):
    return max(sum(first <= other < first + 1 for other in moments) for first in moments)


async def test_turns_are_evenly_spaced():
    clock = FakeClock()
    moments = await called(Pacer(20.0, clock=clock), clock, 41)
    gaps = [round(later - earlier, 4) for earlier, later in pairwise(moments)]
    assert set(gaps) == {0.051}


@given(
    rate=st.sampled_from([1.0, 3.0, 20.0, 50.0]),
    late=st.lists(st.floats(0, 0.3), max_size=60),
    commits=st.lists(st.floats(0, 0.2), max_size=60),
    steps=st.lists(st.sampled_from([DAY, -DAY]), max_size=20),
)
async def test_no_second_has_more_calls_than_the_rate(rate, late, commits, steps):
    clock = LateClock(late, steps)
    moments = await called(Pacer(rate, clock=clock), clock, 80, commits=commits)
    assert most_in_a_second(moments) <= rate


async def test_waking_late_does_not_slow_the_lane():
    clock = LateClock([0.3, 0.0, 0.2])
    moments = await called(Pacer(20.0, clock=clock), clock, 61)
    assert moments[-1] == pytest.approx(60 * 0.051, abs=0.31)
    assert moments[-1] < 60 * 0.051 + 0.5, "every late wake-up would have added its own"


async def test_an_intent_waits_until_its_turn_is_near():
    clock = FakeClock()
    pacer = Pacer(0.2, clock=clock)
    await pacer.turn()
    await pacer.soon()
    assert clock.monotonic() == pytest.approx(5.1 - AHEAD_SECONDS)


@pytest.mark.parametrize("step", [DAY, -DAY])
async def test_a_wall_clock_that_is_set_changes_no_pace(step):
    clock = FakeClock()
    pacer = Pacer(2.0, clock=clock)
    await pacer.turn()
    clock.step(step)
    await pacer.turn()
    assert clock.monotonic() == pytest.approx(0.51)


async def test_an_idle_lane_saves_up_no_turns():
    clock = FakeClock()
    pacer = Pacer(10.0, clock=clock)
    await called(pacer, clock, 5)
    clock.advance(timedelta(hours=1))
    moments = await called(pacer, clock, 5)
    assert moments[-1] - moments[0] == pytest.approx(4 * 0.102)


async def test_sleepers_released_by_a_retry_after_do_not_burst():
    """Fault 10 of the prototypes: everybody who waited went at once."""
    clock = LateClock([])
    pacer = Pacer(10.0, clock=clock)
    waiting = asyncio.create_task(called(pacer, clock, 30))
    await asyncio.sleep(0)
    before = clock.monotonic()
    pacer.block(30.0)
    moments = [moment for moment in await waiting if moment > before]
    assert moments[0] >= before + 30
    assert most_in_a_second(moments) <= 5, "and the lane goes at half its rate"


async def test_the_rate_is_whole_again_ten_minutes_later():
    clock = FakeClock()
    pacer = Pacer(10.0, clock=clock)
    pacer.block(30.0)
    clock.advance(timedelta(seconds=30 + HALVED_SECONDS))
    moments = await called(pacer, clock, 11)
    assert moments[-1] - moments[0] == pytest.approx(1.02)


@pytest.mark.parametrize(
    ("behind", "waits"),
    [
        (timedelta(seconds=-5), 0.0),
        (timedelta(seconds=20), 20.0),
        (timedelta(hours=11), 11 * 3600.0),
        (DAY, 0.0),  # written before the clock was set back
    ],
)
def test_what_an_earlier_owner_left_counts_as_far_as_it_can_be_true(behind, waits):
    clock = FakeClock()
    lane = Lane(id="fake:w", platform="fake", workspace="w", blocked_until=clock.now() + behind)
    assert _pacer_of(lane, LaneLimits(), clock).blocked_for() == waits


@pytest.mark.parametrize(("ahead", "waits"), [(timedelta(seconds=0.4), 0.4), (timedelta(hours=2), 0.0)])
def test_a_lane_s_next_turn_is_kept_when_it_changes_hands(ahead, waits):
    clock = FakeClock()
    lane = Lane(id="fake:w", platform="fake", workspace="w", tat=clock.now() + ahead)
    pacer = _pacer_of(lane, LaneLimits(), clock)
    assert (pacer.next_in(), pacer.blocked_for()) == (waits, 0.0)


async def test_a_turn_that_will_not_come_in_time_is_not_waited_for():
    clock = FakeClock()
    pacer = Pacer(1.0, clock=clock)
    assert await pacer.turn(within=3.0)
    assert await pacer.turn(within=3.0)
    pacer.block(3600.0)
    before = clock.monotonic()
    assert not await pacer.turn(within=3.0)
    assert clock.monotonic() == before
    assert pacer.next_in() == 3600.0, "and it is no turn lost"


async def test_who_waits_for_a_turn_hears_that_it_was_put_off_by_an_hour():
    clock = LateClock([])
    pacer = Pacer(1.0, clock=clock)
    waiting = [asyncio.create_task(pacer.turn(within=3.0)) for _ in range(3)]
    await asyncio.sleep(0)
    pacer.block(3600.0)
    assert await asyncio.gather(*waiting) == [True, False, False]
    assert clock.monotonic() < 3.0
