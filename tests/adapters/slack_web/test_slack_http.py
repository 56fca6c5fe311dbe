"""Slack over HTTP: only what Slack signed just now, and for the first time, runs anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.chat.slack.web.door import Door
from adapters.chat.slack.web.http import make_asgi
from bot.testing import FakeClock

FORM = "application/x-www-form-urlencoded"
COMMAND = urlencode(
    {"command": "/papers", "text": "list", "team_id": "T1", "user_id": "U1", "trigger_id": "1.2"}
)
EVENT = json.dumps(
    {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T1",
        "event": {"type": "app_mention", "user": "U1", "text": "hi", "channel": "C1"},
    }
)


async def test_what_slack_signed_is_taken(slack) -> None:
    assert await slack.posts(COMMAND) == (200, "")
    assert (await slack.posts(EVENT))[0] == 200
    assert slack.ran == ["list", "Ev1"]


async def test_a_button_is_taken(slack) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "actions": [{"type": "button", "action_id": "do:1", "block_id": "b", "value": "x"}],
    }
    assert (await slack.posts(urlencode({"payload": json.dumps(payload)})))[0] == 200
    assert slack.ran == ["do:1"]


@pytest.mark.parametrize("text", ["subscribe payload", "payload=1", "{", "ssl_check=1", "é ü 论文 🗞"])
async def test_a_command_may_say_anything(slack, text: str) -> None:
    fields = {"token": "x", "command": "/papers", "text": text, "team_id": "T1", "user_id": "U1"}
    assert (await slack.posts(urlencode(fields)))[0] == 200
    assert slack.ran == [text]


async def test_a_forged_request_is_refused(slack) -> None:
    headers = slack.signed(COMMAND, secret="somebody else's")
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert slack.ran == []


async def test_a_body_that_was_changed_on_the_way_is_refused(slack) -> None:
    assert (await slack.posts(COMMAND.replace("list", "unsubscribe"), slack.signed(COMMAND)))[0] == 401
    assert slack.ran == []


@pytest.mark.parametrize("seconds", [-301, -3600, -(10**9), 301, 3600, 10**9])
async def test_an_old_request_and_one_from_the_future_are_refused(slack, seconds: int) -> None:
    assert (await slack.posts(COMMAND, slack.signed(COMMAND, at=seconds)))[0] == 401
    assert slack.ran == []


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_clocks_may_differ_by_minutes(slack, seconds: int) -> None:
    assert (await slack.posts(COMMAND, slack.signed(COMMAND, at=seconds)))[0] == 200


@pytest.mark.parametrize("name", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
async def test_a_request_without_its_marks_is_refused(slack, name: str) -> None:
    headers = {key: value for key, value in slack.signed(COMMAND).items() if key != name}
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert (await slack.posts(COMMAND, {**headers, name: ""}))[0] == 401
    assert slack.ran == []


async def test_a_request_recorded_by_somebody_is_refused_the_second_time(slack) -> None:
    headers = slack.signed(COMMAND)
    assert (await slack.posts(COMMAND, headers))[0] == 200
    for changes in (
        {},
        {"X-Slack-Retry-Num": "1"},
        {"Content-Type": "application/json", "X-Slack-Retry-Num": "2"},
        {"X-Forwarded-For": "10.0.0.1"},
    ):
        assert (await slack.posts(COMMAND, headers | changes))[0] == 401
    slack.clock.advance(timedelta(seconds=299))
    assert (await slack.posts(COMMAND, headers))[0] == 401
    slack.clock.advance(timedelta(seconds=300))
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert slack.ran == ["list"]


async def test_a_recorded_request_is_refused_for_as_long_as_its_signature_is_good(slack) -> None:
    headers = slack.signed(COMMAND, at=299)
    assert (await slack.posts(COMMAND, headers))[0] == 200
    slack.clock.advance(timedelta(seconds=597))
    assert (await slack.posts(EVENT, slack.signed(EVENT, at=-298)))[0] == 200
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert slack.ran == ["list", "Ev1"]


async def test_the_same_command_typed_twice_runs_twice(slack) -> None:
    assert (await slack.posts(COMMAND))[0] == 200
    slack.clock.advance(timedelta(seconds=1))
    assert (await slack.posts(COMMAND))[0] == 200
    assert slack.ran == ["list", "list"]


async def test_an_event_that_slack_repeats_within_the_second_is_taken(slack) -> None:
    headers = slack.signed(EVENT)
    attempts = [headers, *({**headers, "X-Slack-Retry-Num": str(n)} for n in (1, 2, 3))]
    assert [(await slack.posts(EVENT, one))[0] for one in attempts] == [200] * 4
    for number in ("", "1", "4", "-1", "1 ", "٣"):
        assert (await slack.posts(EVENT, {**headers, "X-Slack-Retry-Num": number}))[0] == 401


async def test_a_look_at_the_certificate_is_answered_unsigned(slack) -> None:
    assert await slack.posts("ssl_check=1&token=x", {"Content-Type": FORM}) == (200, "")
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{slack.url}/slack/events?ssl_check=1&token=x") as answer:
            assert answer.status == 200
        async with client.get(f"{slack.url}/slack/events") as answer:
            assert answer.status == 405
    assert slack.ran == []


@pytest.mark.parametrize("body", [f"ssl_check=1&{COMMAND}", f"{COMMAND}&ssl_check=1", "ssl_check=2&token=x"])
async def test_a_command_that_poses_as_such_a_look_is_refused(slack, body: str) -> None:
    assert (await slack.posts(body, {"Content-Type": FORM}))[0] == 401
    assert slack.ran == []


async def test_the_address_is_confirmed_to_slack_alone(slack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    status, text = await slack.posts(body)
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})
    assert (await slack.posts(body, {"Content-Type": "application/json"}))[0] == 401


async def test_an_address_with_a_slash_too_many_leads_nowhere(slack) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{slack.url}/slack/events/", data=COMMAND, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers.get("Location")) == (404, None)


async def test_nothing_is_taken_over_http_while_it_comes_over_the_socket(served, bench) -> None:
    ran: list[str] = []
    slack = bench.Slack(clock=FakeClock(datetime.now(UTC)))
    by_socket = bench.office(slack.clock, app_token=SecretStr("xapp-1"))
    async with served(slack=make_asgi(by_socket, bench.listening(ran))) as slack.url:
        assert (await slack.posts(COMMAND))[0] == 404
    assert ran == []


async def test_before_it_runs_and_after_slack_is_asked_to_come_again(served, bench) -> None:
    door, slack = Door(), bench.Slack(clock=FakeClock(datetime.now(UTC)))
    inside = make_asgi(bench.office(slack.clock), bench.listening(slack.ran))
    async with served(slack=door) as slack.url:
        async with aiohttp.ClientSession() as client, client.post(f"{slack.url}/slack/events") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        with door.opened(inside):
            assert (await slack.posts(COMMAND))[0] == 200
        assert (await slack.posts(COMMAND))[0] == 503
    assert slack.ran == ["list"]
