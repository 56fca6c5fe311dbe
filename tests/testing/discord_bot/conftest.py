"""A bot made with discord.py, connected to its stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord as library
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.testing.discord import DiscordStandIn, Driver

Connect = Callable[[DiscordStandIn], Awaitable[library.AutoShardedClient]]


class Form(library.ui.Modal, title="Edit"):
    query: library.ui.TextInput[Form] = library.ui.TextInput(label="Query", default="cat:cs.LG")

    async def on_submit(self, interaction: library.Interaction) -> None:
        await interaction.response.send_message(f"saved {self.query.value}", ephemeral=True)


class Buttons(library.ui.View):
    @library.ui.button(label="More", custom_id="more")
    async def more(self, interaction: library.Interaction, _button: Any) -> None:
        await interaction.response.edit_message(content="page 2")

    @library.ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: library.Interaction, _button: Any) -> None:
        await interaction.response.send_modal(Form())

    @library.ui.select(
        custom_id="pick",
        options=[library.SelectOption(label=str(n), value=f"v{n}") for n in range(3)],
    )
    async def pick(self, interaction: library.Interaction, menu: Any) -> None:
        await interaction.response.send_message(menu.values[0], ephemeral=True)


def commands_of(client: library.Client) -> app_commands.CommandTree[Any]:
    tree: app_commands.CommandTree[Any] = app_commands.CommandTree(client)
    papers = app_commands.Group(name="papers", description="Papers")

    @papers.command(name="search", description="Search")
    async def search(interaction: library.Interaction, query: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"found {query}", view=Buttons(), ephemeral=True)

    @search.autocomplete("query")
    async def offered(_interaction: library.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}.LG", value="cat:cs.LG")]

    @papers.command(name="mute", description="Says nothing")
    async def mute(_interaction: library.Interaction) -> None:
        return

    @app_commands.context_menu(name="Look up")
    async def look(interaction: library.Interaction, message: library.Message) -> None:
        await interaction.response.send_message(f"about {message.content}", ephemeral=True)

    tree.add_command(papers)
    tree.add_command(look)
    return tree


@pytest.fixture
async def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """Connects a bot to a stand-in, and ends it after the test."""
    running: list[tuple[library.AutoShardedClient, asyncio.Task[None]]] = []

    async def connected(discord: DiscordStandIn) -> library.AutoShardedClient:
        monkeypatch.setattr(Route, "BASE", discord.api_url)
        gateway = yarl.URL(discord.state.base.replace("http", "ws") + "/gateway")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        made = library.AutoShardedClient(intents=library.Intents(guilds=True), guild_ready_timeout=0.05)
        tree = commands_of(made)
        await made.login(discord.bot_token)
        await tree.sync()
        running.append((made, asyncio.create_task(made.connect())))
        await made.wait_until_ready()
        return made

    yield connected
    for client, task in running:
        await client.close()
        await task


@pytest.fixture
async def client(discord: DiscordStandIn, connect: Connect) -> library.AutoShardedClient:
    return await connect(discord)


@pytest.fixture
def driver(client: library.AutoShardedClient, discord: DiscordStandIn) -> Driver:
    assert client.is_ready()
    return Driver(discord)
