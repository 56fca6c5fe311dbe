"""Slack over HTTP: what nobody sane sends runs nothing, and leaves no trace in a log."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

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
    slack, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    good = slack.signed(COMMAND)
    stamp, mark = good["X-Slack-Request-Timestamp"].encode(), good["X-Slack-Signature"][3:].encode()
    filled = [line.replace(b"%d", stamp).replace(b"%b", mark) for line in lines]
    assert await slack.posts_raw(filled, COMMAND.encode()) == 401
    assert slack.ran == []
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"payload=\xc3\x28", COMMAND.encode() + b"\x80"])
async def test_a_body_that_is_no_text_is_refused(
    slack, body: bytes, capsys: pytest.CaptureFixture[str]
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
    slack, body: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = await slack.posts(body, {**slack.signed(body), "Content-Type": kind})
    assert status in {400, 404}
    assert slack.ran == []
    assert "Traceback" not in text + "".join(capsys.readouterr())


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_the_kind_a_body_is_said_to_have_is_nobodys_to_choose(slack, kind: str) -> None:
    assert (await slack.posts(COMMAND, {**slack.signed(COMMAND), "Content-Type": kind}))[0] == 200
    assert (await slack.posts(EVENT, {**slack.signed(EVENT), "Content-Type": kind}))[0] == 200
    assert slack.ran == ["list", "Ev1"]


async def test_a_body_of_two_megabytes_is_refused_unread(slack) -> None:
    body = b"text=" + b"x" * (2 * 1024 * 1024)
    assert await slack.posts_raw([], body) == 413
    assert slack.ran == []


async def test_a_form_that_ends_too_early_is_refused(slack) -> None:
    half = COMMAND[: len(COMMAND) // 2]
    assert (await slack.posts(half, slack.signed(COMMAND)))[0] == 401
    assert slack.ran == []


async def test_headers_of_bolts_own_are_not_listened_to(slack) -> None:
    headers = {**slack.signed(COMMAND), "X-Slack-Bolt-Lazy-Only": "1"}
    assert (await slack.posts(COMMAND, headers))[0] == 200
    assert slack.ran == ["list"]
