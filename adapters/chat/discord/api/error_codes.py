"""Discord's error codes by who must act: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REPORT = "Please report it: no digest should ever be refused."
REPLACE = 'Set DISCORD_TOKEN to the token under "Bot" of your application in Discord\'s developer portal.'

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
UNKNOWN_MEMBER, UNKNOWN_USER = 10007, 10013
UNKNOWN_INTERACTION = 10062
NOT_TEXT = 50008
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
TAG_REQUIRED = 40067
THREAD_EXISTS = 160004
PUBLISHED_ALREADY = 40033
CHANNEL_PATIENCE = 20028


@dataclass(frozen=True, slots=True)
class Gone:
    """Why a place takes no messages, and one thing to do about it."""

    what: str
    fix: str


MAY_NOT = "The bot may not"  # so begins why a channel is given up that opens again as soon as the bot may
_ELSEWHERE = "Let the digests go to another channel."
_DIRECT = Gone(
    "Discord does not let the bot write to this person",
    "Share a server with the bot and allow direct messages from its members, or choose a channel.",
)
_PERMISSIONS = "Let the bot view the channel, send messages (in threads, too) and embed links there."
GONE: Mapping[int, Gone] = {
    UNKNOWN_CHANNEL: Gone("The channel is gone", _ELSEWHERE),
    UNKNOWN_GUILD: Gone("The server is gone, or removed the bot", "Add the bot to the server again."),
    UNKNOWN_USER: _DIRECT,
    MISSING_ACCESS: Gone(f"{MAY_NOT} see the channel", _PERMISSIONS),
    50007: _DIRECT,
    50033: _DIRECT,
    NOT_TEXT: Gone("The channel takes no messages", _ELSEWHERE),
    MISSING_PERMISSIONS: Gone(f"{MAY_NOT} post in the channel", _PERMISSIONS),
    50024: Gone("The channel takes no messages", _ELSEWHERE),
    50278: _DIRECT,
    TAG_REQUIRED: Gone("The forum demands a tag, and has none the bot may use", "Make a tag in the forum."),
    160006: Gone("The server has as many open threads as it may have", "Close some of its threads."),
    160007: Gone("The server has as many open threads as it may have", "Close some of its threads."),
}

# The channel is there and takes messages, but not in this thread.
THREAD = frozenset({UNKNOWN_CHANNEL, 50083, 160005})
# The bot may not do that there; with a thread, it may still do it in the channel.
CLOSED = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS})
# No thread can be made there, and what was meant for it goes into the channel.
NO_THREAD = frozenset(
    {UNKNOWN_MESSAGE, MISSING_ACCESS, MISSING_PERMISSIONS, NOT_TEXT, 50024, 160002, 160006, 160007}
)
TOKEN = frozenset({40001, 50014, 50025})
PAYLOAD = frozenset(
    {
        20009,  # explicit content
        40005,  # too large
        50006,  # empty
        50016,
        50035,  # a form that is not valid
        50109,  # not JSON
        50146,
        200000,  # blocked by AutoMod
        200001,
        240000,  # a link that Discord takes for harmful
    }
)


def is_payload(code: int) -> bool:
    """Whether the message itself is what Discord refuses; it would refuse it again."""
    return code in PAYLOAD
