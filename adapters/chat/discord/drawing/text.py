"""Somebody else's words, made harmless for Discord: nothing pings, nothing links, nothing is styled.

`safe` is for what Discord shows as it is: footers, authors, labels, names of threads. `escaped` is for what it reads as
Markdown: `content`, and an embed's title, description and fields (https://discord.com/developers/docs/reference#message-formatting).
discord.py's `escape_markdown` lets `](https://...)` through, which ends a label of ours and begins a link of theirs.
Every message goes out with `allowed_mentions: {"parse": []}` as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from adapters.chat.foreign import (
    HOLDERS,
    HOSTILE,
    JOINER,
    clipped,
    link_within,
    readable,
    units,
    units_of,
)

from .limits import LINK_URL

__all__ = [
    "HOLDERS",
    "HOSTILE",
    "JOINER",
    "enclosed",
    "escaped",
    "escaped_lines",
    "fenced",
    "harmless",
    "link",
    "masked",
    "safe",
    "safe_lines",
    "seen",
    "stretches",
    "units",
]

# Inert in a footer, and escaped elsewhere; parted as well, for the clients that read it again.
SEQUENCE = re.compile(
    r"<(?=[@#:/!]|a:|t:|id:|(?:https?|mailto|tel|slack|discord):)|@(?=everyone|here|channel|group)",
    re.IGNORECASE,
)
# What links itself, in `content` and in embeds: any address, and an invitation without its https.
ADDRESS = re.compile(
    r"(?<=:)(?=//)|(?:(?<=https:)|(?<=http:)|(?<=mailto:)|(?<=tel:)|(?<=steam:)|(?<=discord:))(?![\s\u2060])"
    r"|(?:(?<=discord\.gg)|(?<=discord\.com)|(?<=discord\.new)|(?<=discordapp\.com))(?=/)",
    re.IGNORECASE,
)
STYLES = r"[\\*_~`|\[\]<>]"
EMOJI = r":(?=[\w+'-]+:)"  # of :fire:
MARKS = re.compile(f"{STYLES}|{EMOJI}|^[#+-]|^(?P<number>\\d+)(?=[.)])")
COSTLY = frozenset("\\*_~`|[]<>:#+-0123456789")  # may take a character more than they have
FENCE = re.compile("`(?=``)")


def safe(text: str, limit: int = 0) -> str:
    """A text without mark-up: one line, in at most `limit` characters (0: as long as it is)."""
    parted = harmless(" ".join(readable(text).split()))
    return clipped(parted, limit, units, units_of) if limit else parted


def seen(text: str, limit: int = 0) -> str:
    """As `safe`; "" when nothing of the text can be seen."""
    shown = safe(text, limit)
    return shown if shown.strip(HOLDERS) else ""


def harmless(text: str) -> str:
    """The same text with its sequences parted; white space stays as it is."""
    return ADDRESS.sub(JOINER, SEQUENCE.sub(lambda match: match[0] + JOINER, text))


def safe_lines(text: str, limit: int) -> str:
    """A text to be copied: its own line ends and indents, in at most `limit` characters."""
    lines = (harmless(readable(line)).rstrip() for line in text.splitlines())
    return clipped("\n".join(lines), limit, units, units_of)


def escaped(text: str, limit: int = 0) -> str:
    """A text within Markdown: no mention, no link, no style; `limit` counts the escapes, as Discord does."""
    if not limit:
        return _marked(safe(text))
    whole = safe(text)[: 2 * limit]  # more than fits, and the rest need not be looked at
    return _marked(clipped(whole, limit, _marked_units, _cost))


def escaped_lines(lines: Iterable[str], limit: int) -> str:
    """Lines within Markdown, each escaped on its own; those that do not fit are left out from the end."""
    kept: list[str] = []
    room = limit
    for line in (one for one in map(escaped, lines) if one):
        room -= units(line) + 1
        if room < -1:
            break
        kept.append(line)
    return "\n".join(kept)


def fenced(text: str, limit: int) -> str:
    """A text to be copied, within a block of code that nothing in it ends."""
    inner = FENCE.sub("`" + JOINER, safe_lines(text, limit))
    return f"```\n{clipped(inner, limit - 8, units, units_of)}\n```"


def stretches(text: str, limit: int) -> Iterator[str]:
    """The whole text in stretches that are within `limit` each when they are escaped, parted between words."""
    while units(_marked(text[: limit + 1])) > limit:
        end = _cut(text, limit)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def link(url: str) -> str:
    """An address that is safe to link to, or "": http(s), a host, no user name, no character that ends a link."""
    return link_within(url, LINK_URL)


def enclosed(url: str) -> str:
    """An address that can stand in the brackets of a link, which one of its own would end; "" when it is none."""
    address = link(url)
    for char in "()*@":  # ends, a style, and what may be read as a call
        address = address.replace(char, f"%{ord(char):02X}")
    return address if len(address) <= LINK_URL else ""


def masked(label: str, url: str) -> str:
    """A link within Markdown; the escaped label alone when the address is not one to link to."""
    address, shown = enclosed(url), escaped(label)
    return f"[{shown}]({address})" if address else shown


def _marked(text: str) -> str:
    """The text with a backslash before whatever has a meaning; behind the number of a list, where it has one."""
    return MARKS.sub(lambda match: f"{match[0]}\\" if match["number"] else f"\\{match[0]}", text)


def _marked_units(text: str) -> int:
    return units(_marked(text))


def _cost(char: str) -> int:
    return 2 if char in COSTLY else units_of(char)


def _cut(text: str, limit: int) -> int:
    """Where to part: after the last space that fits, else within a word."""
    sums = accumulate(_cost(char) for char in text[: limit + 1])
    fits = next(at for at, used in enumerate(sums) if used > limit)
    space = text.rfind(" ", 0, fits)
    return space if space > fits // 2 else fits
