"""The stand-in for Slack behaves as Slack's own client libraries expect, and as its pages say."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn, judge


def client_of(slack: SlackStandIn, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refusal(awaitable) -> str:
    with pytest.raises(SlackApiError) as refused:
        await awaitable
    return str(refused.value.response["error"])


async def test_a_token_is_known_by_its_workspace_and_scopes(slack: SlackStandIn) -> None:
    known = await client_of(slack).auth_test()
    assert known["team_id"] == slack.home.id
    assert "chat:write" in known.headers["x-oauth-scopes"]
    assert await refusal(client_of(slack, "xoxb-never").auth_test()) == "invalid_auth"


async def test_a_scope_that_lacks_is_named(slack: SlackStandIn) -> None:
    poor = client_of(slack, slack.token("commands"))
    with pytest.raises(SlackApiError) as refused:
        await poor.chat_postMessage(channel=slack.home.channel("papers").id, text="x")
    assert refused.value.response["needed"] == "chat:write"
    assert refused.value.response["provided"] == "commands"


async def test_what_is_posted_is_read_back_with_its_metadata(slack: SlackStandIn) -> None:
    client, channel = client_of(slack), slack.home.channel("papers").id
    metadata = {"event_type": "digest", "event_payload": {"key": "k1"}}
    first = await client.chat_postMessage(channel=channel, text="one", metadata=metadata)
    await client.chat_postMessage(channel=channel, text="two", thread_ts=first["ts"])
    read = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert [one["text"] for one in read["messages"]] == ["one"]
    assert read["messages"][0]["metadata"] == metadata
    replies = await client.conversations_replies(channel=channel, ts=first["ts"])
    assert [one["text"] for one in replies["messages"]] == ["one", "two"]
    assert "metadata" not in replies["messages"][0]


async def test_history_is_paged_and_bounded(slack: SlackStandIn) -> None:
    client, channel = client_of(slack), slack.home.channel("papers").id
    stamps = [(await client.chat_postMessage(channel=channel, text=str(n)))["ts"] for n in range(5)]
    page = await client.conversations_history(channel=channel, limit=2, oldest=stamps[0])
    assert [one["text"] for one in page["messages"]] == ["4", "3"]
    rest = await client.conversations_history(
        channel=channel, limit=2, oldest=stamps[0], cursor=page["response_metadata"]["next_cursor"]
    )
    assert [one["text"] for one in rest["messages"]] == ["2", "1"]
    assert not rest["has_more"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [("attic", "is_archived"), ("closed-circle", "channel_not_found"), ("lobby", "not_in_channel")],
)
async def test_a_channel_that_does_not_take_messages_says_why(
    slack: SlackStandIn, channel: str, error: str
) -> None:
    client = client_of(slack, slack.token("chat:write", "channels:join"))
    post = client.chat_postMessage(channel=slack.home.channel(channel).id, text="x")
    assert await refusal(post) == error


async def test_joining_opens_a_public_channel(slack: SlackStandIn) -> None:
    client = client_of(slack, slack.token("chat:write", "channels:join"))
    lobby = slack.home.channel("lobby").id
    await client.conversations_join(channel=lobby)
    assert (await client.chat_postMessage(channel=lobby, text="x"))["ok"]


async def test_the_posting_limit_is_a_message_a_second_with_a_burst_of_four() -> None:
    clock = FakeClock()
    async with SlackStandIn(clock=clock, rates=True) as slack:
        client, channel = client_of(slack), slack.home.channel("papers").id
        for number in range(4):
            await client.chat_postMessage(channel=channel, text=str(number))
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=channel, text="fifth")
        assert refused.value.response.headers["Retry-After"] == "1"
        await refusal(client.chat_postMessage(channel=channel, text="too early"))
        clock.advance(timedelta(seconds=1))
        await client.chat_postMessage(channel=channel, text="fifth")
        verdict = judge(slack)
        assert (verdict.too_fast, verdict.early, verdict.posted) == (1, 1, 5)


@pytest.mark.parametrize("kind", ["429", "500", "503", "html", "error", "reset", "hang"])
async def test_a_fault_before_the_commit_posts_nothing(slack: SlackStandIn, kind: str) -> None:
    slack.faults.add(kind, seconds=0.01)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client_of(slack).chat_postMessage(channel=slack.home.channel("papers").id, text="x")
    assert slack.posted("papers") == []
    assert slack.faults.met == {kind: 1}


@pytest.mark.parametrize("kind", ["reset_after", "close_after", "500_after", "error_after", "garbage"])
async def test_a_fault_after_the_commit_loses_only_the_answer(slack: SlackStandIn, kind: str) -> None:
    slack.faults.add(kind)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client_of(slack).chat_postMessage(channel=slack.home.channel("papers").id, text="x")
    assert [one.text for one in slack.posted("papers")] == ["x"]


async def test_slowness_only_takes_time(slack: SlackStandIn) -> None:
    slack.faults.add("slow", seconds=0.01)
    slack.faults.add("slow_after", seconds=0.01)
    for _ in range(2):
        await client_of(slack).chat_postMessage(channel=slack.home.channel("papers").id, text="x")
    assert slack.faults.met == {"slow": 1, "slow_after": 1}


async def test_the_same_message_twice_is_found() -> None:
    async with SlackStandIn() as slack:
        client, channel = client_of(slack), slack.home.channel("papers").id
        for text in ("x", "x", "x (repeated after a restart)"):
            metadata = {"event_type": "digest", "event_payload": {"key": "k"}}
            await client.chat_postMessage(channel=channel, text=text, metadata=metadata)
        verdict = judge(slack)
        assert [one.text for one in verdict.repeated] == ["x"]
        assert len(verdict.marked) == 1
        assert not verdict.clean


async def test_a_response_url_is_used_five_times(slack: SlackStandIn) -> None:
    url = slack.state.responses.mint(slack.home.id, slack.home.channel("papers").id, "U1")
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(f"{slack.state.base}response/{url.id}", json={"text": "x"}) as answer:
                statuses.append(answer.status)
    assert statuses == [200] * 5 + [404]


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk uses it
async def test_tokens_rotate() -> None:
    clock = FakeClock()
    async with SlackStandIn(clock=clock, rotating=True) as slack:
        app = slack.state.app
        token, refresh = slack.state.vault.issue(slack.other.id, app.scopes, clock.now())
        clock.advance(timedelta(hours=13))
        assert await refusal(client_of(slack, token.secret).auth_test()) == "token_expired"
        given = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "grant_type": "refresh_token",
        }
        renewed = await AsyncWebClient(base_url=slack.api_url).oauth_v2_access(**given, refresh_token=refresh)
        assert (await client_of(slack, renewed["access_token"]).auth_test())["team_id"] == slack.other.id
        again = AsyncWebClient(base_url=slack.api_url).oauth_v2_access(**given, refresh_token=refresh)
        assert await refusal(again) == "invalid_refresh_token"


async def test_what_slack_would_refuse_is_refused_and_told(slack: SlackStandIn) -> None:
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}]
    post = client_of(slack).chat_postMessage(channel=slack.home.channel("papers").id, text="x", blocks=blocks)
    assert await refusal(post) == "invalid_blocks"
    assert "3001 characters" in judge(slack).findings[0]


async def test_it_runs_as_a_process_of_its_own_and_is_led_over_http() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.testing.slack", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
        settings = dict(line.split("=", 1) for line in lines)
        client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"])
        control = settings["SLACK_API_URL"].replace("/api/", "/control/")
        async with aiohttp.ClientSession() as session:
            await session.post(f"{control}fault", json={"kind": "error", "code": "fatal_error"})
            assert await refusal(client.chat_postMessage(channel="#papers", text="x")) == "fatal_error"
            await client.chat_postMessage(channel="#papers", text="x")
            async with session.post(f"{control}said", json={"channel": "papers"}) as answer:
                assert [one["text"] for one in await answer.json()] == ["x"]
            async with session.post(f"{control}verdict", json={}) as answer:
                assert await answer.json() == {"posted": 1, "complaints": []}
    finally:
        process.kill()
        await process.wait()
