"""How each chat is added elsewhere, and what it says of refusals: what the install page and the figures read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.chat.discord.adapter import DiscordAdapter
from adapters.chat.discord.invite import invite_link
from adapters.chat.slack.adapter import SlackAdapter
from bot.ports import ChatContext, Invited, Refusable
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn

SLACK = ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "API_URL")
OAUTH = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c", "SLACK_SIGNING_SECRET": "s"}
ALONE = {"SLACK_BOT_TOKEN": "xoxb-1-2-secret", "SLACK_APP_TOKEN": "xapp-1-A-2-secret"}

WRONG = "MTE.wrong." + "x" * 30


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def adapter(discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordAdapter]:
    for name, value in discord.environment().items():
        monkeypatch.setenv(name, value)
    made = DiscordAdapter(ChatContext(clock=FakeClock(), settings={}))
    yield made
    await made.close()


@pytest.mark.parametrize(("set_up", "to"), [(OAUTH, "/slack/install"), (ALONE, "")], ids=["oauth", "alone"])
async def test_a_workspace_adds_it_where_any_can(
    monkeypatch: pytest.MonkeyPatch, set_up: dict[str, str], to: str
) -> None:
    for name in SLACK:
        monkeypatch.delenv(f"SLACK_{name}", raising=False)
    for name, value in set_up.items():
        monkeypatch.setenv(name, value)
    adapter = SlackAdapter(ChatContext(clock=FakeClock(), settings={}))
    assert isinstance(adapter, Invited)
    assert await adapter.invite() == to


async def test_a_server_adds_it_by_a_link_that_is_asked_for_once(
    discord: DiscordStandIn, adapter: DiscordAdapter
) -> None:
    assert isinstance(adapter, Invited)
    first = await adapter.invite()
    assert first == invite_link(first.partition("client_id=")[2].partition("&")[0])
    await discord.stop()
    assert await adapter.invite() == first


async def test_without_an_answer_there_is_no_link(discord: DiscordStandIn, adapter: DiscordAdapter) -> None:
    await discord.stop()
    assert await adapter.invite() == ""


async def test_it_says_how_often_it_was_refused(adapter: DiscordAdapter) -> None:
    assert isinstance(adapter, Refusable)
    assert adapter.refused_lately() == 0


async def test_readers_of_a_page_ask_discord_in_vain_once_a_minute(
    discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (discord.environment() | {"DISCORD_TOKEN": WRONG}).items():
        monkeypatch.setenv(name, value)
    adapter = DiscordAdapter(ChatContext(clock=FakeClock(), settings={}))
    assert [await adapter.invite() for _ in range(20)] == [""] * 20
    assert adapter.refused_lately() == 1
    await adapter.close()
