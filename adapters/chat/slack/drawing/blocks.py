"""Block Kit, as small as this bot needs it: https://docs.slack.dev/reference/block-kit.

Every text is made safe and cut to its limit here, so that nobody can forget to. Only `mrkdwn` takes text as it is: our
own words, never somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import limits
from .text import link, safe, safe_lines, units

Json: TypeAlias = dict[str, Any]  # Slack's own JSON: what this file is there to keep to itself
Block: TypeAlias = Json
COUNTED = ("text", "url", "image_url", "alt_text")
DOT = " · "  # between small facts
NOTHING = "…"  # Slack refuses a text that is empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message: `text` is what notifications and screen readers have of it."""

    text: str
    blocks: tuple[Block, ...]


def plain(text: str, limit: int) -> Json:
    """A text without mark-up."""
    return {"type": "plain_text", "text": safe(text, limit) or NOTHING, "emoji": False}


def paragraph(lines: Iterable[str], limit: int = limits.SECTION_TEXT) -> Json:
    """Lines without mark-up; a line end within one of them is none."""
    text = safe_lines("\n".join(line for line in map(safe, lines) if line), limit)
    return {"type": "plain_text", "text": text or NOTHING, "emoji": False}


def mrkdwn(text: str) -> Json:
    """Our own words with mark-up; Slack links nothing in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, limits.HEADER_TEXT)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def section(text: str | Json, *, accessory: Json | None = None, name: str = "") -> Block:
    """A paragraph, with something at its right; a text object is taken as it is."""
    shown = plain(text, limits.SECTION_TEXT) if isinstance(text, str) else text
    block: Block = {"type": "section", **_named(name), "text": shown}
    return {**block, "accessory": accessory} if accessory else block


def context(texts: Iterable[str | Json]) -> Block:
    """Small grey texts in one line; a text object or a picture is taken as it is."""
    chosen = [text for text in texts if text][: limits.CONTEXT_ELEMENTS] or [NOTHING]
    return {
        "type": "context",
        "elements": [plain(one, limits.CONTEXT_TEXT) if isinstance(one, str) else one for one in chosen],
    }


def words(text: str, *, limit: int = limits.SECTION_TEXT, **style: bool) -> Json:
    """A run of text within `rich`; `bold=True`, `italic=True`, `code=True`. A line end alone stays one."""
    run: Json = {"type": "text", "text": _run(text, limit)}
    return {**run, "style": style} if style else run


def linked(text: str, url: str, *, limit: int = limits.SECTION_TEXT, **style: bool) -> Json:
    """A link within `rich`; plain words when the address is not one to link to."""
    address = link(url)
    if not address:
        return words(text, limit=limit, **style)
    run: Json = {"type": "link", "url": address, "text": _run(text, limit)}
    return {**run, "style": style} if style else run


def rich(*runs: Json) -> Block:
    """A paragraph of runs."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def bullets(items: Iterable[Sequence[Json]]) -> Block:
    """A list of runs."""
    rows = [{"type": "rich_text_section", "elements": list(runs)} for runs in items]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rows}],
    }


def preformatted(text: str) -> Block:
    """Text to be copied, with its own line ends and indents."""
    run = {"type": "text", "text": safe_lines(text, limits.SECTION_TEXT) or NOTHING}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [run]}]}


def image(url: str, alt: str) -> Json | None:
    """A picture as an accessory; None when its address is not one to show."""
    address = link(url)
    if not address:
        return None
    return {"type": "image", "image_url": address, "alt_text": safe(alt, limits.ALT_TEXT) or "picture"}


def button(label: str, name: str, value: str, *, style: str = "", confirm: Json | None = None) -> Json:
    """A button; `value` comes back when it is pressed."""
    given = {"value": value, "style": style, "confirm": confirm}
    made: Json = {"type": "button", "text": plain(label, limits.BUTTON_TEXT), "action_id": name}
    return {**made, **{key: one for key, one in given.items() if one}}


def option(label: str, value: str) -> Json:
    """One line of a menu."""
    return {"text": plain(label, limits.OPTION_TEXT), "value": value}


def overflow(name: str, options: Sequence[Json]) -> Json:
    """The menu behind the three dots."""
    return {"type": "overflow", "action_id": name, "options": list(options[: limits.OVERFLOW_OPTIONS])}


def actions(elements: Sequence[Json], *, name: str = "") -> Block:
    """A row of buttons."""
    return {"type": "actions", **_named(name), "elements": list(elements[: limits.ACTION_ELEMENTS])}


def confirm(question: str, yes: str) -> Json:
    """What is asked before a button does anything."""
    return {
        "title": plain("Are you sure?", limits.CONFIRM_TITLE),
        "text": plain(question, limits.CONFIRM_TEXT),
        "confirm": plain(yes, limits.CONFIRM_LABEL),
        "deny": plain("Cancel", limits.CONFIRM_LABEL),
        "style": "danger",
    }


def size(blocks: Iterable[Mapping[str, Any]]) -> int:
    """How much of Slack's limit for the text of a message some blocks take; addresses count, to be on the safe side."""
    return sum(units(text) for block in blocks for text in _texts(block))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        own = (value.get(key) for key in COUNTED)
        yield from (text for text in own if isinstance(text, str))
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _run(text: str, limit: int) -> str:
    """A run keeps the spaces at its ends, which part it from the next."""
    if text in {"\n", "\n\n"}:
        return text
    kept = safe(text, limit)
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{before}{kept}{after}" if kept else " "


def _named(name: str) -> Json:
    return {"block_id": name} if name else {}
