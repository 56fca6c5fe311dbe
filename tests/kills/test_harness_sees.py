"""The harness finds what it is there to find: without the settle delay, a late commit comes twice."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from bot.testing.platforms import Faults, Slow

LATE = 3.0  # seconds from the request to its acceptance
DEADLINE = 60.0


async def until(condition):
    async with asyncio.timeout(DEADLINE):
        while not condition():  # noqa: ASYNC110 - a fake has no event
            await asyncio.sleep(0.005)


async def killed_while_it_waits(begin, name, settle):
    """A sender dies while its requests are on their way; the next one asks after a settle delay."""
    async with begin(name, Faults().sometimes(Slow(before=LATE), chance=1.0)) as kills:
        await kills.next_day()
        pid = await kills.start()
        await until(lambda: kills.platform.on_their_way > 1)
        os.kill(pid, signal.SIGKILL)
        assert await kills.zygote.end(pid) == -signal.SIGKILL
        kills.platform.faults.calm()
        assert await kills.zygote.end(await kills.start(settle=settle)) == 0
        await until(lambda: kills.platform.on_their_way == 0)
        return await kills.verdict()


@pytest.mark.slow
async def test_a_settle_delay_shorter_than_a_late_commit_repeats_it(begin):
    verdict = await killed_while_it_waits(begin, "slack", settle=0.0)
    assert len(verdict.repeated) > 0
    assert not verdict.kept


@pytest.mark.slow
@pytest.mark.parametrize(("name", "settle"), [("slack", LATE + 1), ("discord", 0.0), ("smtp", 0.0)])
async def test_a_longer_one_or_a_key_the_platform_honours_does_not(begin, name, settle):
    verdict = await killed_while_it_waits(begin, name, settle=settle)
    assert verdict.kept, verdict
    assert verdict.marked == ()
