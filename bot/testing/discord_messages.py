"""Judges a Discord message as strictly as Discord's documentation allows, and whether anybody's text got out of hand.

Every limit that is documented for what this bot draws, by numbers of its own and not the adapter's; keys nobody documents
are refused. https://discord.com/developers/docs/resources/message, https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from .discord_markdown import is_allowed, markdown_findings
from .slack_shapes import Check, Table, flag, items, one_of, record, text, units

Named: TypeAlias = tuple[str, str]  # a string, behind the key it stands under

MOST_EMBED_TEXT = 6000
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Discord pings for these wherever they stand, a backslash before them or not, unless it is told not to.
LIVE = re.compile(
    r"<@[!&]?\d|<#\d|<@[A-Z]|@(?:everyone|here)\b|<!|(?<!\]\()<https?:|</\w|<t:(?!-?\d+:[tf]>)", re.IGNORECASE
)
URL = text(2000)
NAME = text(100)


def _kind(number: int) -> Table:
    return {"type": one_of(number)}


def _number(most: int) -> Check:
    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, int) or not 0 <= value <= most:
            yield f"{where} is {value!r}, no number up to {most}"

    return check


OPTION = record({"label": text(100), "value": NAME}, {"description": text(100), "default": flag})
PRESSED = record(
    {**_kind(2), "style": one_of(1, 2, 3, 4), "label": text(80), "custom_id": NAME}, {"disabled": flag}
)
OPENS = record({**_kind(2), "style": one_of(5), "label": text(80), "url": text(512)})
SELECT = record(
    {**_kind(3), "custom_id": NAME, "options": items(OPTION, 25)},
    {"placeholder": text(150), "min_values": _number(25), "max_values": _number(25), "disabled": flag},
)
EMBED = record(
    {},
    {
        "title": text(256),
        "url": URL,
        "description": text(4096),
        "color": _number(0xFFFFFF),
        "author": record({"name": text(256)}, {"url": URL}),
        "footer": record({"text": text(2048)}),
        "thumbnail": record({"url": URL}),
        "fields": items(record({"name": text(256), "value": text(1024)}, {"inline": flag}), 25),
    },
)


def _button(value: object, where: str) -> Iterator[str]:
    """A button has an address or an id, never both."""
    opens = isinstance(value, dict) and value.get("style") == 5
    yield from (OPENS if opens else PRESSED)(value, where)


def _row(value: object, where: str) -> Iterator[str]:
    """At most five buttons, or one select alone."""
    inner = value.get("components") if isinstance(value, dict) else None
    has_select = isinstance(inner, list) and any(
        isinstance(one, dict) and one.get("type") == 3 for one in inner
    )
    held = items(SELECT, 1) if has_select else items(_button, 5)
    yield from record({**_kind(1), "components": held})(value, where)


MESSAGE = record(
    {
        "content": text(2000, least=0),
        "embeds": items(EMBED, 10, least=0),
        "components": items(_row, 5, least=0),
        "allowed_mentions": one_of({"parse": []}),
    },
    {"flags": one_of(4, 64, 68)},
)


def discord_findings(message: Mapping[str, Any], *, links: Collection[str] = ()) -> list[str]:
    """Everything wrong with the body of a message; `links` are the only addresses it may hold."""
    found = [*MESSAGE(dict(message), "message")]
    if found:  # its shape is wrong, and the rest expects one
        return found
    strings = list(_strings({key: value for key, value in message.items() if key != "allowed_mentions"}))
    return [
        *_amounts(message),
        *_twice(message),
        *_words(strings),
        *_links(message, links),
    ]


def _amounts(message: Mapping[str, Any]) -> Iterator[str]:
    embeds = message["embeds"]
    total = sum(units(value) for one in embeds for key, value in _strings(one) if key != "url")
    if total > MOST_EMBED_TEXT:
        yield f"all embeds together have {total} characters, at most {MOST_EMBED_TEXT}"
    if not (message["content"].strip() or embeds or message["components"]):
        yield "the message is empty"
    for at, one in enumerate(embeds):
        if not any(one.get(key) for key in ("title", "description", "fields", "author", "footer")):
            yield f"embeds[{at}] shows nothing"
        if "url" in one and "title" not in one:
            yield f"embeds[{at}] has an address and no title to carry it"


def _twice(message: Mapping[str, Any]) -> Iterator[str]:
    """Ids and values that must be there once, and embeds of one address, which Discord shows as one."""
    strings = list(_strings(message["components"]))
    yield from _repeated("custom_id", (value for key, value in strings if key == "custom_id"))
    yield from _repeated("embed's url", (one["url"] for one in message["embeds"] if "url" in one))
    for row in message["components"]:
        for one in row["components"]:
            yield from _repeated("option's value", (each["value"] for each in one.get("options", ())))


def _repeated(what: str, values: Iterable[str]) -> Iterator[str]:
    counts = Counter(values)
    yield from (f"{what} {value!r} is there {times} times" for value, times in counts.items() if times > 1)


def _words(strings: Iterable[Named]) -> Iterator[str]:
    for key, value in strings:
        if key == "custom_id" and not value.isascii():
            yield f"{key} is not spelled in ASCII: {value[:80]!r}"
        if UNSEEN.search(value):
            yield f"{key} has a control character: {value[:80]!r}"
        if key not in {"custom_id", "url"} and LIVE.search(value):
            yield f"{key} may mention somebody: {value[:80]!r}"


def _links(message: Mapping[str, Any], links: Collection[str]) -> Iterator[str]:
    """Every address, spelled out or behind words, is one of those that may be there."""
    allowed = {unquote(link) for link in links}
    for key, value in _strings({"embeds": message["embeds"], "components": message["components"]}):
        if key == "url" and not is_allowed(value, allowed):
            yield f"a foreign link: {value[:120]!r}"
    for where, value in _marked_up(message):
        yield from (f"{where}: {found}" for found in markdown_findings(value, allowed))


def _marked_up(message: Mapping[str, Any]) -> Iterator[Named]:
    """Everything that Discord reads as Markdown."""
    yield "content", message["content"]
    for one in message["embeds"]:
        yield from ((key, one[key]) for key in ("title", "description") if key in one)
        for each in one.get("fields", ()):
            yield from (("field", each["name"]), ("field", each["value"]))


def _strings(value: object, name: str = "") -> Iterator[Named]:
    """Every string in a JSON value, with the key it stands under."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item, name)
