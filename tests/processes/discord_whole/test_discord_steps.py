"""The process is killed at each step of planning and sending: every part of every digest is there once, and in order."""

from __future__ import annotations

import signal
from collections.abc import Iterable

import pytest

from jobs.crash import CrashPoint

pytestmark = pytest.mark.slow

KINDS = ("text", "news", "forum")
AGES = 300.0  # seconds; longer than anything here takes on any machine
OF_A_MESSAGE = (
    CrashPoint.BEFORE_SENDING,
    CrashPoint.AFTER_SENDING,
    CrashPoint.AFTER_SEND,
    CrashPoint.AFTER_SENT,
)


async def killed_at(bot, program: tuple[str, ...]) -> None:
    """Run the bot until it kills itself."""
    healthy, bot.main = bot.main, program
    await bot.launch()
    assert await bot.ended(within=AGES) == -signal.SIGKILL, bot.said()
    bot.main = healthy


async def killed_at_each(bot, dying, digests_everywhere, points: Iterable[CrashPoint], visit: int) -> None:
    """Each time there are new channels; the answers to some posts are lost, so there is something to ask about."""
    await bot.papers(6)
    for point in points:
        await digests_everywhere(bot, *KINDS)
        for what in ("messages", "threads"):
            bot.discord.faults.add("reset_after", route=f"POST /channels/*/{what}")
        await killed_at(bot, dying(point, visit))
    bot.discord.faults.clear()
    await bot.start()
    await bot.sent_all()


async def test_killed_at_each_step_each_message_is_there_once(
    bot, dying, digests_everywhere, verdict_of, each_once
) -> None:
    await killed_at_each(bot, dying, digests_everywhere, CrashPoint, 1)
    assert each_once(bot) >= len(CrashPoint) * len(KINDS)
    assert verdict_of(bot).complaints() == ()


@pytest.mark.parametrize("visit", [4, 6])
async def test_killed_within_a_thread_or_a_forum_s_post_each_message_is_there_once(
    bot, dying, digests_everywhere, verdict_of, each_once, visit: int
) -> None:
    await killed_at_each(bot, dying, digests_everywhere, OF_A_MESSAGE, visit)
    assert each_once(bot) >= len(OF_A_MESSAGE) * len(KINDS)
    assert verdict_of(bot).complaints() == ()
