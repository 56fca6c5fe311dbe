"""One message, a sender and a stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.drawing.embeds import Message, button, embed, row
from adapters.chat.discord.drawing.parts import Posting, encoded
from adapters.chat.discord.sending import Sending
from adapters.chat.discord.settings import DiscordSettings
from bot.ports import Part
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn
from bot.testing.discord.judge import judge

KEY, OTHER = "key0000000000000000000001", "key0000000000000000000002"
TITLE = "Papers · Fri 20 Nov"
POSTS = "POST /channels/{channel}/messages"
THREADS = "POST /channels/{channel}/messages/{message}/threads"
MESSAGE = Message(
    content="**Three papers today**",
    embeds=(
        embed(title="Robots that knit", url="https://example.org/1", thumbnail="https://example.org/a.png"),
    ),
    components=(row([button("Settings", "do|settings|")]),),
)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as made:
        yield made
        assert not judge(made).complaints()


@pytest.fixture
async def wire(discord: DiscordStandIn) -> AsyncIterator[Wire]:
    made = Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), FakeClock())
    yield made
    await made.close()


@pytest.fixture
def sending(wire: Wire) -> Sending:
    return Sending(wire=wire, people=People(wire, FakeClock()))


def part_for(discord: DiscordStandIn, channel: str = "papers", **changes: Any) -> Part:
    drawn = {"message": MESSAGE, "in_thread": False, "name": TITLE, "topics": ()}
    posting = Posting(**{name: changes.pop(name, value) for name, value in drawn.items()})
    given = {"number": 0, "channel": discord.channel(channel).id, "workspace": discord.home.id}
    return Part(**(given | {"payload": encoded(posting)} | changes))
