"""The real client on SimCord, somebody else's idea of Discord: people type and press, a real store answers.

SimCord holds no answer back and limits nobody; what the wire does to the bot is for our own stand-in (`discord_people`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import discord
import pytest
import simcord

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.api.pacer import Pacer
from adapters.chat.discord.listening.gateway import Gateway
from adapters.chat.discord.office import Office
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.domain.subscription import Address
from bot.ports import Installation
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
SHARDS = 2
TITLES = [f"Knitting, Part {number}" for number in range(11, 31)]


@dataclass
class Kept:
    """What the bot was told of its servers and channels, in order."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    shut: dict[str, str] = field(default_factory=dict)  # channels that were given up, and why

    async def installed(self, installation: Installation) -> None:
        self.told.append(("installed", installation.workspace))

    async def uninstalled(self, platform: str, workspace: str) -> None:
        self.told.append(("uninstalled", workspace))

    async def channel_gone(self, address: Address, reason: str) -> None:
        self.told.append(("gone", address.channel))

    async def channel_back(self, address: Address) -> None:
        self.told.append(("back", address.channel))

    async def channels_shut(self, platform: str, workspace: str) -> dict[str, str]:
        return self.shut

    async def channel_renamed(self, address: Address, name: str) -> None:
        self.told.append(("renamed", address.channel, name))


@dataclass
class Stage:
    """SimCord with one server, its people, and the bot connected."""

    store: Store
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    kept: Kept = field(default_factory=Kept)
    private: list[tuple[str, str]] = field(default_factory=list)  # who was told what
    asked: list[tuple[Call | str, Asker, Address, str]] = field(default_factory=list)
    env: simcord.Env = field(init=False)
    guild: simcord.GuildHandle = field(init=False)
    papers: simcord.ChannelHandle = field(init=False)
    mia: simcord.MemberActor = field(init=False)  # manages channels
    ben: simcord.MemberActor = field(init=False)  # manages nothing

    def furnish(self) -> None:
        self.guild = self.env.create_guild("Reading group")
        self.papers = self.guild.create_text_channel("papers")
        manager = self.guild.create_role("manager", permissions=discord.Permissions(manage_channels=True))
        self.mia = self.guild.add_member(self.env.create_user("mia"), roles=[manager])
        self.ben = self.guild.add_member(self.env.create_user("ben"))

    async def slash(
        self, line: str, by: simcord.MemberActor | None = None, /, **options: Any
    ) -> simcord.ResponseMessage:
        """Use a command, and get the private answer."""
        return shown(await (by or self.mia).slash(self.papers, line, **options))

    def calls(self, method: str, end: str) -> int:
        return sum(one.method == method and one.path.endswith(end) for one in self.env.http_requests)

    def client(self) -> Gateway:
        """A bot as it starts: nothing in its memory, everything in the store."""
        office = Office(
            clock=self.clock,
            commands=self.commands,
            workspaces=cast("Any", self.kept),
            tell=self.tell,
            was_told=self.was_told,
        )
        return Gateway(office, Budget(self.clock), Pacer(self.clock))

    async def tell(self, _address: Address, person: str, text: str) -> None:
        self.private.append((person, text))

    async def was_told(self, person: str, text: str) -> bool:
        return (person, text) in self.private

    async def commands(
        self, asked: Call | str, *, asker: Asker, address: Address, place: str, prefix: str = ""
    ) -> Reply:
        self.asked.append((asked, asker, address, place))
        context = Context(
            store=self.store,
            clock=self.clock,
            asker=asker,
            address=address,
            place=place,
            services=Services(prefix=prefix),
        )
        return await dispatch(asked, context)


def shown(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """The answer somebody sees, which nobody else does."""
    assert result.acknowledged
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


def texts(message: simcord.ResponseMessage) -> str:
    """All that stands in a message."""
    return "\n".join([message.content, *(str(one.to_dict()) for one in message.embeds)])


async def many(stage: Stage) -> None:
    """Twenty more papers of the day."""
    listings = [
        make_listing(
            number, facts=make_facts(number, title=title, abstract=f"We study {title}."), day=SAMPLE_DAY
        )
        for number, title in enumerate(TITLES, 11)
    ]
    await stage.store.add_batch(make_batch(*listings), now=SAMPLE_NOW)


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = Stage(store=store)
    made.env = simcord.Env(made.client(), shard_count=SHARDS)
    await made.env.start()
    try:
        made.furnish()
        await made.env.settle()
        yield made
    finally:
        await made.env.shutdown()
    made.env.raise_errors()
