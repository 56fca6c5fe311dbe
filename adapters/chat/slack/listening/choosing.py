"""What a menu offers while somebody types in it: from memory, at once.

https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
"""

from __future__ import annotations

from collections.abc import Iterable

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.slack.drawing.blocks import Json, option
from adapters.chat.slack.drawing.limits import OPTION_TEXT, SELECT_OPTIONS
from adapters.chat.slack.drawing.text import safe
from adapters.chat.slack.drawing.views_form import TOPIC, ZONE
from bot.commands.topic_search import like
from bot.domain.topics import Topic, Topics
from bot.domain.when import places

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
    wanted = " ".join(typed.replace("_", " ").lower().split())
    zone_of = places()
    ranks = {name: rank for name in zone_of if (rank := _unlikeness(name, wanted)) is not None}
    best: dict[str, str] = {}
    for name in sorted(ranks, key=lambda name: ranks[name]):
        best.setdefault(zone_of[name], name)
    return [option(_label(name, zone), zone) for zone, name in list(best.items())[:SELECT_OPTIONS]]


def topic_options(typed: str) -> list[Json]:
    """Shipped topics by name, title or synonym, the likest first; all of them by name before anything is typed."""
    topics = Topics.shipped()
    meant = topics.get(typed.strip().removeprefix("topic:")) if typed.strip() else None
    named = [meant] if meant else []
    found = [*named, *(one for one in _like(topics, typed) if one != meant)]
    return [
        option(safe(f"{one.title} ({one.name})", OPTION_TEXT), one.name) for one in found[:SELECT_OPTIONS]
    ]


def _like(topics: Topics, typed: str) -> Iterable[Topic]:
    return like(topics, typed) if typed.strip() else topics.all()


def _unlikeness(name: str, wanted: str) -> tuple[int, int] | None:
    """0 where a city begins so, 1 a whole name, 2 any word of it, 3 anywhere in it; None where it does not stand."""
    city = name.rsplit("/", 1)[-1]
    for rank, begins in enumerate((city.startswith, name.startswith)):
        if begins(wanted):
            return rank, "/" not in name
    if any(word.startswith(wanted) for word in name.replace("/", " ").split()):
        return 2, len(name)
    return (3, len(name)) if wanted in name else None


def _label(name: str, zone: str) -> str:
    """As "Europe/Berlin", or "Munich (Europe/Berlin)" where another city was meant."""
    if "/" in name or name == zone.rsplit("/", 1)[-1].replace("_", " ").lower():
        return zone
    return f"{name.title()} ({zone})"
