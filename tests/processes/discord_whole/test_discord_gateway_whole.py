"""The real process keeps its connections to the gateway: dropped, resumed, begun anew, and one for each of two shards."""

from __future__ import annotations

import asyncio

import pytest

from bot.testing.discord import Driver, Guild

pytestmark = pytest.mark.slow

PATIENCE = 120.0  # seconds until it is connected again, on a busy machine


async def answered(driver: Driver) -> None:
    act = await driver.slash("papers list", user="mia")
    assert act.finished, act.what


async def connected_again(bot, what: str, before: int) -> None:
    """Wait until every shard did something at the gateway once more."""
    gateway = bot.discord.gateway
    wanted = before + bot.discord.state.shards
    await bot.until(lambda: gateway.count(what) >= wanted and bot.is_listening(), seconds=PATIENCE)


async def guild_of_each_shard(bot) -> list[Guild]:
    """The first server, and one more of the other shard where there are two."""
    state, home = bot.discord.state, bot.discord.home
    guilds = {shard_of(bot, home): home}
    while len(guilds) < state.shards:
        await asyncio.sleep(0.001)  # a later id is of another shard
        made = state.add_guild("Sewing Lab", members=(state.bot, *home.members.values()))
        made.owner = home.owner
        state.add_channel(made, "papers")
        guilds.setdefault(shard_of(bot, made), made)
    return list(guilds.values())


def shard_of(bot, guild: Guild) -> int:
    return (int(guild.id) >> 22) % bot.discord.state.shards


@pytest.mark.parametrize("shards", [1, 2])
async def test_whatever_becomes_of_a_connection_people_are_answered_and_digests_come_once(
    a_bot, digests_everywhere, verdict_of, each_once, shards: int
) -> None:
    async with a_bot(rates=True, shards=shards) as bot:
        guilds = await guild_of_each_shard(bot)
        await bot.papers(6)
        await digests_everywhere(bot, "text", "forum")
        await bot.start()
        people = [Driver(bot.discord, guild) for guild in guilds]
        gateway = bot.discord.gateway
        for way, what in (
            (gateway.drop, "resume"),
            (gateway.reconnect, "resume"),
            (gateway.invalidate, "identify"),
        ):
            before = gateway.count(what)
            await way()
            await connected_again(bot, what, before)
            for one in people:
                one.patience = PATIENCE
                await answered(one)
        await bot.sent_all()
        assert each_once(bot) >= 2
        assert verdict_of(bot).complaints() == ()
        assert await bot.end() == 0, bot.said()


async def test_what_was_done_while_the_connection_was_away_is_done_once(bot, verdict_of) -> None:
    """A resume brings what was missed, and what was brought already."""
    await bot.start()
    mia = bot.driver()
    act = await mia.slash("papers subscribe", query="weaving", user="mia")
    before = bot.discord.gateway.count("resume")
    await bot.discord.gateway.drop()
    await mia.again(act)
    await connected_again(bot, "resume", before)
    await answered(mia)
    assert verdict_of(bot).complaints() == ()
