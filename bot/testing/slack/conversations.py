"""conversations.*: looking at channels, reading them, joining and opening them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .asking import Asked
from .call import Refused
from .messages import Said
from .world import Channel, Json

FAR = "9999999999.999999"
KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def info(asked: Asked) -> Json:
    """Describe a channel."""
    channel = asked.channel()
    asked.need(f"{channel.kind}:read")
    return {"channel": channel.described(member=asked.is_member(channel))}


def members(asked: Asked) -> Json:
    """List who is in a channel, a page at a time."""
    channel = asked.channel()
    asked.need(f"{channel.kind}:read")
    page, cursor = _paged(asked, sorted(channel.members), most=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def list_all(asked: Asked) -> Json:
    """List channels the bot may know of, of the types asked for."""
    kinds = [KINDS.get(one.strip(), "?") for one in asked.call.text("types", "public_channel").split(",")]
    for kind in kinds:
        asked.need(f"{kind}:read")
    archived = not asked.call.flag("exclude_archived")
    seen = [one for one in asked.workspace.channels.values() if _listed(asked, one, kinds, archived=archived)]
    page, cursor = _paged(asked, seen, most=1000)
    described = [one.described(member=asked.is_member(one)) for one in page]
    return {"channels": described, "response_metadata": {"next_cursor": cursor}}


def history(asked: Asked) -> Json:
    """Read a channel, newest first, without the replies of threads."""
    channel = _readable(asked)
    within = [one for one in channel.messages if not one.in_thread and _within(asked, one)]
    return _read(asked, within[::-1])


def replies(asked: Asked) -> Json:
    """Read a thread, oldest first, its parent at the top."""
    channel = _readable(asked)
    parent = channel.find(asked.call.text("ts"))
    if parent is None:
        raise Refused("thread_not_found")
    rest = [
        one
        for one in channel.messages
        if one.in_thread and one.thread_ts == parent.ts and _within(asked, one)
    ]
    return _read(asked, [parent, *rest])


def join(asked: Asked) -> Json:
    """Let the bot into a public channel."""
    asked.need("channels:join")
    channel = asked.channel()
    if channel.kind != "channels":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    channel.members.add(asked.workspace.bot_user)
    return {"channel": channel.described(member=True)}


def open_direct(asked: Asked) -> Json:
    """Open the direct message with a person."""
    asked.need("im:write")
    if asked.call.text("users") not in asked.workspace.people:
        raise Refused("user_not_found")
    channel = asked.workspace.direct(asked.call.text("users"))
    return {"channel": channel.described(member=True) if asked.call.flag("return_im") else {"id": channel.id}}


def _readable(asked: Asked) -> Channel:
    channel = asked.channel()
    asked.need(f"{channel.kind}:history")
    if not asked.is_member(channel):
        raise Refused("not_in_channel")
    return channel


def _within(asked: Asked, said: Said) -> bool:
    oldest, latest = asked.call.text("oldest", "0"), asked.call.text("latest", FAR)
    at, low, high = float(said.ts), float(oldest or 0), float(latest or FAR)
    return low <= at <= high if asked.call.flag("inclusive") else low < at < high


def _read(asked: Asked, messages: Sequence[Said]) -> Json:
    page, cursor = _paged(asked, messages, most=asked.state.history_limit)
    shown = [one.described(metadata=asked.call.flag("include_all_metadata")) for one in page]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shown, "has_more": bool(cursor), **more}


def _paged(asked: Asked, items: Sequence[Any], *, most: int) -> tuple[list[Any], str]:
    start, limit = asked.call.number("cursor", 0), min(asked.call.number("limit", 100), most)
    end = start + max(1, limit)
    return list(items[start:end]), str(end) if end < len(items) else ""


def _listed(asked: Asked, channel: Channel, kinds: Sequence[str], *, archived: bool) -> bool:
    visible = not channel.private or asked.is_member(channel)
    return channel.kind in kinds and visible and (archived or not channel.archived)
