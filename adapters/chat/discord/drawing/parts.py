"""A digest's messages as the bytes that the ledger keeps, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from bot.domain.digest import Digest
from bot.errors import Rejected
from bot.ports import Part

from . import limits
from .digest import digest_messages, title_of_digest, topics_of
from .embeds import Message
from .plainer import plainer
from .text import units

__all__ = ["Posting", "decoded", "encoded", "marked_repeated", "parts_of", "plainer"]

VERSION = 1
REPEATED = "(repeated after a restart)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """One message to post, whether it belongs into the thread of the first, and what that thread or post is called."""

    message: Message
    in_thread: bool = False
    name: str = ""  # of the thread, or of the post in a forum
    topics: tuple[str, ...] = ()  # for the tags of the post: those the forum has


def parts_of(digest: Digest) -> tuple[Part, ...]:
    """A digest as parts: the messages in the channel, then its thread. Pure."""
    name, topics = title_of_digest(digest), topics_of(digest)
    return tuple(
        Part(
            number=number,
            payload=encoded(
                Posting(message=drawn.message, in_thread=drawn.in_thread, name=name, topics=topics)
            ),
            channel=digest.address.channel,
            papers=drawn.papers,
        )
        for number, drawn in enumerate(digest_messages(digest))
    )


def encoded(posting: Posting) -> bytes:
    """The bytes of a message; the same message gives the same bytes."""
    message = posting.message
    given = {
        "v": VERSION,
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "thread": posting.in_thread,
        "name": posting.name,
        "topics": posting.topics,
    }
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(payload: bytes) -> Posting:
    """The message of a part's bytes; raises `Rejected` for what a newer version wrote."""
    given = json.loads(payload)
    if given["v"] > VERSION:
        raise Rejected(
            f"This message was drawn by a newer version (form {given['v']}; this one reads {VERSION}).",
            fix="Install that version again.",
        )
    message = Message(
        content=given["content"], embeds=tuple(given["embeds"]), components=tuple(given["components"])
    )
    return Posting(
        message=message,
        in_thread=bool(given["thread"]),
        name=given["name"],
        topics=tuple(given["topics"]),
    )


def marked_repeated(message: Message) -> Message:
    """The same message, saying that an earlier copy may be there; a digest leaves room for it."""
    content = f"{REPEATED}\n{message.content}"
    return replace(message, content=content) if units(content) <= limits.CONTENT else message
