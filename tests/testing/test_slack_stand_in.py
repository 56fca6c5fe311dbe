"""The stand-in for Slack behaves as Slack's own client libraries expect, and as its pages say."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.testing import FakeClock
from bot.testing.slack import Driver, SlackStandIn, judge

BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"},
            {
                "type": "overflow",
                "action_id": "menu",
                "options": [{"text": {"type": "plain_text", "text": "Save"}, "value": "save"}],
            },
        ],
    }
]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "query",
            "label": {"type": "plain_text", "text": "Query"},
            "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "knitting"},
        }
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as one:
        yield one


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


def echo(slack: SlackStandIn, **settings) -> AsyncApp:
    """A small bot with one of each kind of handler."""
    app = AsyncApp(client=client_of(slack), **settings)

    @app.command("/papers")
    async def command(ack, respond, body) -> None:
        await ack()
        await respond(text=f"you said {body['text']}", blocks=BUTTONS)

    @app.action("go")
    async def go(ack, body, client) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.action("menu")
    async def menu(ack, action, respond) -> None:
        await ack()
        await respond(action["selected_option"]["value"], replace_original=True)

    @app.view("")
    async def submitted(ack, view) -> None:
        value = view["state"]["values"]["query"]["text"]["value"]
        await (ack() if value else ack(response_action="errors", errors={"query": "Say something."}))

    @app.event("app_home_opened")
    async def home(event, client) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    return app


@pytest.fixture(params=["socket", "straight"])
async def driver(request: pytest.FixtureRequest, slack: SlackStandIn) -> AsyncIterator[Driver]:
    app = echo(slack, signing_secret=slack.state.app.signing_secret)
    if request.param == "straight":

        async def dispatch(body: bytes, headers) -> tuple[int, str]:
            answer = await app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(headers)))
            return answer.status, answer.body

        yield Driver(slack, dispatch=dispatch)
        return
    handler = AsyncSocketModeHandler(app, slack.app_token)
    handler.client.web_client.base_url = slack.api_url
    await handler.connect_async()
    yield Driver(slack)
    await handler.close_async()
    await asyncio.sleep(0)


async def test_a_command_is_acknowledged_and_answered_privately(driver: Driver) -> None:
    ack = await driver.slash("list", user="ben")
    assert ack.in_time
    (said,) = await driver.answered(ack)
    assert said.text == "you said list"
    assert driver.slack.private_to("ben") == [said]


async def test_a_button_opens_a_modal_that_is_submitted(driver: Driver) -> None:
    (said,) = await driver.answered(await driver.slash("x"))
    await driver.press(said, "Go")
    await driver.slack.until(lambda: driver.slack.modal("ada"))
    modal = driver.slack.modal("ada")
    assert modal is not None
    refused = await driver.submit(modal, {"query": ""})
    assert refused.body["response_action"] == "errors"
    assert driver.slack.modal("ada") is modal
    await driver.submit(modal)
    assert driver.slack.modal("ada") is None


async def test_a_menu_changes_the_message_it_is_in(driver: Driver) -> None:
    (said,) = await driver.answered(await driver.slash("x"))
    ack = await driver.choose(said, "Save")
    assert (await driver.answered(ack))[0] is said
    assert said.text == "save"


async def test_an_opened_home_is_drawn(driver: Driver) -> None:
    assert (await driver.open_home()).in_time
    await driver.slack.until(lambda: driver.slack.home_of("ada"))


async def test_an_event_nobody_takes_comes_four_times(driver: Driver) -> None:
    driver.retry_seconds, driver.event_patience = (0.0, 0.0, 0.0), 0.1
    await driver.event("reaction_added")
    assert [one.status for one in driver.state.acks] in ([404] * 4, [0] * 4)
    assert judge(driver.slack).late


@pytest.mark.parametrize("how", ["signature", "secret", "old", "missing", "body"])
async def test_a_forged_request_is_told_from_a_real_one(slack: SlackStandIn, how: str) -> None:
    app = echo(slack, signing_secret=slack.state.app.signing_secret)

    async def dispatch(body: bytes, headers) -> tuple[int, str]:
        answer = await app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(headers)))
        return answer.status, answer.body

    assert (await Driver(slack, dispatch=dispatch).slash("list", tamper=how)).status == 401


async def test_a_trigger_is_good_for_one_view_within_three_seconds() -> None:
    clock = FakeClock()
    async with SlackStandIn(clock=clock) as slack:
        client, ada = client_of(slack), slack.home.person("ada").id
        trigger = slack.state.views.trigger(slack.home.id, ada)
        assert (await client.views_open(trigger_id=trigger, view=MODAL))["ok"]
        assert await refusal(client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
        late = slack.state.views.trigger(slack.home.id, ada)
        clock.advance(timedelta(seconds=3.1))
        assert await refusal(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"


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
