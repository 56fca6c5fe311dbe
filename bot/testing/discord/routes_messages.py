"""Routes of messages: https://docs.discord.com/developers/resources/message."""

from __future__ import annotations

from .asking import Asked
from .call import Answer, Refused
from .checking import edit_problems
from .messages import CROSSPOSTED, changed
from .objects import channel_json
from .permissions import Permission
from .world import ANNOUNCEMENT, FORUM, Channel, Json, Said


def history(asked: Asked) -> Answer:
    """Messages of a channel, newest first; nothing without the permission to read its history."""
    channel, query = asked.channel(), asked.call.query
    if not asked.state.bot_may(channel, Permission.READ_MESSAGE_HISTORY):
        return 200, []
    limit = min(int(query.get("limit", "50")), asked.state.history_limit)
    seen = [one for one in channel.messages if not one.ephemeral]
    if "after" in query:
        chosen = [one for one in seen if int(one.id) > int(query["after"])][:limit]
    else:
        before = int(query.get("before", 1 << 63))
        chosen = [one for one in seen if int(one.id) < before][-limit:]
    return 200, [one.raw for one in reversed(chosen)]


def create(asked: Asked) -> Answer:
    """Post; the same nonce again, with enforce_nonce, gives back the message it made."""
    channel = asked.channel()
    if channel.kind == FORUM:
        raise Refused(400, 50008, "Cannot send messages in a non-text channel")
    in_thread, post = Permission.SEND_MESSAGES_IN_THREADS, Permission.SEND_MESSAGES
    asked.need(channel, in_thread if channel.is_thread else post)
    if channel.locked:
        raise Refused(400, 50083, "Thread is archived")
    if channel.person is not None and not channel.person.dms_open:
        raise Refused(403, 50007, "Cannot send messages to this user")
    asked.check(asked.state.check_message(asked.given))
    return _remembered(asked) or _posted(asked, channel)


def _remembered(asked: Asked) -> Answer | None:
    nonce, enforced = str(asked.given.get("nonce") or ""), asked.given.get("enforce_nonce")
    at, said = asked.state.nonces.get(nonce, (0.0, None))
    if said is None or not enforced or asked.state.clock.monotonic() - at > asked.state.nonce_window:
        return None
    if said in asked.state.deleted:
        raise Refused(404, 10008, "Unknown Message")
    asked.state.counters["nonce_known"] += 1
    asked.state.counters["nonce_in_other_channel"] += said.channel != asked.named["channel"]
    return 200, {**said.raw, "nonce": nonce}


def _posted(asked: Asked, channel: Channel) -> Answer:
    body, nonce = shown(asked, channel, asked.given), str(asked.given.get("nonce") or "")
    said = asked.state.say(channel, asked.state.bot, body, nonce=nonce)
    if nonce:
        asked.state.nonces[nonce] = (asked.state.clock.monotonic(), said)
    return 200, {**said.raw, **({"nonce": nonce} if nonce else {})}


def shown(asked: Asked, channel: Channel, body: Json) -> Json:
    """What is left of a message: without EMBED_LINKS Discord drops its embeds and says nothing."""
    if not body.get("embeds") or asked.state.bot_may(channel, Permission.EMBED_LINKS):
        return body
    asked.state.counters["embeds_dropped"] += 1
    if not body.get("content") and not body.get("components"):
        raise Refused(400, 50006, "Cannot send an empty message")
    return {**body, "embeds": []}


def read(asked: Asked) -> Answer:
    """One message."""
    channel = asked.channel()
    if not asked.state.bot_may(channel, Permission.READ_MESSAGE_HISTORY):
        raise Refused(403, 50001, "Missing Access")
    return 200, asked.message(channel).raw


def edit(asked: Asked) -> Answer:
    """Change an own message."""
    channel = asked.channel()
    said = asked.own(channel)
    if channel.archived:
        raise Refused(400, 50083, "Thread is archived")
    asked.check(edit_problems(asked.given))
    changed(said.raw, asked.given, asked.state.clock.now())
    said.edits += 1
    return 200, said.raw


def delete(asked: Asked) -> Answer:
    """Take an own message away."""
    channel = asked.channel()
    drop(asked, channel, asked.own(channel))
    return 204, None


def drop(asked: Asked, channel: Channel, said: Said) -> None:
    """Take a message out of its channel."""
    channel.messages.remove(said)
    asked.state.deleted.append(said)


def crosspost(asked: Asked) -> Answer:
    """Publish a message of an announcement channel to those who follow it."""
    channel = asked.channel(Permission.SEND_MESSAGES)
    said = asked.message(channel)
    if channel.kind != ANNOUNCEMENT:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    if said.raw["flags"] & CROSSPOSTED:
        raise Refused(400, 40033, "This message has already been crossposted")
    said.raw["flags"] |= CROSSPOSTED
    return 200, said.raw


def typing(asked: Asked) -> Answer:
    """Show that the bot is writing."""
    asked.channel(Permission.SEND_MESSAGES)
    return 204, None


def read_channel(asked: Asked) -> Answer:
    """One channel."""
    return 200, channel_json(asked.channel())


ROUTES = {
    "GET /channels/{channel}": read_channel,
    "GET /channels/{channel}/messages": history,
    "POST /channels/{channel}/messages": create,
    "POST /channels/{channel}/typing": typing,
    "GET /channels/{channel}/messages/{message}": read,
    "PATCH /channels/{channel}/messages/{message}": edit,
    "DELETE /channels/{channel}/messages/{message}": delete,
    "POST /channels/{channel}/messages/{message}/crosspost": crosspost,
}
