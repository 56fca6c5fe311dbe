"""Servers remove the bot and add it again, channels are deleted: whatever else there is goes on."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


async def test_what_is_due_while_the_server_is_left_comes_when_the_bot_is_back(
    bot, verdict_of, each_once
) -> None:
    """Whoever adds the bot is told once how to begin."""
    await bot.papers(6)
    await bot.start()
    mia = bot.driver()
    for channel in ("papers", "news"):
        assert (await mia.slash("papers subscribe", query="weaving", user="mia", channel=channel)).finished
    mia.kick()
    await bot.until(lambda: bot.ask("SELECT count(*) FROM lane WHERE paused") == [(1,)])
    assert await bot.end() == 0, bot.said()
    await bot.make_due()
    await bot.start()
    await bot.until(bot.is_planned, seconds=120)
    assert bot.keyed() == []

    mia.join(bot.discord.home, by="ada")
    await bot.sent_all()
    assert each_once(bot) >= 2
    await bot.until(lambda: bot.discord.messages("@ada"))
    (greeting,) = bot.discord.messages("@ada")
    assert "/papers subscribe" in greeting.text
    assert verdict_of(bot).complaints() == ()
