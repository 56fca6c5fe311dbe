"""The process is killed around its posts, again and again: nothing is lost, and nothing comes twice.

PAPERROUND_TEST_KILLS says how often; 10 unless it does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from random import Random

import pytest

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("PAPERROUND_TEST_KILLS", "10"))
POSTS = ("POST /channels/{channel}/messages", "POST /channels/{channel}/threads")


def posts(bot) -> int:
    """How many posts it tried."""
    return sum(bot.discord.calls(one) for one in POSTS)


async def test_killed_around_posts_each_message_is_there_once(
    bot, digests_everywhere, verdict_of, each_once
) -> None:
    """Half of the answers come late, so that many a kill strikes between a post and its answer."""
    chance = Random(KILLS)
    await bot.papers(6)
    for what in ("messages", "threads"):
        bot.discord.faults.add(
            "slow_after", route=f"POST /channels/*/{what}", times=None, probability=0.5, seconds=0.2
        )
    for _ in range(KILLS):
        await digests_everywhere(bot, "text", "forum")
        await bot.start()
        aim = posts(bot) + chance.choice((1, 1, 2))
        await bot.until(lambda aim=aim: posts(bot) >= aim, seconds=120)
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        assert await bot.end(signal.SIGKILL) == -signal.SIGKILL, bot.said()
    await bot.start()
    await bot.sent_all(seconds=300)
    assert each_once(bot) >= 2 * KILLS
    assert verdict_of(bot).complaints() == ()
