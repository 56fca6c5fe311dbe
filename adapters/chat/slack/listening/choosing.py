"""What a menu offers while somebody types in it: from memory, at once.

https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
"""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.offering import shipped_topics, zones
from adapters.chat.slack.drawing.blocks import Json, option
from adapters.chat.slack.drawing.limits import OPTION_TEXT, SELECT_OPTIONS
from adapters.chat.slack.drawing.text import safe
from adapters.chat.slack.drawing.views_form import TOPIC, ZONE

LONGEST = 60  # of what is typed; no zone and no topic is longer


async def offered(ack: AsyncAck, body: Json) -> object:
    """Acknowledge with what fits what was typed so far."""
    typed = str(body.get("value") or "")[:LONGEST]
    return await ack(options=_options(str(body.get("action_id") or ""), typed))


def _options(field: str, typed: str) -> list[Json]:
    match field:
        case _ if field == ZONE:
            return zone_options(typed)
        case _ if field == TOPIC:
            return topic_options(typed)
        case _:
            return []


def zone_options(typed: str) -> list[Json]:
    """Time zones, those first whose city or name begins as typed; each once, under the name that was meant."""
    return [option(label, zone) for label, zone in zones(typed)[:SELECT_OPTIONS]]


def topic_options(typed: str) -> list[Json]:
    """Shipped topics by name, title or synonym, the likest first; all of them by name before anything is typed."""
    found = shipped_topics(typed)[:SELECT_OPTIONS]
    return [option(safe(f"{one.title} ({one.name})", OPTION_TEXT), one.name) for one in found]
