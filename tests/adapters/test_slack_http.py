"""Slack over HTTP: only what Slack signed just now, and for the first time, runs anything."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.chat.slack.door import Door
from adapters.chat.slack.http import make_asgi
from adapters.chat.slack.office import Office
from adapters.chat.slack.people import People
from adapters.chat.slack.settings import SlackSettings
from adapters.chat.slack.tokens import Tokens
from bot.testing import FakeClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
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


@dataclass
class Slack:
    """Sends as Slack does, and otherwise; `ran` is what handlers were given."""

    clock: FakeClock
    ran: list[str] = field(default_factory=list)
    url: str = ""

    def signed(self, body: bytes | str, *, at: float = 0.0, secret: str = SECRET) -> dict[str, str]:
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(self.clock.now().timestamp() + at))
        mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}", "Content-Type": FORM}

    async def posts(self, body: bytes | str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        raw = body.encode() if isinstance(body, str) else body
        given = self.signed(raw) if headers is None else headers
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/slack/events", data=raw, headers=given) as answer,
        ):
            return answer.status, await answer.text()

    async def posts_raw(self, lines: list[bytes], body: bytes) -> int:
        """A request with header lines as no library would send them."""
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = [b"POST /slack/events HTTP/1.1", b"Host: a", b"Connection: close", *lines]
        length = b"Content-Length: %d" % len(body)
        writer.write(b"\r\n".join([*head, length, b"", body]))
        try:
            return int((await reader.read()).split()[1])
        finally:
            writer.close()
            await writer.wait_closed()


def office(clock: FakeClock, **changes: object) -> Office:
    given = {"bot_token": SecretStr("xoxb-1"), "signing_secret": SecretStr(SECRET), **changes}
    settings = SlackSettings(_env_file=None, **given)
    tokens = Tokens(settings, None, clock)
    return Office(
        settings=settings,
        tokens=tokens,
        people=People(tokens, settings, clock),
        workspaces=None,
        clock=clock,
        commands=None,
    )


def listening(ran: list[str]) -> AsyncApp:
    async def authorize(**_given: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.command(re.compile(""))
    async def typed(ack, command) -> None:
        await ack()
        ran.append(command["text"])

    @app.action(re.compile(""))
    async def pressed(ack, action) -> None:
        await ack()
        ran.append(action["action_id"])

    @app.event("app_mention")
    async def mentioned(body) -> None:
        ran.append(body["event_id"])

    return app


@pytest.fixture
async def slack(served) -> AsyncIterator[Slack]:
    made = Slack(clock=FakeClock(datetime.now(UTC)))
    async with served(slack=make_asgi(office(made.clock), listening(made.ran))) as made.url:
        yield made


async def test_what_slack_signed_is_taken(slack: Slack) -> None:
    assert await slack.posts(COMMAND) == (200, "")
    assert (await slack.posts(EVENT))[0] == 200
    assert slack.ran == ["list", "Ev1"]


async def test_a_button_is_taken(slack: Slack) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "actions": [{"type": "button", "action_id": "do:1", "block_id": "b", "value": "x"}],
    }
    assert (await slack.posts(urlencode({"payload": json.dumps(payload)})))[0] == 200
    assert slack.ran == ["do:1"]


@pytest.mark.parametrize("text", ["subscribe payload", "payload=1", "{", "ssl_check=1", "é ü 论文 🗞"])
async def test_a_command_may_say_anything(slack: Slack, text: str) -> None:
    fields = {"token": "x", "command": "/papers", "text": text, "team_id": "T1", "user_id": "U1"}
    assert (await slack.posts(urlencode(fields)))[0] == 200
    assert slack.ran == [text]


async def test_a_forged_request_is_refused(slack: Slack) -> None:
    headers = slack.signed(COMMAND, secret="somebody else's")
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert slack.ran == []


async def test_a_body_that_was_changed_on_the_way_is_refused(slack: Slack) -> None:
    assert (await slack.posts(COMMAND.replace("list", "unsubscribe"), slack.signed(COMMAND)))[0] == 401
    assert slack.ran == []


@pytest.mark.parametrize("seconds", [-301, -3600, -(10**9), 301, 3600, 10**9])
async def test_an_old_request_and_one_from_the_future_are_refused(slack: Slack, seconds: int) -> None:
    assert (await slack.posts(COMMAND, slack.signed(COMMAND, at=seconds)))[0] == 401
    assert slack.ran == []


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_clocks_may_differ_by_minutes(slack: Slack, seconds: int) -> None:
    assert (await slack.posts(COMMAND, slack.signed(COMMAND, at=seconds)))[0] == 200


@pytest.mark.parametrize("name", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
async def test_a_request_without_its_marks_is_refused(slack: Slack, name: str) -> None:
    headers = {key: value for key, value in slack.signed(COMMAND).items() if key != name}
    assert (await slack.posts(COMMAND, headers))[0] == 401
    assert (await slack.posts(COMMAND, {**headers, name: ""}))[0] == 401
    assert slack.ran == []


async def test_a_request_recorded_by_somebody_is_refused_the_second_time(slack: Slack) -> None:
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


async def test_the_same_command_typed_twice_runs_twice(slack: Slack) -> None:
    assert (await slack.posts(COMMAND))[0] == 200
    slack.clock.advance(timedelta(seconds=1))
    assert (await slack.posts(COMMAND))[0] == 200
    assert slack.ran == ["list", "list"]


async def test_an_event_that_slack_repeats_within_the_second_is_taken(slack: Slack) -> None:
    headers = slack.signed(EVENT)
    attempts = [headers, *({**headers, "X-Slack-Retry-Num": str(n)} for n in (1, 2, 3))]
    assert [(await slack.posts(EVENT, one))[0] for one in attempts] == [200] * 4
    for number in ("", "1", "4", "-1", "1 ", "٣"):
        assert (await slack.posts(EVENT, {**headers, "X-Slack-Retry-Num": number}))[0] == 401


@pytest.mark.parametrize(
    "lines",
    [
        [b"X-Slack-Request-Timestamp: now", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: " + b"9" * 5000, b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: -1", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: 1e9", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: 1_0", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: \xd9\xa1\xd9\xa2", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: \xff\xfe"],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: v0=" + b"a" * 60_000],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: "],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: v1=%b"],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: v0=%b", b"X-Slack-Signature: v0=%b"],
        [b"X-Slack-Request-Timestamp: %d", b"X-Slack-Request-Timestamp: %d", b"X-Slack-Signature: v0=%b"],
    ],
)
async def test_garbage_where_the_marks_belong_is_refused(
    slack: Slack, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    good = slack.signed(COMMAND)
    stamp, mark = good["X-Slack-Request-Timestamp"].encode(), good["X-Slack-Signature"][3:].encode()
    filled = [line.replace(b"%d", stamp).replace(b"%b", mark) for line in lines]
    assert await slack.posts_raw(filled, COMMAND.encode()) == 401
    assert slack.ran == []
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"payload=\xc3\x28", COMMAND.encode() + b"\x80"])
async def test_a_body_that_is_no_text_is_refused(
    slack: Slack, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await slack.posts(body))[0] == 401
    assert slack.ran == []
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "{}",
        "payload=",
        "payload=%7B%22type",
        "payload=[]",
        "payload=1",
        "payload=null",
        '{"type": "event_callback", "event": 5, "team_id": {}, "authorizations": [1]}',
        '{"enterprise": 7, "team": 7, "user": 7, "channel": 7, "event": []}',
        '{"response_urls": [1], "actions": {}}',
        "{" + '"a":{' * 20_000,
        "&".join(f"a{n}=1" for n in range(1000)),
    ],
)
@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain", "image/png; charset=x", ""])
async def test_a_signed_body_that_makes_no_sense_runs_nothing(
    slack: Slack, body: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = await slack.posts(body, {**slack.signed(body), "Content-Type": kind})
    assert status in {400, 404}
    assert slack.ran == []
    assert "Traceback" not in text + "".join(capsys.readouterr())


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_the_kind_a_body_is_said_to_have_is_nobodys_to_choose(slack: Slack, kind: str) -> None:
    assert (await slack.posts(COMMAND, {**slack.signed(COMMAND), "Content-Type": kind}))[0] == 200
    assert (await slack.posts(EVENT, {**slack.signed(EVENT), "Content-Type": kind}))[0] == 200
    assert slack.ran == ["list", "Ev1"]


async def test_a_body_of_two_megabytes_is_refused_unread(slack: Slack) -> None:
    body = b"text=" + b"x" * (2 * 1024 * 1024)
    assert await slack.posts_raw([], body) == 413
    assert slack.ran == []


async def test_a_form_that_ends_too_early_is_refused(slack: Slack) -> None:
    half = COMMAND[: len(COMMAND) // 2]
    assert (await slack.posts(half, slack.signed(COMMAND)))[0] == 401
    assert slack.ran == []


async def test_a_look_at_the_certificate_is_answered_unsigned(slack: Slack) -> None:
    assert await slack.posts("ssl_check=1&token=x", {"Content-Type": FORM}) == (200, "")
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{slack.url}/slack/events?ssl_check=1&token=x") as answer:
            assert answer.status == 200
        async with client.get(f"{slack.url}/slack/events") as answer:
            assert answer.status == 405
    assert slack.ran == []


@pytest.mark.parametrize("body", [f"ssl_check=1&{COMMAND}", f"{COMMAND}&ssl_check=1", "ssl_check=2&token=x"])
async def test_a_command_that_poses_as_such_a_look_is_refused(slack: Slack, body: str) -> None:
    assert (await slack.posts(body, {"Content-Type": FORM}))[0] == 401
    assert slack.ran == []


async def test_the_address_is_confirmed_to_slack_alone(slack: Slack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    status, text = await slack.posts(body)
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})
    assert (await slack.posts(body, {"Content-Type": "application/json"}))[0] == 401


async def test_headers_of_bolts_own_are_not_listened_to(slack: Slack) -> None:
    headers = {**slack.signed(COMMAND), "X-Slack-Bolt-Lazy-Only": "1"}
    assert (await slack.posts(COMMAND, headers))[0] == 200
    assert slack.ran == ["list"]


async def test_nothing_is_taken_over_http_while_it_comes_over_the_socket(served) -> None:
    ran: list[str] = []
    slack = Slack(clock=FakeClock(datetime.now(UTC)))
    by_socket = office(slack.clock, app_token=SecretStr("xapp-1"))
    async with served(slack=make_asgi(by_socket, listening(ran))) as slack.url:
        assert (await slack.posts(COMMAND))[0] == 404
    assert ran == []


async def test_before_it_runs_and_after_slack_is_asked_to_come_again(served) -> None:
    door, slack = Door(), Slack(clock=FakeClock(datetime.now(UTC)))
    inside = make_asgi(office(slack.clock), listening(slack.ran))
    async with served(slack=door) as slack.url:
        async with aiohttp.ClientSession() as client, client.post(f"{slack.url}/slack/events") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        with door.opened(inside):
            assert (await slack.posts(COMMAND))[0] == 200
        assert (await slack.posts(COMMAND))[0] == 503
    assert slack.ran == ["list"]
