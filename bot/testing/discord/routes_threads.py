"""Routes of threads and of forum posts: https://docs.discord.com/developers/topics/threads."""

from __future__ import annotations

from .asking import Asked
from .call import Answer, Refused
from .checking import Problem
from .messages import HAS_THREAD
from .objects import channel_json
from .permissions import Permission
from .routes_messages import shown
from .world import ANNOUNCEMENT, FORUM, NEWS_THREAD, THREAD, Channel, Json, Said


def from_message(asked: Asked) -> Answer:
    """Start a thread at a message; it has the message's id."""
    channel = asked.channel(Permission.CREATE_PUBLIC_THREADS)
    said = asked.message(channel)
    asked.check(_name_problems(asked.given))
    if said.id in asked.state.channels:
        raise Refused(400, 160004, "A thread has already been created for this message")
    kind = NEWS_THREAD if channel.kind == ANNOUNCEMENT else THREAD
    thread = asked.state.add_channel(
        channel.guild, asked.given["name"], kind=kind, parent=channel, id=said.id
    )
    _starter(asked, thread, said)
    return 201, _announced(asked, thread)


def _starter(asked: Asked, thread: Channel, said: Said) -> None:
    """What stands first in such a thread: a message without content that points to the one it began at."""
    reference = {"type": 0, "message_id": said.id, "channel_id": said.channel}
    asked.state.say(
        thread, asked.state.bot, {}, via="system", raw={"type": 21, "message_reference": reference}
    )
    said.raw["flags"] |= HAS_THREAD
    said.raw["thread"] = channel_json(thread)


def start(asked: Asked) -> Answer:
    """Make a forum's post, or a thread that belongs to no message."""
    channel = asked.channel()
    asked.check(_name_problems(asked.given))
    if channel.kind == FORUM:
        return _post(asked, channel)
    asked.need(channel, Permission.CREATE_PUBLIC_THREADS)
    kind = int(asked.given.get("type") or THREAD)
    thread = asked.state.add_channel(channel.guild, asked.given["name"], kind=kind, parent=channel)
    return 201, _announced(asked, thread)


def _post(asked: Asked, forum: Channel) -> Answer:
    asked.need(forum, Permission.SEND_MESSAGES)
    given, tags = asked.given, [str(one) for one in asked.given.get("applied_tags") or []]
    message = given.get("message")
    if not isinstance(message, dict):
        asked.check([Problem("message", "This field is required")])
    asked.check(asked.state.check_message(given["message"]))
    if forum.needs_tag and not tags:
        raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
    asked.check(_tag_problems(forum, tags))
    facts = {"kind": THREAD, "parent": forum, "applied_tags": tags}
    post = asked.state.add_channel(forum.guild, given["name"], **facts)
    body = shown(asked, forum, given["message"])
    said = asked.state.say(post, asked.state.bot, body, id=post.id)
    return 201, {**_announced(asked, post), "message": said.raw}


def _announced(asked: Asked, thread: Channel) -> Json:
    whole = channel_json(thread)
    asked.state.dispatch("THREAD_CREATE", {**whole, "newly_created": True}, thread.guild)
    return whole


def _name_problems(given: Json) -> list[Problem]:
    name = given.get("name")
    fits = isinstance(name, str) and 1 <= len(name) <= 100
    return [] if fits else [Problem("name", "must be between 1 and 100 in length")]


def _tag_problems(forum: Channel, tags: list[str]) -> list[Problem]:
    known = {str(one["id"]) for one in forum.tags}
    unknown = [Problem("applied_tags", f"{tag} is no tag of this forum") for tag in tags if tag not in known]
    return [*unknown, *([Problem("applied_tags", "must be 5 or fewer in number")] if len(tags) > 5 else [])]


def active(asked: Asked) -> Answer:
    """Threads of a server that are not archived."""
    channels = asked.guild().channels.values()
    open_ones = [one for one in channels if one.is_thread and not one.archived]
    seen = [one for one in open_ones if asked.state.bot_may(one, Permission.VIEW_CHANNEL)]
    return 200, {"threads": [channel_json(one) for one in seen], "members": [], "has_more": False}


def archived(asked: Asked) -> Answer:
    """Archived public threads of a channel, a page at a time, those archived last first."""
    parent, query = asked.channel(Permission.READ_MESSAGE_HISTORY), asked.call.query
    every = [one for one in asked.state.channels.values() if one.parent is parent and one.archived]
    before = query.get("before", "9").replace("Z", "+00:00")
    found = sorted((one for one in every if one.turned < before), key=lambda one: one.turned, reverse=True)
    page = found[: int(query.get("limit", "50"))]
    threads = [channel_json(one) for one in page]
    return 200, {"threads": threads, "members": [], "has_more": len(page) < len(found)}


def change(asked: Asked) -> Answer:
    """Archive a thread, open it again, or name it anew."""
    thread = asked.channel()
    if not thread.is_thread:
        raise Refused(403, 50013, "Missing Permissions")
    if "archived" in asked.given:
        thread.archived, thread.turned = (
            bool(asked.given["archived"]),
            asked.state.clock.now().isoformat(),
        )
    thread.name = asked.given.get("name") or thread.name
    thread.applied_tags = asked.given.get("applied_tags") or thread.applied_tags
    return 200, channel_json(thread)


def join(asked: Asked) -> Answer:
    """Join a thread."""
    asked.channel()
    return 204, None


ROUTES = {
    "PATCH /channels/{channel}": change,
    "POST /channels/{channel}/threads": start,
    "POST /channels/{channel}/messages/{message}/threads": from_message,
    "GET /channels/{channel}/threads/archived/public": archived,
    "GET /guilds/{guild}/threads/active": active,
    "PUT /channels/{channel}/thread-members/@me": join,
}
