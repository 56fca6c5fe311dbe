"""kill -9 in the middle of sending: nothing is lost, nothing comes twice, order is kept."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from bot.testing.platforms import Faults, LoseAnswer
from jobs.crash import CrashPoint

ADAPTERS = ["slack", "slack without history", "discord", "smtp"]
KILLS_PER_POINT = 3
KILLED = -signal.SIGKILL
DAY = timedelta(days=1)
# Once per run of the planner, per time a lane is taken, or per group of messages; the others once per message.
ONCE = {
    CrashPoint.BEFORE_PLAN,
    CrashPoint.AFTER_PLAN,
    CrashPoint.AFTER_LEASE,
    CrashPoint.BEFORE_FREEZE,
    CrashPoint.AFTER_FREEZE,
    CrashPoint.BEFORE_RELEASE,
}


def on_databases(*databases):
    return pytest.mark.parametrize("url", databases, indirect=True, ids=databases)


everywhere = on_databases("sqlite", "postgres")
each_adapter = pytest.mark.parametrize("name", ADAPTERS)
each_point = pytest.mark.parametrize("point", list(CrashPoint))


async def survives(begin, name, wanted, folder):
    async with begin(name) as kills:
        while kills.kills < wanted:
            await kills.kill_once()
        await kills.finish()
        verdict = await kills.judged()
        kills.told(verdict, folder, kills=kills.kills, by_hand=kills.replayed)


@each_adapter
async def test_three_kills(begin, name, tmp_path):
    await survives(begin, name, 3, tmp_path)


@pytest.mark.slow
@everywhere
@each_adapter
async def test_fifty_kills(begin, name, tmp_path):
    await survives(begin, name, 50, tmp_path)


@pytest.mark.soak
@everywhere
@each_adapter
async def test_a_thousand_kills(begin, name, tmp_path):
    await survives(begin, name, 1000, tmp_path)


async def dies_at(begin, name, point, times):
    """Die at a point, go on, and the same on the next days at later visits; a lost answer per channel brings look-ups."""
    faults, lost = Faults(), 0
    async with begin(name, faults) as kills:
        for number in range(1, times + 1):
            await kills.lists()
            faults.then(LoseAnswer(), times=len(kills.channels))
            lost += len(kills.channels)
            visit = 1 if point in ONCE else number
            job = {"plan_at": kills.clock.now().replace(hour=9)}
            ended = await kills.zygote.end(await kills.start(point=point, visit=visit, **job))
            assert ended == KILLED, f"{point} was not reached {visit} times"
            kills.kills += 1
            assert await kills.zygote.end(await kills.start(**job)) == 0
            await kills.finish()
            kills.clock.advance(DAY)
        verdict = await kills.judged(lost_answers=lost)
        assert verdict.arrived - len(verdict.marked) == len(kills.channels) * 2 * times


@pytest.mark.parametrize("point", [CrashPoint.AFTER_FREEZE, CrashPoint.AFTER_SENDING, CrashPoint.AFTER_SEND])
async def test_a_crash_around_the_send(begin, point):
    await dies_at(begin, "slack", point, 1)


@pytest.mark.slow
@everywhere
@each_adapter
@each_point
async def test_crashes_at_each_point_with_each_adapter(begin, name, point):
    await dies_at(begin, name, point, KILLS_PER_POINT)
