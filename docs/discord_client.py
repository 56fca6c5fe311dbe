"""Discord's messages as HTML, for pictures: our own page in its manner, with nothing of Discord's and nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Json: TypeAlias = dict[str, Any]  # Discord's own JSON

READER = ZoneInfo("Europe/Berlin")
TOKEN = re.compile(
    r"(?P<block>```\n?(?P<copied>.*?)```)|`(?P<code>[^`\n]+)`|\\(?P<plain>[^0-9A-Za-z\s])"
    r"|<t:(?P<at>-?\d+):(?P<form>[tf])>|\[(?P<label>(?:\\.|[^\[\]\\])*)\]\(<?(?P<url>[^\s<>()]+)>?\)"
    r"|(?P<mark>\*\*|\*)",
    re.DOTALL,
)
TAGS = {"**": "b", "*": "i"}
KINDS = {"-# ": "small", "- ": "item"}
BUTTON, SELECT, LINK = 2, 3, 5
STYLES = {1: "blue", 2: "grey", 3: "green", 4: "red", 5: "grey"}
ARROW = '<svg class="arrow" viewBox="0 0 24 24"><path d="M6 9.5l6 6 6-6" fill="none" stroke="#b5bac1" stroke-width="2"/></svg>'
OPENS = (
    '<svg class="opens" viewBox="0 0 24 24"><path d="M10 5H6a1.5 1.5 0 0 0-1.5 1.5v11A1.5 1.5 0 0 0 6 19h11a1.5 1.5 0 0 0 '
    '1.5-1.5V14M14 4.5h5.5V10M19 5l-8 8" fill="none" stroke="currentColor" stroke-width="2"/></svg>'
)


def message_html(content: str, embeds: Iterable[Json], components: Iterable[Json]) -> str:
    """What stands in a message, from top to bottom."""
    text = f'<div class="content">{markdown(content)}</div>' if content else ""
    return text + "".join(map(_embed, embeds)) + "".join(map(_row, components))


def markdown(text: str) -> str:
    """As much of Discord's Markdown as the bot writes."""
    return "".join(_lines(text))


def _lines(text: str) -> Iterable[str]:
    for line in [text] if "```" in text else text.split("\n"):
        kind = next((kind for mark, kind in KINDS.items() if line.startswith(mark)), "line")
        shown = line if kind == "line" else line.partition(" ")[2]
        yield f'<div class="{kind}">{_spans(shown) or "&nbsp;"}</div>'


def _spans(text: str) -> str:
    made, open_marks, at = [], list[str](), 0
    for found in TOKEN.finditer(text):
        made.append(escape(text[at : found.start()], quote=False))
        made.append(_mark(found["mark"], open_marks) if found["mark"] else _token(found))
        at = found.end()
    return "".join([*made, escape(text[at:], quote=False)])


def _mark(mark: str, open_marks: list[str]) -> str:
    if mark in open_marks:
        open_marks.remove(mark)
        return f"</{TAGS[mark]}>"
    open_marks.append(mark)
    return f"<{TAGS[mark]}>"


def _token(found: re.Match[str]) -> str:
    if found["block"]:
        return f"<pre>{escape(found['copied'].strip(), quote=False)}</pre>"
    if found["code"]:
        return f"<code>{escape(found['code'], quote=False)}</code>"
    if found["at"]:
        return f'<span class="moment">{_moment(int(found["at"]), found["form"])}</span>'
    return f"<a>{_spans(found['label'])}</a>" if found["url"] else escape(found["plain"], quote=False)


def _moment(seconds: int, form: str) -> str:
    """A time as Discord writes it for a reader, https://discord.com/developers/docs/reference#message-formatting."""
    at = datetime.fromtimestamp(seconds, READER)
    clock = f"{at.hour:02}:{at:%M}"
    return clock if form == "t" else f"{at.day} {at:%B %Y} {clock}"


def _embed(one: Json) -> str:
    title = one.get("title", "")
    linked = f"<a>{_spans(title)}</a>" if one.get("url") else _spans(title)
    parts = [
        f'<div class="author">{escape(one["author"]["name"], quote=False)}</div>' if "author" in one else "",
        f'<div class="title">{linked}</div>' if title else "",
        f'<div class="text">{markdown(one["description"])}</div>' if "description" in one else "",
        f'<div class="fields">{"".join(map(_field, one["fields"]))}</div>' if "fields" in one else "",
        f'<div class="footer">{escape(one["footer"]["text"], quote=False)}</div>' if "footer" in one else "",
    ]
    aside = '<div class="thumbnail"></div>' if "thumbnail" in one else ""
    colour = f"{one['color']:06x}" if "color" in one else "4e5058"
    return f'<div class="embed" style="border-color:#{colour}"><div class="inner">{"".join(parts)}</div>{aside}</div>'


def _field(one: Json) -> str:
    wide = "" if one.get("inline") else " wide"
    return f'<div class="field{wide}"><b>{_spans(one["name"])}</b><div>{markdown(one["value"])}</div></div>'


def _row(row: Json) -> str:
    return f'<div class="row">{"".join(component(one) for one in row["components"])}</div>'


def component(one: Mapping[str, Any]) -> str:
    """A button or a menu."""
    if one["type"] == SELECT:
        return f'<div class="select"><span>{escape(one.get("placeholder", ""))}</span>{ARROW}</div>'
    opens = OPENS if one["style"] == LINK else ""
    return f'<span class="button {STYLES[one["style"]]}">{escape(one["label"], quote=False)}{opens}</span>'
