"""Servers and channels as SimCord tells of them."""

from __future__ import annotations

from datetime import timedelta

import simcord
from simcord.backend import serializers

from adapters.chat.discord.listening.events import GREETING
from bot.testing import FakeClock

from .conftest import Stage


async def told_of(stage: Stage, guild: simcord.GuildHandle, *, added: bool) -> None:
    """Discord tells of a server: of one that adds the bot it says nothing of its being there, of others that it is.

    SimCord itself makes no difference, and does not wait for the servers of a bot that starts.
    """
    told = dict(serializers.guild_create_payload(stage.env.backend, stage.env.backend.get_guild(guild.id)))
    if added:
        del told["unavailable"]
    stage.env.backend.emit("GUILD_CREATE", told)
    await stage.env.settle()


async def restarted(stage: Stage) -> None:
    await stage.env.restart_bot(stage.client())
    await told_of(stage, stage.guild, added=False)


async def test_whoever_added_the_bot_is_told_and_a_restart_tells_nobody_again(stage: Stage) -> None:
    await told_of(stage, stage.guild, added=True)
    assert stage.private == [(str(stage.guild.owner.id), GREETING)]
    await restarted(stage)
    assert len(stage.private) == 1
    assert stage.kept.told.count(("installed", str(stage.guild.id))) == 3


async def test_whoever_added_the_bot_before_it_ran_is_told_once_when_it_does(stage: Stage) -> None:
    stage.clock = FakeClock(stage.env.now())  # its servers are as old as SimCord's clock
    for _ in range(2):
        await restarted(stage)
        assert stage.private == [(str(stage.guild.owner.id), GREETING)]


async def test_whoever_added_the_bot_long_ago_is_told_nothing(stage: Stage) -> None:
    stage.clock = FakeClock(stage.env.now() + timedelta(days=2))
    await restarted(stage)
    assert stage.private == []


async def test_a_server_that_removes_the_bot_is_told_of(stage: Stage) -> None:
    stage.env.backend.remove_guild(stage.guild.id)
    await stage.env.settle()
    assert ("uninstalled", str(stage.guild.id)) in stage.kept.told


async def test_a_channel_that_goes_is_told_of(stage: Stage) -> None:
    gone = stage.papers.id
    stage.env.backend.delete_channel(gone)
    await stage.env.settle()
    assert ("gone", str(gone)) in stage.kept.told
