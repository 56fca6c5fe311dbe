"""`/papers ...`, typed in a channel: https://docs.slack.dev/interactivity/implementing-slash-commands."""

from __future__ import annotations

import re

from adapters.chat.slack.drawing.actions import HALF

from .acts import Act

MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


async def typed(act: Act) -> None:
    """Answer a typed line; an empty one gets help."""
    await act.reply(await act.ask(as_typed(str(act.body.get("text") or ""))))


async def mentioned(act: Act) -> None:
    """Answer "@Paper Round today": what was typed, without the mention."""
    text = str(act.body["event"].get("text") or "")
    await act.reply(await act.ask(as_typed(MENTION.sub(" ", text))))


def as_typed(text: str) -> str:
    """A line as the person typed it: Slack hands over three characters as entities, and only those three."""
    return HALF.sub(" ", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
