"""Messages, embeds and components as Discord's own JSON, as small as this bot needs them.

https://discord.com/developers/docs/resources/message#embed-object, https://discord.com/developers/docs/components/reference.
Every text is made safe and cut to its limit here, so that nobody can forget to. Only `content`, a `description` and the
value of a field are taken as they are: Markdown, made with `escaped` and `masked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import limits
from .text import escaped, link, seen, units

Json: TypeAlias = dict[str, Any]  # Discord's own JSON: what this file is there to keep to itself
DOT = " · "  # between small facts
NOTHING = "…"  # Discord refuses a text that is empty
ROW, BUTTON, SELECT = 1, 2, 3  # types of components
GREY, BLUE, RED, LINK = 2, 1, 4, 5  # styles of buttons
EPHEMERAL = 1 << 6  # the flag of an answer that only whoever asked sees
# The bar beside an embed: blue, or in a digest one of these for each group, so that one sees where the next begins.
COLOURS = (0x2F6FDE, 0xC98A3C, 0x3E9C78, 0x8F6FC9)
CHOOSE = "Do something with a paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message: `content` is Markdown of our own words and `escaped` ones."""

    content: str
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()

    def body(self) -> Json:
        """What is sent; it mentions nobody, whatever stands in it."""
        return {
            "content": self.content,
            "embeds": list(self.embeds),
            "components": list(self.components),
            "allowed_mentions": {"parse": []},
        }


def embed(
    *,
    title: str = "",
    url: str = "",
    description: str = "",
    author: str = "",
    footer: str = "",
    thumbnail: str = "",
    fields: Sequence[Json] = (),
) -> Json:
    """An embed; what is empty is left out, and an address that is none to link to as well."""
    heading = escaped(title, limits.EMBED_TITLE) if seen(title) else ""
    given: Json = {
        "title": heading,
        "url": link(url) if heading else "",
        "description": description,
        "author": _inner("name", seen(author, limits.AUTHOR)),
        "footer": _inner("text", seen(footer, limits.FOOTER)),
        "thumbnail": _inner("url", link(thumbnail)),
        "fields": list(fields[: limits.EMBED_FIELDS]),
    }
    shown = {key: value for key, value in given.items() if value}
    return {**(shown or {"description": NOTHING}), "color": COLOURS[0]}


def field(name: str, value: str, *, inline: bool = False) -> Json:
    """A named line of an embed; the value is Markdown."""
    shown = value if units(value) <= limits.FIELD_VALUE else escaped(value, limits.FIELD_VALUE)
    return {"name": escaped(name, limits.FIELD_NAME) or NOTHING, "value": shown or NOTHING, "inline": inline}


def button(label: str, custom_id: str, *, style: int = GREY) -> Json:
    """A button; `custom_id` comes back when it is pressed."""
    shown = seen(label, limits.BUTTON_LABEL) or NOTHING
    return {"type": BUTTON, "style": style, "label": shown, "custom_id": custom_id}


def link_button(label: str, url: str) -> Json | None:
    """A button that opens an address; None when it is not one to link to."""
    address = link(url)
    if not address or len(address) > limits.BUTTON_URL:
        return None
    return {
        "type": BUTTON,
        "style": LINK,
        "label": seen(label, limits.BUTTON_LABEL) or NOTHING,
        "url": address,
    }


def option(label: str, value: str, *, description: str = "", default: bool = False) -> Json:
    """One line of a select."""
    made: Json = {"label": seen(label, limits.OPTION_LABEL) or NOTHING, "value": value}
    said = seen(description, limits.OPTION_DESCRIPTION)
    return {**made, **({"description": said} if said else {}), **({"default": True} if default else {})}


def select(custom_id: str, options: Sequence[Json], *, placeholder: str = CHOOSE) -> Json:
    """A menu of which one line is chosen; two lines of one value are one."""
    distinct = {one["value"]: one for one in reversed(options)}
    shown = [one for one in options if distinct.get(one["value"]) is one]
    return {
        "type": SELECT,
        "custom_id": custom_id,
        "placeholder": seen(placeholder, limits.PLACEHOLDER) or NOTHING,
        "options": shown[: limits.SELECT_OPTIONS],
    }


def row(components: Sequence[Json]) -> Json:
    """A row of at most five buttons, or of one select."""
    return {"type": ROW, "components": list(components[: limits.ROW_BUTTONS])}


def rows(buttons: Sequence[Json]) -> list[Json]:
    """Buttons in as many rows as they need."""
    starts = range(0, len(buttons), limits.ROW_BUTTONS)
    return [row(buttons[start : start + limits.ROW_BUTTONS]) for start in starts][: limits.ROWS]


def coloured(one: Json, group: int) -> Json:
    """The same embed in the colour of a group, counted from zero."""
    return {**one, "color": COLOURS[group % len(COLOURS)]}


def distinct_urls(embeds: Iterable[Json]) -> list[Json]:
    """The same embeds with no two addresses equal: Discord shows those of one address as one."""
    taken: set[str] = set()
    return [_distinct(one, taken) for one in embeds]


def size(embeds: Iterable[Mapping[str, Any]]) -> int:
    """How much of Discord's limit for the embeds of a message some embeds take."""
    return sum(sum(map(units, _texts(one))) for one in embeds)


def _distinct(one: Json, taken: set[str]) -> Json:
    url, number = one.get("url", ""), 1
    while url and url in taken:
        number += 1
        url = f"{one['url']}{'&' if '#' in one['url'] else '#'}paper-{number}"
    taken.add(url)
    return {**one, "url": url} if url else one


def _texts(one: Mapping[str, Any]) -> Iterable[str]:
    yield one.get("title", "")
    yield one.get("description", "")
    yield one.get("footer", {}).get("text", "")
    yield one.get("author", {}).get("name", "")
    for each in one.get("fields", ()):
        yield from (each["name"], each["value"])


def _inner(key: str, value: str) -> Json:
    return {key: value} if value else {}
