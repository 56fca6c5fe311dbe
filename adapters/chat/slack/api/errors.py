"""What Slack says when it says no, as the error that names who must act.

By status and error code, never by words: https://docs.slack.dev/reference/methods/chat.postMessage#errors-1. What Slack
answers with `ok: false` was certainly not posted, but for the few codes with which it says that it broke down itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.retry_after import retry_after
from bot.errors import (
    AuthFailed,
    DeliveryError,
    DestinationGone,
    PaperRoundError,
    Rejected,
    Throttled,
    Transient,
    Unknown,
)
from bot.ports import Clock

from . import error_codes as codes

NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
PATIENCE_SECONDS = 30.0  # when Slack asks for patience and does not say how much
NAME_LENGTH = 60  # an error code in a message; Slack's own are shorter


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What can be read from an error answer, whatever shape slack_sdk gives it."""

    status: int
    code: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    retry_after: str = ""


def refusal_of(error: SlackApiError) -> Refusal:
    """Read an error answer: its data is a dict, or a text, or there is only aiohttp's own answer without any."""
    response = error.response
    data = getattr(response, "data", response)
    known = data if isinstance(data, Mapping) else {}
    code = known.get("error")
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    headers = getattr(response, "headers", None) or {}
    return Refusal(
        status=status if isinstance(status, int) else 0,
        code=code if isinstance(code, str) else "",
        data=known,
        retry_after=str(headers.get("Retry-After", "")) if hasattr(headers, "get") else "",
    )


def code_of(error: Exception) -> str:
    """Slack's own code for what went wrong; "" when it gave none."""
    return refusal_of(error).code if isinstance(error, SlackApiError) else ""


def name_of(error: Exception) -> str:
    """What went wrong in a word, for a log: never an address or a token."""
    return code_of(error) or type(error).__name__


def error_of(error: Exception, clock: Clock, *, bot: str = "") -> DeliveryError:
    """What an error means for a message; `bot` is how one calls the bot there, for `/invite`."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, SlackApiError):
        return _refused(refusal_of(error), clock, bot or codes.BOT)
    if isinstance(error, PaperRoundError):  # ours, before anything was sent
        return Transient(error.what, fix=error.fix)
    return _lost(error)


def _lost(error: Exception) -> DeliveryError:
    """No answer, or none that can be read; what was never connected was never sent."""
    name = type(error).__name__
    if isinstance(error, NEVER_SENT):
        return Transient(f"Slack could not be reached ({name}), so nothing was posted.")
    if isinstance(error, asyncio.TimeoutError):
        return Unknown("Slack did not answer in time, so nobody knows whether it was posted.")
    return Unknown(f"Slack's answer was lost ({name}), so nobody knows whether it was posted.")


def _refused(refusal: Refusal, clock: Clock, bot: str) -> DeliveryError:
    if refusal.status == 429 or refusal.code in codes.PATIENCE:
        return _throttled(refusal, clock)
    if refusal.status >= 500 or refusal.code in codes.BROKEN:
        said = refusal.code or f"status {refusal.status}"
        return Unknown(f"Slack broke down ({_name(said)}), so nobody knows whether it was posted.")
    if refusal.code:
        return _coded(refusal, bot)
    return _wordless(refusal)


def _throttled(refusal: Refusal, clock: Clock) -> Throttled:
    seconds = retry_after(refusal.retry_after, clock.now())
    return Throttled(
        "Slack asked for patience, so nothing was posted yet.",
        retry_after=PATIENCE_SECONDS if seconds is None else seconds,
        whole_lane=True,
    )


def _coded(refusal: Refusal, bot: str) -> DeliveryError:
    code = refusal.code
    if code == "missing_scope":
        return _missing_scope(refusal)
    if code in codes.TOKEN:
        return AuthFailed(f"Slack does not take the bot's token ({code}).", fix=codes.TOKEN[code])
    if gone := codes.gone(code):
        return DestinationGone(f"{gone.what} ({code}).", fix=gone.fix.replace("@BOT", f"@{bot}"))
    if codes.is_payload(code):
        return Rejected(f"Slack does not take this message ({_name(code)}).", fix=codes.REPORT)
    return Transient(f"Slack refused it for now ({_name(code)}), so nothing was posted.")


def _missing_scope(refusal: Refusal) -> AuthFailed:
    needed = refusal.data.get("needed")
    scope = f"the scope {_name(needed)}" if isinstance(needed, str) and needed else "a scope it needs"
    return AuthFailed(
        f"The bot's token lacks {scope}.",
        fix='Add it under "OAuth & Permissions" of your Slack app and install the app again.',
    )


def _wordless(refusal: Refusal) -> DeliveryError:
    """An answer without a code: from Slack's own front, or from something between."""
    said = f"status {refusal.status}"
    if refusal.status == 401:
        return AuthFailed(f"Slack does not take the bot's token ({said}).", fix=codes.REINSTALL)
    if refusal.status == 413:
        return Rejected(f"Slack does not take this message ({said}).", fix=codes.REPORT)
    if 400 <= refusal.status < 500 and refusal.status != 408:
        return Transient(f"What answered for Slack refused it ({said}), so nothing was posted.")
    return Unknown(f"Slack's answer cannot be read ({said}), so nobody knows whether it was posted.")


def _name(text: str) -> str:
    """Slack's own word, as short as Slack's words are."""
    return "".join(one for one in text if one.isprintable())[:NAME_LENGTH]
