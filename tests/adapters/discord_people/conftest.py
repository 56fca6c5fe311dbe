"""The bot in a stand-in for Discord: people type and press, real commands answer over a real store and a real gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.listening.gateway import listen
from adapters.chat.discord.office import Office
from adapters.chat.discord.settings import DiscordSettings
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.domain.subscription import Address
from bot.ports import Installation
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Driver, Interaction, judge

NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


@dataclass
class Kept:
    """The workspaces as the bot keeps them: what it was told, in order."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    shut: dict[str, str] = field(default_factory=dict)  # channels that were given up, and why

    async def installed(self, installation: Installation) -> None:
        self.told.append(("installed", installation.workspace))

    async def uninstalled(self, platform: str, workspace: str) -> None:
        self.told.append(("uninstalled", workspace))

    async def channel_gone(self, address: Address, reason: str) -> None:
        self.told.append(("gone", address.workspace, address.channel, reason))

    async def channel_back(self, address: Address) -> None:
        self.told.append(("back", address.workspace, address.channel))

    async def channels_shut(self, platform: str, workspace: str) -> dict[str, str]:
        return self.shut

    async def channel_renamed(self, address: Address, name: str) -> None:
        self.told.append(("renamed", address.workspace, address.channel, name))


@dataclass
class Scene:
    """A stand-in for Discord, and the bot in it."""

    discord: DiscordStandIn
    store: Store
    clock: FakeClock
    kept: Kept
    office: Office
    driver: Driver
    asked: list[tuple[Call | str, Asker, Address, str]]
    private: list[tuple[str, str]]  # who was told what
    forgotten: list[str]  # channels and servers of which Discord is asked anew
    instead: Reply | Exception | None = None  # what every command answers, or dies of
    meanwhile: Callable[[], object] = bool  # what happens while a command is carried out

    async def slash(self, line: str, **options: Any) -> str:
        """Use a command, and read the answer."""
        return read(await self.driver.slash(line, **options))

    async def subscribe(self, query: str = "topic:llm", *, channel: str = "papers", **settings: str) -> str:
        """Have something subscribed there, and its number."""
        place = self.discord.channel(channel)
        reply = await self.commands(
            Call("subscribe", {"query": query, **settings}),
            asker=Asker(user="1", name="somebody", manager=True),
            address=Address(platform="discord", workspace=self.discord.home.id, channel=place.id),
            place=f"#{place.name}",
        )
        return str(cast("Any", reply).subscription.id)

    async def commands(
        self, asked: Call | str, *, asker: Asker, address: Address, place: str, prefix: str = ""
    ) -> Reply:
        self.asked.append((asked, asker, address, place))
        self.meanwhile()
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead is not None:
            return self.instead
        services = Services(prefix=prefix)
        return await dispatch(
            asked,
            Context(
                store=self.store,
                clock=self.clock,
                asker=asker,
                address=address,
                place=place,
                services=services,
            ),
        )


def read(act: Interaction) -> str:
    """All that was said in answer."""
    assert act.finished, f"{act.what} was not answered"
    assert all(said.only_for == act.person.id for said in act.answers)
    return "\n".join(f"{said.text} {_texts(said.embeds)}" for said in act.answers)


def _texts(value: object) -> str:
    if isinstance(value, str):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return " ".join(map(_texts, inner))


def make_scene(discord: DiscordStandIn, store: Store) -> Scene:
    clock, kept, private = FakeClock(NOW), Kept(), list[tuple[str, str]]()

    async def commands(*asked: Any, **given: Any) -> Reply:
        return await made.commands(*asked, **given)

    async def tell(_address: Address, person: str, text: str) -> None:
        private.append((person, text))

    forgotten = list[str]()
    office = Office(
        clock=clock,
        commands=commands,
        workspaces=cast("Any", kept),
        tell=tell,
        forget_channel=forgotten.append,
        forget_guild=forgotten.append,
    )
    made = Scene(
        discord=discord,
        store=store,
        clock=clock,
        kept=kept,
        office=office,
        driver=Driver(discord),
        asked=[],
        private=private,
        forgotten=forgotten,
    )
    return made


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    """Discord with the bot connected, its commands registered."""
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        settings = DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token)
        listening = asyncio.create_task(listen(made.office, settings, Budget(made.clock)))
        try:
            await discord.until(lambda: discord.state.synced and made.kept.told)
            yield made
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        assert not judge(discord).complaints()
