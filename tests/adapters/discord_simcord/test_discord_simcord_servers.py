"""Servers and channels as SimCord tells of them."""

from __future__ import annotations

import simcord
from simcord.backend import serializers

from adapters.chat.discord.listening.events import GREETING

from .conftest import Stage


async def added(stage: Stage, name: str, owner: simcord.UserHandle) -> simcord.GuildHandle:
    """Somebody adds the bot: SimCord says of every server that it was there already, and Discord of such a one nothing."""
    guild = stage.env.create_guild(name, owner=owner)
    told = dict(serializers.guild_create_payload(stage.env.backend, stage.env.backend.get_guild(guild.id)))
    del told["unavailable"]
    stage.env.backend.emit("GUILD_CREATE", told)
    await stage.env.settle()
    return guild


async def test_whoever_added_the_bot_is_told_and_a_restart_tells_nobody_again(stage: Stage) -> None:
    ada = stage.env.create_user("ada")
    guild = await added(stage, "New here", ada)
    assert stage.private == [(str(ada.id), GREETING)]
    await stage.env.restart_bot(stage.client())
    assert stage.private == [(str(ada.id), GREETING)]
    assert stage.kept.told[-1] == ("installed", str(guild.id))


async def test_a_server_that_removes_the_bot_is_told_of(stage: Stage) -> None:
    stage.env.backend.remove_guild(stage.guild.id)
    await stage.env.settle()
    assert ("uninstalled", str(stage.guild.id)) in stage.kept.told


async def test_a_channel_that_goes_is_told_of(stage: Stage) -> None:
    gone = stage.papers.id
    stage.env.backend.delete_channel(gone)
    await stage.env.settle()
    assert ("gone", str(gone)) in stage.kept.told
