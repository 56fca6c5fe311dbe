"""Several processes with one token: Discord tells each of them everything, and what is asked for is done once."""

from __future__ import annotations

import asyncio

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.listening.gateway import listen
from adapters.chat.discord.settings import DiscordSettings
from bot.commands.parsing import Call
from bot.storage.store import Store
from bot.testing.discord import DiscordStandIn

from .conftest import make_scene, read


async def test_what_two_processes_hear_of_is_done_by_one_of_them(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        settings = DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token)
        both = [asyncio.create_task(listen(made.office, settings, Budget(made.clock))) for _ in range(2)]
        there = ("installed", discord.home.id)
        await discord.until(lambda: discord.state.synced and made.kept.told.count(there) == 2)
        for query in ("knitting", "bread", "looms"):
            assert read(await made.driver.slash("papers subscribe", user="mia", query=query))
        await discord.until(lambda: sum(one.late for one in discord.state.interactions.values()) == 3)
        done = [one for one, *_ in made.asked if isinstance(one, Call) and one.command == "subscribe"]
        assert len(done) == 3
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)
