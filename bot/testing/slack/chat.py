"""chat.*: posting, changing and unfurling."""

from __future__ import annotations

from .asking import Asked
from .call import Refused
from .messages import named
from .world import Channel, Json


def post_message(asked: Asked) -> Json:
    """Post to a channel, a thread or a person."""
    asked.need("chat:write")
    channel = asked.postable()
    metadata = asked.call.parsed("metadata") or {}
    if metadata and not (isinstance(metadata, dict) and metadata.get("event_type")):
        raise Refused("invalid_metadata_format")
    said = asked.state.say(
        asked.workspace,
        channel,
        user=asked.workspace.bot_user,
        thread_ts=_thread(asked, channel),
        metadata=metadata,
        **asked.content(),
    )
    return {"channel": channel.id, "ts": said.ts, "message": said.described(metadata=True)}


def post_ephemeral(asked: Asked) -> Json:
    """Show something to one person of a channel."""
    asked.need("chat:write")
    channel, person = asked.postable(), asked.person()
    if person.id not in channel.members:
        raise Refused("user_not_in_channel")
    said = asked.state.say(
        asked.workspace,
        channel,
        user=asked.workspace.bot_user,
        only_for=person.id,
        via="chat.postEphemeral",
        thread_ts=asked.call.text("thread_ts"),
        **asked.content(),
    )
    return {"message_ts": said.ts}


def update(asked: Asked) -> Json:
    """Change a message of one's own."""
    asked.need("chat:write")
    said = asked.channel().find(asked.call.text("ts"))
    if said is None:
        raise Refused("message_not_found")
    if said.user != asked.workspace.bot_user:
        raise Refused("cant_update_message")
    content = asked.content()
    said.text, said.blocks, said.edited = content["text"], named(content["blocks"]), True
    return {"channel": said.channel, "ts": said.ts, "text": said.text, "message": said.described()}


def delete(asked: Asked) -> Json:
    """Take a message of one's own away."""
    asked.need("chat:write")
    channel = asked.channel()
    said = channel.find(asked.call.text("ts"))
    if said is None:
        raise Refused("message_not_found")
    channel.messages.remove(said)
    return {"channel": channel.id, "ts": said.ts}


def unfurl(asked: Asked) -> Json:
    """Show what is behind links in somebody's message."""
    asked.need("links:write")
    unfurls = asked.call.parsed("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refused("missing_unfurls")
    for one in unfurls.values():
        problems = list(asked.state.check_message({"text": "unfurl", "blocks": one.get("blocks", [])}))
        asked.state.findings += [f"chat.unfurl: {problem}" for problem in problems]
    asked.state.unfurled.append({**asked.call.arguments, "unfurls": unfurls, "workspace": asked.workspace.id})
    return {}


def get_permalink(asked: Asked) -> Json:
    """The address of a message."""
    channel = asked.channel()
    said = channel.find(asked.call.text("message_ts"))
    if said is None:
        raise Refused("message_not_found")
    link = f"https://{asked.workspace.domain}.slack.com/archives/{channel.id}/p{said.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _thread(asked: Asked, channel: Channel) -> str:
    """The thread to post to; one that is not there, or a reply's, is told to the judge."""
    ts = asked.call.text("thread_ts")
    parent = channel.find(ts)
    if ts and (parent is None or parent.in_thread):
        asked.state.findings.append(f"chat.postMessage: thread_ts {ts} is no message that begins a thread")
    if parent:
        parent.thread_ts = parent.ts
    return ts
