"""The process is killed around its posts, again and again: nothing is lost, and nothing comes twice unless nobody can tell.

PAPERROUND_TEST_KILLS says how often; 10 unless it does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from random import Random

import pytest

from bot.testing.slack.tokens import SCOPES

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("PAPERROUND_TEST_KILLS", "10"))
BLIND = tuple(one for one in SCOPES if not one.endswith(":history"))


async def killed_around_posts(bot, digests_everywhere, kills: int) -> int:
    """Run the bot until all is sent, killed after a post or two each time; how often it was."""
    chance, done = Random(kills), 0
    await digests_everywhere(bot, max(8, 2 * kills))
    bot.slack.faults.add("slow_after", times=None, probability=0.5, seconds=0.2)
    while done < kills and not (bot.starts and bot.is_over()):
        await bot.start()
        aim = bot.slack.calls("chat.postMessage") + chance.choice((1, 1, 2))
        await bot.slack.until(lambda aim=aim: bot.slack.calls("chat.postMessage") >= aim, seconds=60)
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        await bot.end(signal.SIGKILL)
        done += 1
    await bot.start()
    await bot.slack.until(lambda: nothing_moves(bot), seconds=180)
    return done


def nothing_moves(bot) -> bool:
    """Whether all is sent but what waits for a person: twice nobody could tell, and what follows that."""
    waits = "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'uncertain')"
    held = "SELECT slot_id FROM delivery WHERE status = 'held'"
    behind = f"SELECT count(*) FROM delivery WHERE status = 'pending' AND slot_id IN ({held})"
    return bot.ask(waits) == bot.ask(behind) and bot.is_planned()


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_with_history_each_message_is_there_once(
    a_bot, digests_everywhere, verdict_of, transport
) -> None:
    async with a_bot(transport, rates=True) as bot:
        assert await killed_around_posts(bot, digests_everywhere, KILLS) == KILLS
        verdict = verdict_of(bot)
        assert verdict.complaints() == ()
        assert bot.is_over()
        assert verdict.posted == bot.ask("SELECT count(*) FROM delivery")[0][0]


async def test_without_history_at_most_one_comes_twice_for_each_kill_and_says_so(
    a_bot, digests_everywhere, verdict_of
) -> None:
    async with a_bot("socket", rates=True, scopes=BLIND) as bot:
        kills = await killed_around_posts(bot, digests_everywhere, KILLS)
        verdict = verdict_of(bot)
        assert verdict.repeated == ()
        assert len(verdict.marked) <= kills
        parts = [said.key for said in bot.slack.state.everything_said() if said.key]
        there = set(parts)  # what has no key tells a person of what is held, as often as something is
        assert len(parts) - len(verdict.marked) == len(there)
        assert {key for (key,) in bot.ask("SELECT key FROM delivery WHERE status = 'sent'")} <= there
        assert [one for one in verdict.complaints() if not one.startswith("there twice, and marked")] == []
