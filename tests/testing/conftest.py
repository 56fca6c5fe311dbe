"""A stand-in for Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.testing.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as one:
        yield one
