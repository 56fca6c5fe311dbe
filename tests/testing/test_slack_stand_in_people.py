"""People in the stand-in for Slack reach a bot made with bolt, as people in Slack do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

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


def client_of(slack: SlackStandIn, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refusal(awaitable) -> str:
    with pytest.raises(SlackApiError) as refused:
        await awaitable
    return str(refused.value.response["error"])


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
