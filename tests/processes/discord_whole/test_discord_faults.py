"""Whatever goes wrong at Discord around a post, each message is there once and the digest goes on."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

KINDS = {
    "429": 1.0,
    "429-shared": 1.0,
    "500": 0.0,
    "502": 0.0,
    "503": 0.0,
    "504": 0.0,
    "html": 0.0,
    "error": 0.0,
    "reset": 0.0,
    "slow": 1.0,
    "hang": 1.0,
    "reset_after": 0.0,
    "close_after": 0.0,
    "502_after": 0.0,
    "504_after": 0.0,
    "garbage": 0.0,
    "slow_after": 1.0,
}
OVERLOADED = {"status": 409, "code": 130000}  # of the kind "error": try again a little later
POSTS = {"text": "messages", "forum": "threads"}


@pytest.mark.parametrize("place", ["text", "forum"])
async def test_every_fault_around_a_post_leaves_each_message_there_once(
    bot, digests_everywhere, verdict_of, each_once, place: str
) -> None:
    """One channel for each kind; it strikes the first message of its digest."""
    await bot.papers(6)
    channels = await digests_everywhere(bot, *[place] * len(KINDS))
    for (kind, seconds), channel in zip(KINDS.items(), channels, strict=True):
        route = f"POST /channels/{channel.id}/{POSTS[place]}"
        bot.discord.faults.add(kind, route=route, seconds=seconds, **OVERLOADED)
    await bot.start()
    await bot.sent_all()
    assert dict(bot.discord.faults.met) == dict.fromkeys(KINDS, 1)
    assert each_once(bot) >= len(KINDS)
    assert verdict_of(bot).complaints() == ()
    assert await bot.end() == 0, bot.said()
