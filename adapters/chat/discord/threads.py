"""Threads that a digest opens: below its first message, and as a post of a forum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Transient, Unknown
from bot.ports import Part

from .api import error_codes as codes
from .api.errors import Refused
from .api.places import Channel
from .api.wire import Wire
from .drawing import limits
from .drawing.embeds import Json
from .drawing.parts import Posting

UNTITLED = "Papers"
PARTED = re.compile(r"[\s_-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Threads:
    """Opens them."""

    wire: Wire

    async def opened(self, channel: Channel, message: str, title: str) -> bool:
        """Open the thread of a message, whose id is the message's; False where there can be none."""
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        try:
            await self.wire.post(path, {"name": named(title)}, channel_id=channel.id, message_id=message)
        except Refused as error:
            if error.code not in {*codes.NO_THREAD, codes.THREAD_EXISTS}:
                raise
            return error.code == codes.THREAD_EXISTS
        except Unknown as error:  # whatever became of the thread, the message was not posted
            raise Transient(
                "Discord did not say whether there is a thread, so nothing was posted."
            ) from error
        return True

    async def begun(self, forum: Channel, title: str, tags: Sequence[str], body: Json) -> Json:
        """Begin a post; it and its first message have one id. No nonce protects it: who repeats it looks first."""
        given = {"name": named(title), "message": body, "applied_tags": list(tags_of(forum, tags))}
        return await self.wire.post("/channels/{channel_id}/threads", given, channel_id=forum.id)


def named(title: str) -> str:
    """The name of a thread, which is never empty."""
    return title.strip()[: limits.THREAD_NAME] or UNTITLED


def tags_of(forum: Channel, wanted: Sequence[str]) -> tuple[str, ...]:
    """The forum's tags that a digest is of; where it demands one, its first that the bot may use."""
    usable = [tag for tag in forum.tags if not tag.is_moderated]
    by_name = {_likened(tag.name): tag.id for tag in reversed(usable)}
    found = dict.fromkeys(by_name[name] for name in map(_likened, wanted) if name in by_name)
    if not found and forum.needs_tag:
        return tuple(tag.id for tag in usable[:1])
    return tuple(found)[: limits.THREAD_TAGS]


def _likened(name: str) -> str:
    """A topic's name as a tag may spell it: "Reward models" is reward-models, and a long one is cut."""
    return " ".join(PARTED.split(name.casefold()))[: limits.TAG_NAME].strip()


def opening_of(part: Part) -> tuple[str, str]:
    """The channel and the id of the first message of the same digest; "" when it is not known."""
    channel, _, message = part.opening.partition("/")
    return (channel, message) if message else ("", "")


def thread_of(part: Part, posting: Posting, channel: Channel) -> str:
    """The thread a part belongs into, which has the id of the message it is of; "" when it belongs into the channel."""
    opened_in, message = opening_of(part)
    belongs = posting.in_thread and opened_in == channel.id and channel.takes_threads
    return message if belongs else ""
