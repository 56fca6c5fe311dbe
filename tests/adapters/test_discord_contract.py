"""The Discord adapter keeps what every chat adapter must keep, against a stand-in for Discord."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from adapters.chat.discord.adapter import DiscordAdapter
from bot.app.clock import SystemClock
from bot.domain.subscription import Address
from bot.errors import ConfigError
from bot.ports import ChatContext, Doorkeeper, Teller
from bot.ports.offers import Closing
from bot.testing import check_chat_adapter
from bot.testing.discord import DiscordStandIn

# Styles and links are not among them: a footer or a menu shows them as they are.
MARKUP = ("@everyone", "@here", "<@123>", "<@&123>", "<#123>", "<t:0>", "<:smile:123>", "</papers:1>")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TOKEN", "API_URL", "CROSSPOST"):
        monkeypatch.delenv(f"DISCORD_{name}", raising=False)


def adapter_of(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> DiscordAdapter:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return DiscordAdapter(ChatContext(clock=SystemClock(), settings={}))


@pytest.mark.parametrize("channel", ["papers", "news", "reading", "@ben"])
async def test_the_adapter_keeps_the_contract(
    discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    adapter = adapter_of(monkeypatch, discord.environment())
    await check_chat_adapter(adapter, channel=discord.channel(channel).id, markup=MARKUP)
    await adapter.close()
    assert not discord.state.findings


async def test_what_a_chat_may_offer_besides_goes_by_what_discord_says(
    discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = adapter_of(monkeypatch, discord.environment())
    assert await adapter.why_not_post(address_of(discord)) == ""
    assert await adapter.manages(address_of(discord), discord.home.member("mia").id)
    assert await adapter.may_read(address_of(discord), discord.home.member("ben").id)
    await adapter.tell(address_of(discord), discord.home.member("ben").id, "Hello")
    await adapter.close()
    assert [said.pings for said in discord.posted("@ben")] == [()]


def address_of(discord: DiscordStandIn) -> Address:
    return Address(platform="discord", workspace=discord.home.id, channel=discord.channel("papers").id)


def test_the_adapter_is_everything_a_chat_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = adapter_of(monkeypatch, {"DISCORD_TOKEN": "a.b.c"})
    for offer in (Teller, Doorkeeper, Closing):
        assert isinstance(adapter, offer)
    assert adapter.own_settings()["DISCORD_TOKEN"] == "***"


def test_loading_the_adapter_loads_no_library_of_discords() -> None:
    heavy = "{'discord', 'aiohttp', 'pydantic_settings'}"
    code = f"import sys, adapters.chat.discord.adapter; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_token_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        adapter_of(monkeypatch, {})
