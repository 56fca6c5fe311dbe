"""The one pool of connections to Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError

from adapters.chat.slack.api import client
from adapters.chat.slack.api.client import Wire, make_client
from adapters.chat.slack.settings import SlackSettings
from bot.testing.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as made:
        yield made


def settings_of(slack: SlackStandIn) -> SlackSettings:
    return SlackSettings.load(api_url=slack.api_url, bot_token=slack.bot_token, app_token=slack.app_token)


async def session_of(wire: Wire) -> object:
    async with wire.held() as session:
        return session


async def test_calls_share_one_pool_until_it_is_closed(slack: SlackStandIn) -> None:
    wire = Wire()
    first, second = await session_of(wire), await session_of(wire)
    assert first is second
    await wire.close()
    assert await session_of(wire) is not first
    await wire.close()


async def test_closing_waits_for_what_is_on_its_way(slack: SlackStandIn) -> None:
    wire = Wire()
    slack.faults.add("slow", method="auth.test", seconds=0.1)
    call = asyncio.create_task(make_client(settings_of(slack), slack.bot_token, wire=wire).auth_test())
    await slack.until(lambda: slack.faults.met["slow"])
    await wire.close()
    assert (await call)["ok"]
    session = await session_of(wire)
    assert getattr(session, "closed", None) is False
    await wire.close()


async def test_the_pool_of_a_call_that_outlived_the_closing_is_closed_after_it(slack: SlackStandIn) -> None:
    wire = Wire()
    async with wire.held() as session:
        await wire.close()
        assert not session.closed
    assert session.closed


@pytest.mark.parametrize("kind", ["reset", "reset_after", "429", "500"])
@pytest.mark.parametrize("shared", [False, True])
async def test_nothing_is_repeated_by_itself(slack: SlackStandIn, kind: str, shared: bool) -> None:
    wire = Wire() if shared else None
    slack.faults.add(kind, method="auth.test", times=None)
    with pytest.raises((SlackApiError, OSError)):
        await make_client(settings_of(slack), slack.bot_token, wire=wire).auth_test()
    assert slack.faults.met[kind] == 1
    if wire:
        await wire.close()


async def test_a_message_is_in_no_log(slack: SlackStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_client(settings_of(slack), slack.bot_token)
    await client.chat_postMessage(channel="papers", text="a secret plan")
    assert "secret plan" not in caplog.text
    assert slack.bot_token not in caplog.text


async def test_the_apps_own_name_and_secret_go_into_a_header(slack: SlackStandIn) -> None:
    app = slack.state.app
    with pytest.raises(SlackApiError, match="invalid_code"):
        await make_client(settings_of(slack)).oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, code="never given"
        )
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await make_client(settings_of(slack)).oauth_v2_access(
            client_id=app.client_id, client_secret="wrong", code="never given"
        )


async def test_a_pool_taken_up_in_the_moment_its_time_is_over_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "LINGER_SECONDS", 0.0)
    wire, loop = Wire(), asyncio.get_running_loop()
    came: asyncio.Future[bool] = loop.create_future()

    async def call() -> None:
        async with wire.held() as session:
            for _ in range(3):
                await asyncio.sleep(0)
            came.set_result(not session.closed)

    calling: list[asyncio.Task[None]] = []
    loop.call_later(0.0, lambda: calling.append(asyncio.ensure_future(call())))
    await session_of(wire)  # whose time is over in the same turn of the loop
    assert await came, "it was closed under whoever had it"
    await asyncio.gather(*calling)
    await wire.close()
