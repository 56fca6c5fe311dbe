"""What Discord says when it says no, as the error that names who must act.

By status and error code, never by words: https://discord.com/developers/docs/topics/opcodes-and-status-codes. What is
answered with a status of 4xx was certainly not done.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

import discord

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

from . import error_codes as codes

PATIENCE_SECONDS = 30.0  # when Discord asks for patience and does not say how much
BANNED_SECONDS = 600.0  # when its front has closed the door to this address
LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What can be read from an error answer."""

    status: int
    code: int = 0  # Discord's own; 0 when it gave none
    retry_after: float | None = None
    scope: str = ""  # of a limit: "user", "global" or "shared"
    by_front: bool = False  # from what stands before Discord, not from Discord


class Refused(Exception):
    """Discord did not do it, for a reason it has a code for; `told` says what that means for a message."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"status {refusal.status}, code {refusal.code}")
        self.refusal = refusal

    @property
    def code(self) -> int:
        """Discord's own code; 0 when it gave none."""
        return self.refusal.code

    def told(self) -> DeliveryError:
        """Name who must act."""
        return refused(self.refusal)


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Read an error answer, whatever it holds."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    known = data if isinstance(data, dict) else {}
    code = known.get("code")
    return Refusal(
        status=status,
        code=code if isinstance(code, int) else 0,
        retry_after=_seconds(known.get("retry_after"), headers.get("Retry-After")),
        scope=headers.get("X-RateLimit-Scope", "global" if known.get("global") is True else ""),
        by_front=data is None or (status == 429 and "Via" not in headers),
    )


def code_of(error: BaseException) -> int:
    """Discord's own code for what went wrong; 0 when it gave none."""
    if isinstance(error, Refused | discord.HTTPException):
        return error.code
    return 0


def name_of(error: BaseException) -> str:
    """What went wrong in a word, for a log: never an address or a token."""
    code = code_of(error)
    return str(code) if code else type(error).__name__


def error_of(error: BaseException) -> DeliveryError:
    """What an error means for a message, when nothing more is known of the request."""
    match error:
        case DeliveryError():
            return error
        case Refused():
            return error.told()
        case discord.RateLimited():
            return throttled(Refusal(status=429, retry_after=error.retry_after))
        case discord.HTTPException():
            return refused(Refusal(status=error.status, code=error.code))
        case PaperRoundError():  # ours, before anything was sent
            return Transient(error.what, fix=error.fix)
    return lost(error)


def lost(error: BaseException) -> Unknown:
    """No answer, or none that can be read."""
    if isinstance(error, asyncio.TimeoutError):
        return Unknown("Discord did not answer in time, so nobody knows whether it was posted.")
    name = type(error).__name__
    return Unknown(f"Discord's answer was lost ({name}), so nobody knows whether it was posted.")


def never_sent(error: BaseException) -> Transient:
    """There was no connection to send anything over."""
    return Transient(f"Discord could not be reached ({type(error).__name__}), so nothing was posted.")


def throttled(refusal: Refusal) -> Throttled:
    """Discord asks for patience: of a channel, or of everything this bot does."""
    usual = BANNED_SECONDS if refusal.by_front else PATIENCE_SECONDS
    seconds = usual if refusal.retry_after is None else refusal.retry_after
    return Throttled(
        "Discord asked for patience, so nothing was posted yet.",
        retry_after=seconds,
        whole_lane=refusal.by_front or refusal.scope == "global",
    )


def refused(refusal: Refusal) -> DeliveryError:
    """What a refusal means for a message."""
    status, code = refusal.status, refusal.code
    if status == 429 or code == codes.CHANNEL_PATIENCE:
        return throttled(refusal)
    if status == 401 or code in codes.TOKEN:
        return AuthFailed(f"Discord does not take the bot's token ({_said(refusal)}).", fix=codes.REPLACE)
    if status < 400 or status >= 500:
        return Unknown(f"Discord broke down ({_said(refusal)}), so nobody knows whether it was posted.")
    if gone := codes.GONE.get(code):
        return DestinationGone(f"{gone.what} ({code}).", fix=gone.fix)
    if codes.is_payload(code) or status == 413:
        return Rejected(f"Discord does not take this message ({_said(refusal)}).", fix=codes.REPORT)
    return Transient(f"Discord refused it for now ({_said(refusal)}), so nothing was posted.")


def _said(refusal: Refusal) -> str:
    return str(refusal.code) if refusal.code else f"status {refusal.status}"


def _seconds(*told: object) -> float | None:
    """The first that says how long to wait."""
    for one in told:
        try:
            seconds = float(one)  # type: ignore[arg-type]  # whatever was answered
        except (TypeError, ValueError):
            continue
        if seconds >= 0:  # nor is NaN
            return min(seconds, LONGEST_SECONDS)
    return None
