"""A digest's messages as the bytes that the ledger keeps, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.domain.digest import Digest
from bot.errors import Rejected
from bot.ports import Part

from . import limits
from .blocks import Message, context
from .digest import digest_messages
from .plainer import plainer
from .text import units

__all__ = ["Posting", "decoded", "encoded", "marked_repeated", "parts_of", "plainer"]

VERSION = 1
REPEATED = "(repeated after a restart)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """One message to post, and whether it belongs into the thread of the first."""

    message: Message
    in_thread: bool


def parts_of(digest: Digest) -> tuple[Part, ...]:
    """A digest as parts: the message in the channel, then its thread. Pure."""
    return tuple(
        Part(
            number=number,
            payload=encoded(Posting(message=drawn.message, in_thread=drawn.in_thread)),
            channel=digest.address.channel,
            papers=drawn.papers,
        )
        for number, drawn in enumerate(digest_messages(digest))
    )


def encoded(posting: Posting) -> bytes:
    """The bytes of a message; the same message gives the same bytes."""
    message = posting.message
    given = {"v": VERSION, "text": message.text, "blocks": message.blocks, "thread": posting.in_thread}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(payload: bytes) -> Posting:
    """The message of a part's bytes; raises `Rejected` for what a newer version wrote."""
    given = json.loads(payload)
    if given["v"] > VERSION:
        raise Rejected(
            f"This message was drawn by a newer version (form {given['v']}; this one reads {VERSION}).",
            fix="Install that version again.",
        )
    message = Message(text=given["text"], blocks=tuple(given["blocks"]))
    return Posting(message=message, in_thread=bool(given["thread"]))


def marked_repeated(message: Message) -> Message:
    """The same message, saying that an earlier copy may be there; a digest leaves room for it."""
    text = f"{REPEATED} {message.text}"
    whole = text if units(text) <= limits.FALLBACK_TEXT else message.text
    return Message(text=whole, blocks=(context([REPEATED]), *message.blocks))
