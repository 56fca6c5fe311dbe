"""What answers are drawn with: sentences with commands in them, lines of facts, moments in everybody's own time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.commands.wording import local_moment

from . import limits
from .blocks import DOT, Block, Json, bullets, context, header, linked, mrkdwn, rich, size, words
from .text import safe

PREFIX = "/papers "  # what stands before a command where people type
SENTENCE = 1000  # characters of one sentence, which may quote somebody's query
TITLE = 300
PORTION, MOST_ROWS = 3000, 20  # characters and rows of one block
END = words("\n")


def told(text: str, limit: int = SENTENCE, **style: bool) -> list[Json]:
    """A sentence as runs; what stands between backticks is a command, and drawn as one."""
    parts = safe(text, limit).split("`")
    if len(parts) % 2 == 0:  # the last one was never closed
        parts[-2:] = ["`".join(parts[-2:])]
    runs = ((part, {**style, "code": True} if number % 2 else style) for number, part in enumerate(parts))
    return [words(part, **given) for part, given in runs if part]


def sentence(text: str, limit: int = SENTENCE, **style: bool) -> Block:
    """A sentence by itself."""
    return rich(*(told(text, limit, **style) or [words(" ")]))


def sentences(*texts: str) -> list[Block]:
    """Sentences below each other; nothing of those that are empty."""
    return [lines(rows) for rows in parted(map(told, texts))]


def parted(rows: Iterable[Sequence[Json]]) -> Iterator[list[Sequence[Json]]]:
    """Rows in portions that one block takes; Slack takes no row without a word."""
    portion: list[Sequence[Json]] = []
    for row in filter(None, rows):
        if portion and (len(portion) == MOST_ROWS or sum(map(size, portion)) + size(row) > PORTION):
            yield portion
            portion = []
        portion.append(row)
    if portion:
        yield portion


def lines(rows: Iterable[Sequence[Json]]) -> Block:
    """Rows of runs, each on its own line."""
    runs = [run for row in rows for run in (*row, END)]
    return rich(*runs[:-1])


def listed(
    head: Iterable[Sequence[Json]], items: Iterable[Sequence[Json]], foot: Iterable[Sequence[Json]] = ()
) -> Block:
    """Lines, a list below them, and lines below that, in one block."""
    middle = list(items)
    parts = [
        lines(head),
        *([bullets(middle)] if middle else []),
        *([lines(below)] if (below := list(foot)) else []),
    ]
    return {"type": "rich_text", "elements": [element for part in parts for element in part["elements"]]}


def heading(text: str) -> Block:
    """A heading; a sentence where it is too long for one."""
    return header(text) if len(safe(text)) <= limits.HEADER_TEXT else sentence(text, bold=True)


def named(name: str, value: str, url: str = "") -> list[Json]:
    """A fact: its name and what it is."""
    return [words(f"{safe(name, TITLE)}: ", bold=True), linked(safe(value, SENTENCE), url)]


def dotted(*parts: str) -> Block:
    """Small grey facts in one line."""
    return context([DOT.join(part for part in parts if part) or " "])


def moment(at: datetime, tz: str) -> str:
    """A moment for `mrkdwn`: everybody reads it in their own zone, and the channel's zone is named."""
    there = local_moment(at, tz)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{there}> ({there})"


def small(text: str) -> Block:
    """Our own words with mark-up, small and grey."""
    return {"type": "context", "elements": [mrkdwn(text)]}
