"""Requests to Discord: made once, at our pace, and each with an outcome that has a name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from adapters.chat.discord.api import wire as wires
from adapters.chat.discord.api.errors import Refused
from adapters.chat.discord.api.lines import Lines
from adapters.chat.discord.api.pacer import MOST_UNANSWERED
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.settings import DiscordSettings
from bot.app.clock import SystemClock
from bot.errors import AuthFailed, DeliveryError, Throttled, Transient, Unknown
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, rates

MESSAGES = "/channels/{channel_id}/messages"
POSTS = "POST /channels/{channel}/messages"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as made:
        yield made


@pytest.fixture
async def wire(discord: DiscordStandIn) -> AsyncIterator[Wire]:
    made = wire_to(discord)
    yield made
    await made.close()


def wire_to(discord: DiscordStandIn, token: str = "") -> Wire:
    settings = DiscordSettings.load(api_url=discord.api_url, token=token or discord.bot_token)
    return Wire(settings, FakeClock())


async def post(discord: DiscordStandIn, wire: Wire, text: str = "Three papers today") -> str:
    body = {"content": text, "allowed_mentions": {"parse": []}}
    return str((await wire.post(MESSAGES, body, channel_id=discord.channel("papers").id))["id"])


async def test_a_post_is_made_and_named(discord: DiscordStandIn, wire: Wire) -> None:
    made = await post(discord, wire)
    (said,) = discord.posted("papers")
    assert said.id == made
    assert (await wire.me())["id"] == discord.state.bot.id
    assert discord.calls("GET /users/@me") == 1  # to log in, and then it is known


FAULTS = {
    "429": Throttled,
    "429-shared": Throttled,
    "429-global": Throttled,
    "ban": Throttled,
    "500": Unknown,
    "502": Unknown,
    "503": Unknown,
    "504": Unknown,
    "html": Unknown,
    "reset": Unknown,
    "hang": Unknown,
    "reset_after": Unknown,
    "close_after": Unknown,
    "502_after": Unknown,
    "504_after": Unknown,
    "garbage": Unknown,
}


@pytest.mark.parametrize(("kind", "error"), FAULTS.items(), ids=str)
async def test_whatever_becomes_of_the_answer_the_request_is_made_once(
    discord: DiscordStandIn,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    error: type[DeliveryError],
) -> None:
    await wire.me()
    if kind == "hang":
        monkeypatch.setattr(wires, "CALL_SECONDS", 0.1)
    discord.faults.add(kind, seconds=2)
    with pytest.raises(DeliveryError) as told:
        await post(discord, wire)
    assert type(told.value) is error
    assert discord.calls(POSTS) == (0 if kind == "hang" else 1)  # which it notes when it is over
    assert len(discord.posted("papers")) == (1 if kind.endswith("_after") or kind == "garbage" else 0)


async def test_patience_is_as_long_as_discord_says_and_for_all_only_when_it_says_so(
    discord: DiscordStandIn, wire: Wire
) -> None:
    for kind, whole in (("429", False), ("429-shared", False), ("429-global", True)):
        wire._lines = Lines(FakeClock())
        discord.faults.add(kind, seconds=17)
        with pytest.raises(Throttled) as told:
            await post(discord, wire)
        assert (told.value.retry_after, told.value.whole_lane) == (17, whole)
        with pytest.raises(Throttled):
            await post(discord, wire)
    assert discord.calls(POSTS) == 3  # nobody asked again before it was over
    with pytest.raises(Throttled):
        await wire.get("/channels/{channel_id}", channel_id=discord.channel("papers").id)
    assert discord.calls("GET /channels/{channel}") == 0  # a global limit holds for every request


async def test_a_ban_by_what_stands_before_discord_holds_for_every_request(
    discord: DiscordStandIn, wire: Wire
) -> None:
    discord.faults.add("ban", seconds=60)
    for _ in range(2):
        with pytest.raises(Throttled) as told:
            await post(discord, wire)
        assert told.value.whole_lane
    assert discord.calls(POSTS) == 1


async def test_a_code_of_discords_is_left_to_whoever_asked(discord: DiscordStandIn, wire: Wire) -> None:
    with pytest.raises(Refused) as told:
        await wire.get("/channels/{channel_id}", channel_id="1")
    assert told.value.code == 10003


async def test_a_token_that_is_not_taken_is_told_apart(discord: DiscordStandIn) -> None:
    wire = wire_to(discord, token="another.token")
    with pytest.raises(AuthFailed, match="token"):
        await post(discord, wire)
    assert wire.budget.used == 1
    await wire.close()


@pytest.mark.parametrize("kind", ["500", "503", "html", "garbage", "close_after"])
async def test_nothing_was_posted_while_nobody_says_who_the_bot_is(
    discord: DiscordStandIn, wire: Wire, kind: str
) -> None:
    discord.faults.add(kind, route="GET /users/@me")
    with pytest.raises(Transient):
        await post(discord, wire)
    assert discord.calls("GET /users/@me") == 1
    await post(discord, wire)
    assert len(discord.posted("papers")) == 1


async def test_what_was_never_connected_was_never_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = DiscordSettings.load(api_url=f"http://127.0.0.1:{taken.getsockname()[1]}", token="a.b.c")
        with pytest.raises(Transient):
            await Wire(settings, FakeClock()).post(MESSAGES, {}, channel_id="1")


async def test_a_connection_that_cannot_be_made_any_more_sent_nothing(
    discord: DiscordStandIn, wire: Wire
) -> None:
    await wire.me()
    await discord.stop()
    with pytest.raises((Transient, Unknown)):  # by whether the old connection looked open
        await post(discord, wire)
    with pytest.raises(Transient):
        await post(discord, wire)


async def test_closed_it_opens_again_and_not_below_a_request(discord: DiscordStandIn, wire: Wire) -> None:
    discord.faults.add("slow", seconds=0.1)
    await wire.me()
    posting = asyncio.create_task(post(discord, wire))
    await discord.until(lambda: discord.faults.met["slow"])
    await wire.close()
    assert await posting
    assert await post(discord, wire)
    await wire.close()
    await wire.close()


async def test_an_answer_that_leads_elsewhere_is_not_followed(discord: DiscordStandIn) -> None:
    settings = DiscordSettings.load(api_url=discord.api_url + "/nowhere", token=discord.bot_token)
    with pytest.raises(DeliveryError):
        await Wire(settings, FakeClock()).me()


async def test_a_route_whose_limit_is_used_up_waits_for_the_next_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(rates.SIZES, "POST /channels/{channel}/messages", (5, 0.5))
    async with DiscordStandIn(rates=True) as discord:
        wire = Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), SystemClock())
        for number in range(7):
            await post(discord, wire, f"Message {number}")
        assert len(discord.posted("papers")) == 7
        assert wire.budget.used == 0
        await wire.close()


async def test_a_request_leaves_when_it_is_over_whatever_became_of_it(
    discord: DiscordStandIn, wire: Wire
) -> None:
    discord.faults.add("reset", times=MOST_UNANSWERED)
    for _ in range(MOST_UNANSWERED):
        with pytest.raises(DeliveryError):
            await post(discord, wire)
    assert await post(discord, wire)


async def test_refusals_are_counted_until_none_is_asked_for_any_more(
    discord: DiscordStandIn, wire: Wire
) -> None:
    discord.deny("papers")
    discord.faults.add("error", times=None, status=403, code=50013)
    for _ in range(100):
        with pytest.raises(Refused):
            await post(discord, wire)
    with pytest.raises(Throttled):
        await post(discord, wire)
    assert discord.calls(POSTS) == 100


async def test_many_questions_at_once_never_break_a_limit_that_was_told(
    discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "OTHERS", (10, 1.0))
    discord.faults.add(
        "slow_after", route="*", times=None, probability=0.3, seconds=0.02
    )  # some overtake others
    discord.state.rates.enforced = True
    wire = Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), SystemClock())
    guild = discord.home.id
    asking = [wire.get("/guilds/{guild_id}/threads/active", guild_id=guild) for _ in range(20)]
    await asyncio.gather(*asking)
    await wire.close()
    assert discord.state.rates.hits == discord.state.rates.violations == 0
