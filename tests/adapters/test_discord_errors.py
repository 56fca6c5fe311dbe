"""What Discord says when it says no, by who must act."""

from __future__ import annotations

import json

import discord as library
import pytest

from adapters.chat.discord.api import error_codes as codes
from adapters.chat.discord.api.errors import (
    PATIENCE_SECONDS,
    Refusal,
    Refused,
    code_of,
    error_of,
    name_of,
    refusal_of,
    refused,
)
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

ANSWERS = [
    (404, 10003, DestinationGone),
    (404, 10004, DestinationGone),
    (403, 50001, DestinationGone),
    (403, 50013, DestinationGone),
    (403, 50007, DestinationGone),
    (400, 50008, DestinationGone),
    (400, 50033, DestinationGone),
    (400, 40067, DestinationGone),
    (400, 50035, Rejected),
    (400, 50006, Rejected),
    (400, 240000, Rejected),
    (413, 0, Rejected),
    (401, 0, AuthFailed),
    (401, 50014, AuthFailed),
    (429, 0, Throttled),
    (429, 20028, Throttled),
    (400, 99999, Transient),
    (404, 0, Transient),
    (403, 0, Transient),
    (500, 0, Unknown),
    (524, 0, Unknown),
    (302, 0, Unknown),
]


@pytest.mark.parametrize(("status", "code", "error"), ANSWERS)
def test_a_refusal_names_who_must_act(status: int, code: int, error: type[DeliveryError]) -> None:
    told = refused(Refusal(status=status, code=code))
    assert type(told) is error
    assert told.what.endswith(".")


@pytest.mark.parametrize("code", codes.GONE)
def test_whoever_is_told_of_a_place_that_is_gone_is_told_one_thing_to_do(code: int) -> None:
    assert refused(Refusal(status=400, code=code)).fix


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b"[]", b"null", b'{"code": "50001"}', b"\xff\xfe", b'{"retry_after": "x"}']
)
def test_an_answer_that_cannot_be_read_still_has_its_status(body: bytes) -> None:
    refusal = refusal_of(429, {}, body)
    assert (refusal.status, refusal.code, refusal.retry_after) == (429, 0, None)


@pytest.mark.parametrize("told", [float("nan"), -1, None, [], "soon"])
def test_a_wait_that_is_none_is_a_usual_one(told: object) -> None:
    body = json.dumps({"retry_after": told}).encode()
    error = refused(refusal_of(429, {"Via": "1.1 google"}, body))
    assert isinstance(error, Throttled)
    assert error.retry_after == PATIENCE_SECONDS


def test_the_body_has_the_true_wait_of_a_shared_limit() -> None:
    headers = {"Via": "1.1 google", "Retry-After": "1", "X-RateLimit-Scope": "shared"}
    error = refused(refusal_of(429, headers, b'{"retry_after": 1200.5, "code": 20028}'))
    assert isinstance(error, Throttled)
    assert (error.retry_after, error.whole_lane) == (1200.5, False)


def test_every_error_that_may_come_is_an_error_of_a_delivery() -> None:
    for error, kind in (
        (TimeoutError(), Unknown),
        (ConnectionResetError(), Unknown),
        (library.RateLimited(40), Throttled),
        (Refused(Refusal(status=404, code=10003)), DestinationGone),
        (StoreBusy("The database is busy."), Transient),
        (Rejected("No."), Rejected),
    ):
        assert type(error_of(error)) is kind


def test_a_log_names_a_code_or_the_kind_of_an_error_and_no_address() -> None:
    refusal = Refused(Refusal(status=403, code=50013))
    assert (code_of(refusal), name_of(refusal)) == (50013, "50013")
    assert name_of(ConnectionResetError("https://discord.com/secret")) == "ConnectionResetError"
