"""Stand-ins for Slack and for Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.testing.discord import DiscordStandIn
from bot.testing.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as one:
        yield one


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as one:
        yield one
