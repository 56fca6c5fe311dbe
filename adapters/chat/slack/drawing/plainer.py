"""What is left to try when Slack refuses a message: without pictures, then in plain text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import limits
from .blocks import Block, Json, Message, paragraph, section
from .text import safe, units


def plainer(message: Message, step: int) -> Message | None:
    """The same message with less in it: 1 without pictures, 2 in plain text alone; None after that.

    Slack refuses a whole message for one picture that it cannot fetch.
    """
    if step == 1:
        shown = (_without_picture(block) for block in message.blocks if block["type"] != "image")
        return replace(message, blocks=tuple(shown))
    return replace(message, blocks=tuple(_plain(message))) if step == 2 else None


def _without_picture(block: Block) -> Block:
    if block.get("accessory", {}).get("type") == "image":
        return {key: value for key, value in block.items() if key != "accessory"}
    return block


def _plain(message: Message) -> Iterator[Block]:
    """Every word of the message, in as few paragraphs as hold them."""
    lines: list[str] = []
    for line in _lines(message.blocks):
        if lines and sum(units(one) + 1 for one in (*lines, line)) > limits.SECTION_TEXT:
            yield section(paragraph(lines))
            lines = []
        lines.append(line)
    yield section(paragraph(lines or [message.text]))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for text in _texts(block):
            yield from (line for line in map(safe, text.splitlines()) if line)


def _texts(block: Block) -> Iterator[str]:
    """The texts of a block, in the order they are read; buttons and menus have none without somebody to press them."""
    match block:
        case {"type": "rich_text", "elements": list(elements)}:
            yield from map(_run_together, elements)
        case {"type": "context", "elements": list(elements)}:
            yield " · ".join(one["text"] for one in elements if "text" in one)
        case {"text": {"text": str(text)}}:
            yield text


def _run_together(element: Json) -> str:
    """A paragraph or list of runs as text, each link with its address behind it."""
    runs = element.get("elements", [])
    if element["type"] == "rich_text_list":
        return "\n".join(f"• {_run_together(one)}" for one in runs)
    return "".join(_worded(run) for run in runs)


def _worded(run: Json) -> str:
    return f"{run['text']} ({run['url']})" if run["type"] == "link" else str(run.get("text", ""))
