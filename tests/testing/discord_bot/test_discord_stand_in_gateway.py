"""What happens at the stand-in reaches a bot made with discord.py over the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord as library
import pytest

from bot.testing.discord import DiscordStandIn, Driver, Permission, judge

Connect = Callable[[DiscordStandIn], Awaitable[library.AutoShardedClient]]


async def test_a_bot_knows_its_servers_and_channels(
    client: library.AutoShardedClient, discord: DiscordStandIn
) -> None:
    assert [one.name for one in client.guilds] == ["Knitting Lab"]
    forum = client.get_channel(int(discord.channel("reading").id))
    assert isinstance(forum, library.ForumChannel)
    assert [tag.name for tag in forum.available_tags] == ["cs.LG", "cs.CL", "stat.ML"]
    hushed = client.get_channel(int(discord.channel("hushed").id))
    assert isinstance(hushed, library.TextChannel)
    assert not hushed.permissions_for(hushed.guild.me).send_messages


async def test_a_bot_installed_by_one_person_only_answers_where_it_is_no_member(
    client: library.AutoShardedClient, discord: DiscordStandIn
) -> None:
    away = Driver(discord, discord.other)
    act = await away.slash("papers search", query="x", alone=True)
    assert client.get_guild(int(discord.other.id)) is None
    assert [one.text for one in act.answers] == ["found x"]


async def test_a_cut_connection_is_resumed_and_nothing_is_missed(
    driver: Driver, discord: DiscordStandIn
) -> None:
    await discord.gateway.drop()
    act = await driver.slash("papers search", query="x")
    assert act.finished
    assert discord.gateway.count("resume") == 1
    assert discord.gateway.count("identify") == 1


@pytest.mark.slow  # discord.py itself waits five seconds
async def test_an_invalid_session_is_identified_anew(
    client: library.AutoShardedClient, discord: DiscordStandIn
) -> None:
    await discord.gateway.invalidate()
    await discord.until(lambda: discord.gateway.count("identify") == 2)
    await discord.until(lambda: discord.gateway.ready)


async def test_a_bot_that_is_thrown_out_is_told(
    client: library.AutoShardedClient, driver: Driver, discord: DiscordStandIn
) -> None:
    driver.kick()
    await discord.until(lambda: not client.guilds)
    driver.join(discord.other)
    await discord.until(lambda: [one.name for one in client.guilds] == ["Crochet Lab"])


async def test_a_channel_that_is_deleted_or_closed_is_told(
    client: library.AutoShardedClient, driver: Driver, discord: DiscordStandIn
) -> None:
    gone = driver.delete("general")
    await discord.until(lambda: client.get_channel(int(gone.id)) is None)
    driver.deny("papers", Permission.SEND_MESSAGES)
    closed = client.get_channel(int(discord.channel("papers").id))
    assert isinstance(closed, library.TextChannel)
    await discord.until(lambda: not closed.permissions_for(closed.guild.me).send_messages)


async def test_other_permissions_of_its_role_are_told(
    client: library.AutoShardedClient, driver: Driver, discord: DiscordStandIn
) -> None:
    guild = client.guilds[0]
    assert not guild.me.guild_permissions.view_audit_log
    driver.entitle(discord.home.bot_permissions | Permission.VIEW_AUDIT_LOG)
    discord.home.added_by = discord.home.member("mia").id
    await discord.until(lambda: guild.me.guild_permissions.view_audit_log)
    added = [one async for one in guild.audit_logs(action=library.AuditLogAction.bot_add, limit=1)]
    assert [str(one.user) for one in added] == ["mia"]


@pytest.mark.slow  # discord.py itself waits five seconds between shards
async def test_two_shards_hear_everything_once(connect: Connect) -> None:
    async with DiscordStandIn(shards=2) as discord:
        made = await connect(discord)
        driver = Driver(discord)
        for channel in ("papers", "@ada"):
            act = await driver.slash("papers search", query="x", channel=channel)
            assert [one.text for one in act.answers] == ["found x"]
        assert sorted(one.shard for one in discord.gateway.sessions.values()) == [(0, 2), (1, 2)]
        assert judge(discord).clean
        await made.close()
