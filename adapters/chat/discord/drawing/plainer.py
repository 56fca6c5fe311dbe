"""What is left to try when Discord refuses a message, or shows no embeds there: no pictures, then no embeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from adapters.chat.foreign import clipped, units_of

from . import limits
from .embeds import Json, Message
from .text import enclosed, units

PICTURES = frozenset({"thumbnail", "image"})
ROOM = limits.CONTENT - 100  # for "(repeated after a restart)"
LEAST = 20  # characters worth showing of a line
HALF_ESCAPE = re.compile(r"\\+(?=…?$)")
LINKED = re.compile(r"\]\(<?https?:")


def plainer(message: Message, step: int) -> Message | None:
    """The same message with less in it: 1 without pictures, 2 in its content alone; None after that.

    The menu and the buttons stay: they are what can be done with the papers, and carry the key of the delivery.
    """
    if step == 1:
        return replace(message, embeds=tuple(map(_without_pictures, message.embeds)))
    return replace(message, content=_plain(message), embeds=()) if step == 2 else None


def _without_pictures(one: Json) -> Json:
    return {key: value for key, value in one.items() if key not in PICTURES}


def _plain(message: Message) -> str:
    """The content with every embed below it, each cut to its share of what a message holds."""
    if not message.embeds:
        return message.content
    share = (ROOM - units(message.content)) // len(message.embeds)
    told = ("\n".join(_lines(one, share - 1)) for one in message.embeds)
    return "\n\n".join([message.content, *(one for one in told if one)])


def _lines(one: Json, room: int) -> Iterator[str]:
    """An embed as lines within `room`, its title first."""
    for line in _texts(one, room - 1):
        shown = _cut(line, room - 1)
        if shown:
            room -= units(shown) + 1
            yield shown


def _texts(one: Json, room: int) -> Iterator[str]:
    if title := one.get("title", ""):
        address = enclosed(one.get("url", ""))
        linked = f"**[{title}](<{address}>)**" if address else ""
        yield linked if linked and units(linked) <= room else title
    yield from one.get("description", "").splitlines()


def _cut(line: str, room: int) -> str:
    """A line of Markdown in so much room, no escape cut in two; a link is whole or is left out."""
    if units(line) <= room:
        return line
    if room < LEAST or LINKED.search(line):
        return ""
    return HALF_ESCAPE.sub("", clipped(line, room, units, units_of))
