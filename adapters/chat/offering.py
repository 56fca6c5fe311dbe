"""What is offered while somebody types the name of a zone or of a topic: from memory, the likest first."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands.topic_search import like
from bot.domain.topics import Topic, Topics
from bot.domain.when import places


def zones(typed: str) -> list[tuple[str, str]]:
    """Labels and names of time zones, those first whose city or name begins as typed; each once, under the name that was meant."""
    wanted = " ".join(typed.replace("_", " ").lower().split())
    zone_of = places()
    ranks = {name: rank for name in zone_of if (rank := _unlikeness(name, wanted)) is not None}
    best: dict[str, str] = {}
    for name in sorted(ranks, key=lambda name: ranks[name]):
        best.setdefault(zone_of[name], name)
    return [(_label(name, zone), zone) for zone, name in best.items()]


def shipped_topics(typed: str) -> list[Topic]:
    """Shipped topics by name, title or synonym, the likest first; all of them by name before anything is typed."""
    topics = Topics.shipped()
    meant = topics.get(typed.strip().removeprefix("topic:")) if typed.strip() else None
    return [*([meant] if meant else []), *(one for one in _like(topics, typed) if one != meant)]


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
