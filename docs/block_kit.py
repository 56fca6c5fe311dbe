"""Block Kit as HTML, for pictures: our own page in Slack's manner, with nothing of Slack's and nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Json: TypeAlias = dict[str, Any]  # Slack's own JSON

DATE = re.compile(r"&lt;!date\^(\d+)\^([^|^]*)(?:\^[^|]*)?\|[^&]*&gt;")
READER = ZoneInfo("Europe/Berlin")
CODE = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
ITALIC = re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)")
DOTS = '<span class="dots">⋯</span>'


def blocks_html(blocks: Iterable[Json]) -> str:
    """Every block below the other."""
    return "".join(_BLOCKS[block["type"]](block) for block in blocks)


def text_html(text: Json) -> str:
    """A text object: plain, or with the mark-up of our own words."""
    shown = escape(text["text"], quote=False).replace("\n", "<br>")
    if text["type"] == "plain_text":
        return shown
    shown = DATE.sub(_date, shown)
    for pattern, into in ((CODE, r"<code>\1</code>"), (BOLD, r"<b>\1</b>"), (ITALIC, r"<i>\1</i>")):
        shown = pattern.sub(into, shown)
    return shown


def _date(found: re.Match[str]) -> str:
    """A moment as Slack writes it for a reader, https://docs.slack.dev/messaging/formatting-message-text#date-formatting."""
    at = datetime.fromtimestamp(int(found[1]), READER)
    day = f"{at:%b} {at.day}{_ordinal(at.day)}, {at.year}"
    written = {
        "date_short_pretty": day,
        "date_pretty": day,
        "date_short": day,
        "date": day,
        "time": f"{at.hour % 12 or 12}:{at:%M %p}",
    }
    return re.sub(r"\{(\w+)\}", lambda name: written.get(name[1], name[0]), found[2])


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _header(block: Json) -> str:
    return f'<h1 class="header">{text_html(block["text"])}</h1>'


def _section(block: Json) -> str:
    text = f"<p>{text_html(block['text'])}</p>" if "text" in block else ""
    fields = "".join(f"<p>{text_html(one)}</p>" for one in block.get("fields", ()))
    aside = _element(block["accessory"]) if "accessory" in block else ""
    return _beside(text + (f'<div class="fields">{fields}</div>' if fields else ""), aside, "section")


def _context(block: Json) -> str:
    shown = "".join(
        _element(one) if one["type"] == "image" else f"<span>{text_html(one)}</span>"
        for one in block["elements"]
    )
    return f'<div class="context">{shown}</div>'


def _divider(_block: Json) -> str:
    return "<hr>"


def _actions(block: Json) -> str:
    return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'


def _picture(block: Json) -> str:
    return f'<div class="picture large">{escape(block["alt_text"])}</div>'


def _input(block: Json) -> str:
    optional = '<span class="optional"> (optional)</span>' if block.get("optional") else ""
    hint = f'<div class="hint">{text_html(block["hint"])}</div>' if "hint" in block else ""
    label = f"<label>{text_html(block['label'])}{optional}</label>"
    return f'<div class="input">{label}{_element(block["element"])}{hint}</div>'


def _rich(block: Json) -> str:
    return f'<div class="rich">{"".join(_RICH[one["type"]](one) for one in block["elements"])}</div>'


def _runs(element: Json) -> str:
    return "".join(map(_run, element["elements"]))


def _list(element: Json) -> str:
    tag = "ol" if element.get("style") == "ordered" else "ul"
    return f"<{tag}>{''.join(f'<li>{_runs(one)}</li>' for one in element['elements'])}</{tag}>"


def _run(run: Json) -> str:
    shown = escape(run.get("text", run.get("url", "")), quote=False)
    for name, tag in (("code", "code"), ("bold", "b"), ("italic", "i"), ("strike", "s")):
        if run.get("style", {}).get(name):
            shown = f"<{tag}>{shown}</{tag}>"
    return f"<a>{shown}</a>" if run["type"] == "link" else shown


def _button(element: Json) -> str:
    return f'<span class="button {element.get("style", "")}">{text_html(element["text"])}</span>'


def _select(element: Json) -> str:
    chosen = element.get("initial_option")
    return _box(text_html(chosen["text"]) if chosen else "", element, '<span class="arrow">⌄</span>')


def _clock(element: Json) -> str:
    return _box(element.get("initial_time", ""), element, '<span class="arrow">◷</span>')


def _writing(element: Json) -> str:
    kind = "tall" if element.get("multiline") else ""
    return _box(escape(element.get("initial_value", "")), element, "", kind)


def _box(value: str, element: Json, aside: str, kind: str = "") -> str:
    empty = (
        f'<span class="empty">{text_html(element["placeholder"])}</span>' if "placeholder" in element else ""
    )
    return f'<div class="box {kind}"><span>{value or empty}</span>{aside}</div>'


def _ticks(element: Json) -> str:
    ticked = [one["value"] for one in element.get("initial_options", ())]
    rows = (
        f'<span class="tick"><i class="{"on" if one["value"] in ticked else ""}"></i>{text_html(one["text"])}</span>'
        for one in element["options"]
    )
    return f'<div class="ticks">{"".join(rows)}</div>'


def _beside(text: str, aside: str, kind: str) -> str:
    return f'<div class="{kind}"><div class="text">{text}</div>{aside}</div>'


def _element(element: Json) -> str:
    return _ELEMENTS[element["type"]](element)


_BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "image": _picture,
    "input": _input,
    "rich_text": _rich,
}
_RICH: Mapping[str, Callable[[Json], str]] = {
    "rich_text_section": lambda one: f"<p>{_runs(one)}</p>",
    "rich_text_list": _list,
    "rich_text_preformatted": lambda one: f"<pre>{_runs(one)}</pre>",
    "rich_text_quote": lambda one: f"<blockquote>{_runs(one)}</blockquote>",
}
_ELEMENTS: Mapping[str, Callable[[Json], str]] = {
    "button": _button,
    "overflow": lambda _: f'<span class="button overflow">{DOTS}</span>',
    "image": lambda _: '<div class="picture"></div>',
    "static_select": _select,
    "external_select": _select,
    "conversations_select": _select,
    "multi_static_select": _select,
    "multi_external_select": _select,
    "timepicker": _clock,
    "plain_text_input": _writing,
    "checkboxes": _ticks,
    "radio_buttons": _ticks,
}
