"""What answers are drawn with, as lines of Markdown: sentences with commands in them, named facts, moments, code.

Our own marks stand around somebody else's words, which are escaped; what is to be typed or copied stands in code, where
Discord reads no mark-up and a backslash would be copied along.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.chat.foreign import clipped, readable, units, units_of
from bot.commands.wording import long_date

from .text import FENCE, JOINER, SEQUENCE, escaped, masked, safe

PREFIX = "/papers "  # what stands before a command where people type
SENTENCE = 900  # characters of one sentence, which may quote somebody's query
TITLE = 250
BULLET = "- "


def told(text: str, limit: int = SENTENCE) -> str:
    """A sentence; what stands between backticks is a command, and drawn as one."""
    parts = _clipped(_one_line(text), limit).split("`")
    if len(parts) % 2 == 0:  # the last one was never closed
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(code(part) if number % 2 else _plain(part) for number, part in enumerate(parts)).strip()


def bold(text: str, limit: int = SENTENCE) -> str:
    """Words that stand out."""
    return _around("**", escaped(text, limit))


def italic(text: str, limit: int = SENTENCE) -> str:
    """Words that are a quotation or an aside."""
    return _around("*", escaped(text, limit))


def small(text: str) -> str:
    """A line of Markdown in small letters; it says no more than one could do without."""
    return f"-# {text}" if text else ""


def code(text: str, limit: int = SENTENCE) -> str:
    """Something to be typed or copied, on one line; plain where it holds the mark that ends code."""
    shown = SEQUENCE.sub(lambda match: match[0] + JOINER, _clipped(_one_line(text), limit))
    if "`" in shown:
        return escaped(text, limit)
    return f"`{shown}`" if shown.strip() else ""


def block(text: str, limit: int) -> str:
    """Lines to be copied as they are, in a block of code that nothing in them ends."""
    lines = "\n".join(readable(line).rstrip() for line in text.splitlines())
    parted = SEQUENCE.sub(lambda match: match[0] + JOINER, lines)
    return f"```\n{_clipped(FENCE.sub('`' + JOINER, parted), limit)}\n```"


def linked(text: str, url: str, limit: int = TITLE) -> str:
    """Words that lead somewhere; plain where the address is not one to link to, or too long to stand in a line."""
    whole = masked(safe(text, limit), url)
    return whole if units(whole) <= LINKED else escaped(text, limit)


def named(name: str, value: str) -> str:
    """A fact: its name, and what it is as Markdown."""
    return f"{_around('**', escaped(name, TITLE) + ':')} {value}"


def bullet(text: str) -> str:
    """One line of a list."""
    return f"{BULLET}{text}" if text else ""


def kept(lines: Iterable[str]) -> list[str]:
    """Those of the lines that say something."""
    return [line for line in lines if line]


def moment(at: datetime, tz: str) -> str:
    """A moment: everybody reads it in their own zone, and the channel's zone is named."""
    local = at.astimezone(ZoneInfo(tz))
    day = long_date(local.date()).partition(" ")[0]
    return f"<t:{int(at.timestamp())}:f> ({escaped(f'{day} {local:%H:%M} {tz}')})"


LINKED = 1200  # characters of one link within a line, with its address


def _plain(text: str) -> str:
    """Words between commands keep the spaces that part them from those."""
    shown = escaped(text)
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{before}{shown}{after}" if shown else before


def _one_line(text: str) -> str:
    return " ".join(readable(text).split())


def _clipped(text: str, limit: int) -> str:
    return clipped(text, limit, units, units_of)


def _around(mark: str, text: str) -> str:
    return f"{mark}{text}{mark}" if text else ""
