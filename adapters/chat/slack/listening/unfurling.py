"""A small card under a link to a paper that is known; quiet otherwise: https://docs.slack.dev/messaging/unfurling-links-in-messages."""

from __future__ import annotations

import logging

from adapters.chat.mentions import LONGEST_REFERENCE
from adapters.chat.slack.api.errors import name_of
from adapters.chat.slack.drawing.blocks import Block, Json, context, plain, section
from adapters.chat.slack.drawing.entries import TITLE, facts, title_of
from bot.commands.parsing import Call
from bot.commands.replies import PaperCard

from .acts import Act
from .answering import FAILURES

RIGHT = "links:write"
MOST = 3  # cards under one message
log = logging.getLogger(__name__)


async def linked(act: Act) -> None:
    """Put a card under each link of a message to a known paper, where the bot may."""
    if RIGHT not in act.office.tokens.scopes(act.workspace):
        return
    links = act.body["event"].get("links")
    urls = [str(one.get("url") or "") for one in links if isinstance(one, dict)] if links else []
    asked = [url for url in urls[: MOST * 2] if 0 < len(url) <= LONGEST_REFERENCE]
    cards = {url: card for url in asked if (card := await _card(act, url))}
    if cards:
        await _shown(act, dict(list(cards.items())[:MOST]))


async def _card(act: Act, url: str) -> list[Block]:
    """What is known of the paper at an address; nothing is asked of Slack for it."""
    found = await act.look_up(Call("show", {"paper": url}))
    if not isinstance(found, PaperCard):
        return []
    title = section(plain(title_of(found.paper), TITLE))
    summary = [section(found.paper.summary)] if found.paper.summary else []
    return [title, *summary, context([facts(found.paper)])]


async def _shown(act: Act, cards: dict[str, list[Block]]) -> None:
    event = act.body["event"]
    try:
        client = await act.office.tokens.client(act.workspace)
        await client.chat_unfurl(
            **_message(event), unfurls={url: {"blocks": blocks} for url, blocks in cards.items()}
        )
    except FAILURES as error:
        log.info("a link was not unfurled: %s", name_of(error))


def _message(event: Json) -> Json:
    """Which message: by what Slack calls it since it unfurls while people still type, else by channel and time."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event.get("channel"), "ts": event.get("message_ts")}
