"""What Discord's silence or refusal means to whoever runs the bot, as one thing to do about it."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

from bot.errors import AuthFailed, DeliveryError, Throttled
from bot.ports import Finding

from .api.errors import Refused

TOKEN = "DISCORD_TOKEN"  # noqa: S105 - its name
WHERE = '"Bot" of your application at https://discord.com/developers/applications makes one: Reset Token.'
UNKNOWN = "Discord does not know it; perhaps it was reset, or is not a bot's"
# What else stands on the portal's pages and is copied for the token: the first that fits says what it is.
MISTAKEN = (
    (re.compile(r"\d{15,25}"), "it is an id, as that of the application"),
    (re.compile(r"[0-9a-f]{64}"), "it is the application's public key"),
    (re.compile(r"[\w-]{32}"), "it is the application's client secret"),
    (re.compile(r"mfa\..+"), "it is a person's own token, which no bot may use"),
)
MINUTE = 60


def unasked(error: DeliveryError | Refused, token: str) -> Finding:
    """Why Discord did not say what it was asked."""
    match error:
        case AuthFailed():
            return refusal(token)
        case Throttled():
            return patience(error.retry_after)
        case Refused():
            return _refused(error)
    return Finding(
        good=False,
        what=f"Discord gave no answer to {TOKEN}",
        fix="Look whether this machine reaches https://discord.com, and try again.",
        passing=True,
    )


def refusal(token: str) -> Finding:
    """A token that Discord does not take, and what it is when that can be seen."""
    known = (what for pattern, what in MISTAKEN if pattern.fullmatch(token))
    return Finding(good=False, what=f"{TOKEN} is refused: {next(known, UNKNOWN)}", fix=WHERE)


def patience(seconds: float) -> Finding:
    """Too much was asked lately, perhaps by others at this address."""
    return Finding(
        good=False,
        what=f"Discord asks for patience: {waiting(seconds)} more",
        fix="Wait so long and try again; nothing is wrong with the token as far as is known.",
        passing=True,
    )


def waiting(seconds: float) -> str:
    """A time to wait, in words."""
    whole = timedelta(seconds=ceil(seconds))
    if whole < timedelta(minutes=2):
        return f"{ceil(seconds)} seconds"
    minutes = ceil(seconds / MINUTE)
    return f"{minutes} minutes" if minutes < 2 * MINUTE else f"{ceil(minutes / MINUTE)} hours"


def _refused(error: Refused) -> Finding:
    said = str(error.code) if error.code else f"status {error.refusal.status}"
    return Finding(
        good=False,
        what=f"Discord refuses to tell ({said})",
        fix="Try again in a minute; if it stays so, look at the application in the developer portal.",
        passing=True,
    )
