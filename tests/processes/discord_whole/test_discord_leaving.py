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


async def test_a_channel_that_is_deleted_ends_its_own_digests_and_its_people_are_told_once(
    bot, digests_everywhere, verdict_of
) -> None:
    """One is deleted while the bot is away, one while it runs."""
    await bot.papers(6)
    away, later, *stay = await digests_everywhere(bot, "text", "text", "text", "forum")
    mia = bot.driver()
    mia.delete(away.id)
    await bot.start()
    await bot.until(lambda: bot.is_planned() and waiting(bot) == 0, seconds=120)
    mia.delete(later.id)
    await bot.until(lambda: len(bot.discord.messages("@mia")) >= 2, seconds=120)
    told = [one.text for one in bot.discord.messages("@mia")]
    assert [sum(channel.name in text for text in told) for channel in (away, later)] == [1, 1]
    assert len(told) == 2
    assert {one.channel for one in bot.keyed()}.isdisjoint({away.id, later.id})
    assert bot.discord.posted(stay[0].id)
    assert bot.discord.threads(stay[1].id)
    assert verdict_of(bot).complaints() == ()
    assert await bot.end() == 0, bot.said()


def waiting(bot) -> object:
    """How many messages are still to be sent to channels that are there."""
    there = "SELECT id FROM destination WHERE NOT paused"
    ((count,),) = bot.ask(
        f"SELECT count(*) FROM delivery WHERE status != 'sent' AND destination_id IN ({there})"
    )
    return count
