"""What goes wrong at the stand-in for Discord shows on the wire as it does there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Driver, judge


@pytest.fixture
async def session(discord: DiscordStandIn) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {discord.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as one:
        yield one


async def post(
    discord: DiscordStandIn, session: aiohttp.ClientSession, channel: str = "papers"
) -> aiohttp.ClientResponse:
    url = f"{discord.api_url}/channels/{discord.channel(channel).id}/messages"
    answer = await session.post(url, json={"content": "x"})
    await answer.read()
    return answer


@pytest.mark.parametrize("kind", ["reset_after", "close_after", "502_after", "504_after", "garbage"])
async def test_what_is_done_stays_done_when_its_answer_is_lost(
    discord: DiscordStandIn, session: aiohttp.ClientSession, kind: str
) -> None:
    discord.faults.add(kind)
    try:
        answer = await post(discord, session)
    except aiohttp.ClientError:
        assert kind in {"reset_after", "close_after"}
    else:
        assert answer.status == (int(kind[:3]) if kind[0] == "5" else 200)
    assert len(discord.posted("papers")) == 1
    assert discord.faults.met[kind] == 1


@pytest.mark.parametrize("kind", ["reset", "500", "502", "503", "504", "html", "error"])
async def test_nothing_is_done_when_trouble_comes_first(
    discord: DiscordStandIn, session: aiohttp.ClientSession, kind: str
) -> None:
    discord.faults.add(kind)
    try:
        answer = await post(discord, session)
    except aiohttp.ClientError:
        assert kind == "reset"
    else:
        expected = {"html": 502, "error": 403}.get(kind) or int(kind)
        assert answer.status == expected
    assert discord.posted("papers") == []


async def test_an_error_code_is_what_the_fault_says(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    discord.faults.add("error", code=10003, status=404, after=1)
    answers = [await post(discord, session) for _ in range(3)]
    assert [one.status for one in answers] == [200, 404, 200]
    assert (await answers[1].json())["code"] == 10003


async def test_a_fault_concerns_its_route_only(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    where = discord.channel("papers").id
    discord.faults.add("500", route=f"POST /channels/{where}/*", times=None)
    assert (await post(discord, session, "general")).status == 200
    assert (await post(discord, session)).status == 500
    discord.faults.clear()
    assert (await post(discord, session)).status == 200


@pytest.mark.parametrize(("kind", "scope"), [("429", "user"), ("429-shared", "shared")])
async def test_a_limit_names_its_wait_and_scope(
    discord: DiscordStandIn, session: aiohttp.ClientSession, kind: str, scope: str
) -> None:
    discord.faults.add(kind, seconds=2.5)
    answer = await post(discord, session)
    assert (answer.status, answer.headers["X-RateLimit-Scope"], "Via" in answer.headers) == (429, scope, True)
    assert (await answer.json())["retry_after"] == 2.5
    assert len(discord.state.rates.invalid) == (scope == "user")


async def test_a_global_limit_closes_everything_and_coming_early_is_told_on(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    discord.faults.add("429-global", seconds=60)
    assert (await (await post(discord, session)).json())["global"] is True
    assert (await post(discord, session, "general")).status == 429
    assert judge(discord).complaints() == ("1 calls before their limit was over",)


async def test_a_ban_is_no_answer_of_discords(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    discord.faults.add("ban")
    answer = await post(discord, session)
    assert (answer.status, "Via" in answer.headers, answer.content_type) == (429, False, "text/html")


async def test_an_address_with_too_many_bad_answers_is_shut_out() -> None:
    async with DiscordStandIn(invalid_limit=2) as strict, aiohttp.ClientSession() as stranger:
        url = f"{strict.api_url}/users/@me"
        statuses = []
        for _ in range(3):
            async with stranger.get(url) as answer:
                statuses.append(answer.status)
        assert statuses == [401, 401, 429]


async def test_a_bucket_is_told_and_kept() -> None:
    clock = FakeClock()
    async with DiscordStandIn(rates=True, clock=clock) as limited:
        headers = {"Authorization": f"Bot {limited.bot_token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            first = [await post(limited, session) for _ in range(5)]
            assert [one.headers["X-RateLimit-Remaining"] for one in first] == ["4", "3", "2", "1", "0"]
            assert (await post(limited, session)).status == 429
            assert (await post(limited, session, "general")).status == 200
            clock.advance(timedelta(seconds=6))
            assert (await post(limited, session)).status == 200
        assert limited.state.rates.violations == 1


async def test_a_slow_answer_comes_after_all(discord: DiscordStandIn, session: aiohttp.ClientSession) -> None:
    discord.faults.add("slow", seconds=0.05)
    discord.faults.add("slow_after", seconds=0.05)
    assert [(await post(discord, session)).status for _ in range(2)] == [200, 200]


async def test_a_call_that_hangs_is_never_answered(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    discord.faults.add("hang", seconds=30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await post(discord, session)
    assert discord.posted("papers") == []


def identify(discord: DiscordStandIn, **more: object) -> dict[str, object]:
    known = {"token": discord.bot_token, "intents": 1, "properties": {}}
    return {"op": 2, "d": {**known, **more}}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"token": "x"}, 4004),
        ({"intents": 1 << 15}, 4014),
        ({"intents": -1}, 4013),
        ({"shard": [2, 2]}, 4010),
    ],
)
async def test_the_gateway_refuses_with_its_own_codes(
    discord: DiscordStandIn, session: aiohttp.ClientSession, more: dict[str, object], code: int
) -> None:
    async with session.ws_connect(discord.state.base + "/gateway") as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json(identify(discord, **more))
        assert (await socket.receive()).data == code


async def test_a_server_is_told_to_one_shard_only(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    told: dict[int, list[str]] = {0: [], 1: []}
    for number, events in told.items():
        async with session.ws_connect(discord.state.base + "/gateway") as socket:
            await socket.receive_json()
            await socket.send_json(identify(discord, shard=[number, 2]))
            ready = await socket.receive_json()
            events += [one["id"] for one in ready["d"]["guilds"]]
    assert sorted(told[0] + told[1]) == [discord.home.id]


async def test_a_gateway_that_refuses_is_back_later(
    discord: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    discord.gateway.refusals = 1
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(discord.state.base + "/gateway")
    async with session.ws_connect(discord.state.base + "/gateway") as socket:
        assert (await socket.receive_json())["op"] == 10


async def test_an_interaction_that_nobody_hears_is_missed(discord: DiscordStandIn) -> None:
    command = {"type": 1, "name": "papers", "description": "d", "options": [], "id": "1"}
    discord.state.commands[""] = [command]
    driver = Driver(discord)
    driver.patience = 0.05
    await driver.slash("papers")
    assert judge(discord).missed
