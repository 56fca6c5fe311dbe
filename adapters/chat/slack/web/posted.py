"""What Slack posts, as bolt works with it.

bolt's own reading takes a form for a button's as soon as the word "payload" is anywhere in it, so that a command which
says it is lost. What is read here is given to bolt as Socket Mode gives it: as a dictionary, on which it is agreed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import parse_qsl

from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.chat.seen import Seen
from adapters.chat.slack.drawing.blocks import Json

from .signed import SIGNATURE, Values, only

RETRY, RETRY_REASON = "x-slack-retry-num", "x-slack-retry-reason"
RETRIES = {"1", "2", "3"}  # Slack sends an event four times at most
MOST_FIELDS = 100  # a slash command has about 15


def parsed(text: str) -> Json | None:
    """An event (JSON), a button or a view (JSON in the field `payload`), or a command (a form); None for anything else."""
    try:
        body = json.loads(text) if text.startswith("{") else _form(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and body else None


def is_new(body: Json | None, values: Values, seen: Seen) -> bool:
    """Whether a request that Slack signed comes for the first time."""
    return seen.first("", f"{only(values(SIGNATURE))} {_attempt(body, values(RETRY))}")


def as_bolt(body: Json, values: Values) -> AsyncBoltRequest | None:
    """The request that handlers get; None when bolt cannot make one of it.

    Of the headers only Slack's word on retries goes with it: the others are not signed and could be anybody's.
    """
    headers: dict[str, str | Sequence[str]] = {
        name: list(values(name)[:1]) for name in (RETRY, RETRY_REASON) if values(name)
    }
    try:
        return AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ):  # a number where a dictionary should be
        return None


def is_ssl_check(body: bytes) -> bool:
    """Whether Slack looks at the certificate, for which it signs nothing: https://docs.slack.dev/interactivity/implementing-slash-commands.

    Nothing else may stand beside it, so that it is never a command.
    """
    fields = dict(parse_qsl(body[:500].decode(errors="replace"))) if len(body) < 500 else {}
    return fields.get("ssl_check") == "1" and fields.keys() <= {"ssl_check", "token"}


def _form(text: str) -> object:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _attempt(body: Json | None, said: Sequence[str]) -> str:
    """Which attempt it is: Slack repeats an event at once, maybe within the second and so with the same signature.

    The number is not signed, so it counts only where a repetition has no effect: an event is known by its `event_id`.
    """
    is_event = body is not None and body.get("type") == "event_callback" and bool(body.get("event_id"))
    return only(said) if is_event and only(said) in RETRIES else ""
