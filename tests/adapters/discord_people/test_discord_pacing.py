"""Whoever answers people keeps the one pace with whoever sends digests; answers themselves are left out of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.api.pacer import Pacer
from adapters.chat.discord.listening.gateway import listen
from adapters.chat.discord.settings import DiscordSettings
from bot.storage.store import Store
from bot.testing.discord import DiscordStandIn

from .conftest import Scene, make_scene, read


class Counted(Pacer):
    """Counts the turns that were asked for."""

    turns = 0

    async def turn(self) -> None:
        self.turns += 1
        await super().turn()


@asynccontextmanager
async def listening(store: Store, discord: DiscordStandIn) -> AsyncIterator[tuple[Scene, Counted]]:
    made = make_scene(discord, store)
    pacer = Counted(made.clock)
    settings = DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token)
    task = asyncio.create_task(listen(made.office, settings, Budget(made.clock), pacer))
    try:
        await discord.until(lambda: discord.state.synced and made.kept.told)
        yield made, pacer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_every_request_but_an_answer_takes_its_turn(store: Store) -> None:
    async with DiscordStandIn() as discord, listening(store, discord) as (scene, pacer):
        asked = [one for one in discord.state.journal if "/interactions/" not in one.path]
        assert pacer.turns == len(asked)
        await scene.slash("papers search", query="knitting")
        assert pacer.turns == len(asked)


async def test_people_are_answered_while_nothing_else_may_be_asked(store: Store) -> None:
    async with DiscordStandIn() as discord, listening(store, discord) as (scene, pacer):
        pacer.close_for(3600)
        assert "Knitting" in await scene.slash("papers search", query="knitting")


async def test_patience_that_was_asked_of_answers_is_had_by_digests_too(store: Store) -> None:
    async with DiscordStandIn() as discord, listening(store, discord) as (scene, pacer):
        scene.driver.patience = 0.3
        discord.faults.add("429-global", route="POST /interactions/*", seconds=40)
        act = await scene.driver.slash("papers search", query="knitting")
        assert act.callback is None  # Discord waits three seconds, not forty
        closed = pacer._closed_until - scene.clock.monotonic()
        assert closed > 30


async def test_whoever_asks_only_for_a_route_stops_nothing_else(store: Store) -> None:
    async with DiscordStandIn() as discord, listening(store, discord) as (scene, pacer):
        for kind in ("429", "429-shared"):
            discord.faults.add(kind, route="PATCH /webhooks/*", seconds=0.1)
            assert read(await scene.driver.slash("papers search", query="knitting"))
        assert pacer._closed_until <= scene.clock.monotonic()
