"""What the bot must be allowed to do in a channel, and what becomes of a digest without: in the words of Discord's settings.

https://discord.com/developers/docs/topics/permissions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from discord import Permissions

from bot.errors import DestinationGone

from .error_codes import MAY_NOT
from .places import Channel

VIEW, SEND, EMBED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("embed_links", "Embed Links"),
)
IN_THREADS = ("send_messages_in_threads", "Send Messages in Threads")
NEW_THREADS = ("create_public_threads", "Create Public Threads")
HISTORY = ("read_message_history", "Read Message History")
PLAIN = "digests come as plain text"
NO_THREAD = "abstracts stand in the channel and not in a thread"
TWICE = "the bot cannot see whether a digest arrived when Discord's answer was lost, and may send it twice"


def closed(channel: Channel, may: Permissions) -> DestinationGone | None:
    """Why no message can go there, known before Discord has to refuse one; None when one can."""
    if not channel.takes_messages:
        return DestinationGone("The channel takes no messages.", fix="Let the digests go to another channel.")
    lost = [] if channel.is_direct else _lost(may, (VIEW, *_posting(channel)))
    if not lost:
        return None
    fix = f"Grant it {_listed(lost)} there, and digests go on."
    return DestinationGone(f"{MAY_NOT} post in the channel.", fix=fix)


def missing(channel: Channel, may: Permissions) -> str:
    """What stands in the way of following anything there; "" when nothing does."""
    called = f"#{channel.name}" if channel.name else "that channel"
    if not channel.takes_messages:
        return f"{called} takes no messages. Choose a text, announcement or forum channel."
    if channel.is_direct:
        return ""
    lost = _lost(may, (VIEW, *_posting(channel), EMBED))
    return f"The bot lacks {', '.join(lost)} in {called}. Grant it there, and try again." if lost else ""


def lacking(channel: Channel, may: Permissions) -> str:
    """What makes digests worse there than they could be, as things to do about it; "" when nothing does."""
    if channel.is_direct or closed(channel, may):
        return ""
    return " ".join(_worse(channel, may))


def _worse(channel: Channel, may: Permissions) -> Iterator[str]:
    threads = (NEW_THREADS, IN_THREADS) if channel.takes_threads else ()
    for wanted, without in (((EMBED,), PLAIN), (threads, NO_THREAD), ((HISTORY,), TWICE)):
        if lost := _lost(may, wanted):
            yield f"Grant the bot {_listed(lost)}: without, {without}."


def _posting(channel: Channel) -> tuple[tuple[str, str], ...]:
    if channel.is_thread:
        return (IN_THREADS,)
    return (SEND, IN_THREADS) if channel.is_forum else (SEND,)


def _lost(may: Permissions, wanted: Iterable[tuple[str, str]]) -> list[str]:
    return [f'"{name}"' for flag, name in wanted if not getattr(may, flag)]


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
