"""Whatever goes wrong at Slack around a post, each message is there once and the digest goes on."""

from __future__ import annotations

import pytest

from bot.testing.slack.faults import AFTER

pytestmark = pytest.mark.slow

KINDS = {
    "429": 2.0,
    "500": 0.0,
    "503": 0.0,
    "html": 0.0,
    "error": 0.0,
    "reset": 0.0,
    "slow": 1.0,
    "hang": 1.0,
    "reset_after": 0.0,
    "close_after": 0.0,
    "500_after": 0.0,
    "error_after": 0.0,
    "garbage": 0.0,
    "slow_after": 1.0,
}

COMMITTED = AFTER | {"slow"}  # the next call is about the next message; else it is the same one again


async def test_every_fault_around_a_post_leaves_each_message_there_once(
    bot, digests_everywhere, verdict_of
) -> None:
    """One channel for each kind; it strikes the first message of the digest and one in its thread."""
    channels = await digests_everywhere(bot, len(KINDS))
    for (kind, seconds), channel in zip(KINDS.items(), channels, strict=True):
        how = {"channel": channel, "seconds": seconds} if seconds else {"channel": channel}
        bot.slack.faults.add(kind, **how)
        bot.slack.faults.add(kind, after=0 if kind in COMMITTED else 1, **how)
    await bot.start()
    await bot.sent_all()
    assert {kind: bot.slack.faults.met[kind] for kind in KINDS} == dict.fromkeys(KINDS, 2)
    wanted = bot.ask("SELECT count(*) FROM delivery")[0][0]
    verdict = verdict_of(bot)
    assert verdict.complaints() == ()
    assert verdict.posted == wanted >= 2 * len(KINDS)
    assert await bot.end() == 0, bot.said()


async def test_with_every_seventh_call_failing_each_message_is_there_once(
    bot, digests_everywhere, verdict_of
) -> None:
    """Not only posts: looking a message up fails as often, and is tried again a minute later."""
    await digests_everywhere(bot, 8)
    await bot.start()
    for kind in ("429", "500", "html", "reset", "reset_after", "close_after", "500_after", "garbage"):
        bot.slack.faults.add(kind, method="*", times=None, probability=0.02)
    await bot.sent_all(seconds=600)
    verdict = verdict_of(bot)
    assert verdict.complaints() == ()
    assert verdict.posted == bot.ask("SELECT count(*) FROM delivery")[0][0]
