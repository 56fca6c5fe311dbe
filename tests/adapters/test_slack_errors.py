"""What Slack says when it says no."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.slack.api import error_codes as codes
from adapters.chat.slack.api.errors import code_of, error_of, refusal_of
from bot.errors import (
    AuthFailed,
    DeliveryError,
    DestinationGone,
    Rejected,
    StoreBusy,
    Throttled,
    Transient,
    Unknown,
)
from bot.testing import FakeClock

CLOCK = FakeClock()


def answered(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("no", response)


def said(code: str, **more: Any) -> SlackApiError:
    return answered({"ok": False, "error": code, **more})


CODES = {
    Throttled: ["ratelimited", "rate_limited"],
    Unknown: ["fatal_error", "internal_error", "service_unavailable"],
    AuthFailed: [
        "not_authed",
        "invalid_auth",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "org_login_required",
        "team_access_not_granted",
        "ekm_access_denied",
        "no_permission",
        "not_allowed_token_type",
        "missing_scope",
        "accesslimited",
    ],
    DestinationGone: [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "cannot_dm_bot",
        "user_disabled",
        "user_not_found",
        "messages_tab_disabled",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "posting_to_general_channel_denied",
    ],
    Rejected: [
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "invalid_metadata_format",
        "metadata_too_large",
        "invalid_arguments",
        "too_many_attachments",
        "slack_connect_file_link_sharing_blocked",
    ],
    Transient: ["team_added_to_org", "request_timeout", "external_channel_migrating", "something_new"],
}


@pytest.mark.parametrize(
    ("code", "kind"), [(code, kind) for kind, some in CODES.items() for code in some], ids=str
)
def test_every_code_names_who_must_act(code: str, kind: type[DeliveryError]) -> None:
    told = error_of(said(code), CLOCK)
    assert type(told) is kind
    assert told.what.endswith(".")


def test_every_listed_code_of_a_token_or_a_place_is_told_with_something_to_do() -> None:
    for code in [*codes.TOKEN, *codes.GONE, "restricted_action"]:
        told = error_of(said(code), CLOCK)
        assert told.fix.endswith("."), code
        assert code in told.what


STATUSES = {
    (429, Throttled),
    (500, Unknown),
    (502, Unknown),
    (503, Unknown),
    (504, Unknown),
    (200, Unknown),
    (408, Unknown),
    (401, AuthFailed),
    (403, Transient),
    (404, Transient),
    (413, Rejected),
}


@pytest.mark.parametrize(("status", "kind"), sorted(STATUSES, key=str), ids=str)
@pytest.mark.parametrize("body", [{}, None, "", "Service Unavailable"], ids=str)
def test_an_answer_without_a_code_goes_by_its_status(
    status: int, kind: type[DeliveryError], body: object
) -> None:
    assert type(error_of(answered(body, status=status), CLOCK)) is kind


def test_a_broken_server_counts_more_than_the_code_it_sends() -> None:
    assert type(error_of(answered({"ok": False, "error": "invalid_blocks"}, status=500), CLOCK)) is Unknown


def test_an_answer_that_is_no_json_has_a_status_all_the_same() -> None:
    bare = SlackApiError("no", SimpleNamespace(status=200, headers={"Retry-After": "3"}))
    assert (refusal_of(bare).status, refusal_of(bare).code) == (200, "")
    assert type(error_of(bare, CLOCK)) is Unknown
    assert type(error_of(SlackApiError("no", SimpleNamespace(status=503, headers=None)), CLOCK)) is Unknown


def test_an_error_without_any_answer_is_unknown() -> None:
    assert type(error_of(SlackApiError("no", None), CLOCK)) is Unknown
    assert (
        type(error_of(SlackApiError("no", {"ok": False, "error": "is_archived"}), CLOCK)) is DestinationGone
    )


@pytest.mark.parametrize("header", ["30", "30.0", "Mon, 01 Jun 2026 06:00:30 GMT"])
def test_patience_is_asked_for_in_seconds_or_by_a_date(header: str) -> None:
    told = error_of(answered({"error": "ratelimited"}, status=429, headers={"Retry-After": header}), CLOCK)
    assert isinstance(told, Throttled)
    assert (told.retry_after, told.whole_lane) == (30.0, True)


@pytest.mark.parametrize("header", ["", "soon", "-1"])
def test_patience_without_a_number_is_half_a_minute(header: str) -> None:
    told = error_of(answered({}, status=429, headers={"Retry-After": header}), CLOCK)
    assert isinstance(told, Throttled)
    assert told.retry_after == 30.0


def test_the_bot_is_invited_by_the_name_it_has_there() -> None:
    assert "/invite @papers-bot" in error_of(said("not_in_channel"), CLOCK, bot="papers-bot").fix
    assert "/invite @Paper Round" in error_of(said("channel_not_found"), CLOCK).fix


def test_a_missing_scope_is_named() -> None:
    assert "chat:write" in error_of(said("missing_scope", needed="chat:write"), CLOCK).what
    assert "a scope" in error_of(said("missing_scope"), CLOCK).what


def connector_error() -> aiohttp.ClientConnectorError:
    key = SimpleNamespace(host="slack.com", port=443, ssl=True, is_ssl=True)
    return aiohttp.ClientConnectorError(key, ConnectionRefusedError("no"))  # type: ignore[arg-type]


LOST = [
    (connector_error(), Transient),
    (aiohttp.ConnectionTimeoutError("to host"), Transient),
    (aiohttp.ServerDisconnectedError(), Unknown),
    (aiohttp.ClientOSError(104, "reset"), Unknown),
    (aiohttp.ClientPayloadError("cut"), Unknown),
    (ConnectionResetError(), Unknown),
    (TimeoutError(), Unknown),
    (json.JSONDecodeError("no", "", 0), Unknown),
    (UnicodeDecodeError("utf-8", b"", 0, 1, "no"), Unknown),
    (AttributeError("get"), Unknown),  # slack_sdk, of an answer that is a list
    (StoreBusy("The database is busy."), Transient),
    (Rejected("ours"), Rejected),
]


@pytest.mark.parametrize(("error", "kind"), LOST, ids=lambda one: getattr(one, "__name__", repr(one)))
def test_what_may_have_been_sent_is_unknown_and_what_never_was_is_not(
    error: Exception, kind: type[DeliveryError]
) -> None:
    assert type(error_of(error, CLOCK)) is kind


def test_only_slack_has_codes() -> None:
    assert code_of(said("is_archived")) == "is_archived"
    assert code_of(answered("text", status=500)) == ""
    assert code_of(answered({"error": 7})) == ""
    assert code_of(TimeoutError()) == ""


def test_a_hostile_code_is_kept_short_and_printable() -> None:
    told = error_of(said("<!channel>\n\x1b[31m" + "x" * 500), CLOCK)
    assert len(told.what) < 200
    assert "\n" not in told.what
    assert "\x1b" not in told.what
