"""Reads Discord's Markdown, as far as it leads anywhere or calls anybody; a part of `discord_messages.py`.

Written from https://discord.com/developers/docs/reference#message-formatting and what the client does with a backslash:
before anything but a letter, a digit or a space it takes the meaning away, and is not shown. Within code it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

CODE = re.compile(r"```.*?```|(?<!`)(?<!\\)(`{1,2})(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
MASKED = re.compile(r"\[((?:[^\[\]])*)\]\(\s*<?([^\s<>]*?)>?\s*\)")
BARE = re.compile(
    r"(?:https?|steam|discord|mailto|tel):/?/?[^\s\u2060]|discord(?:app)?\.(?:gg|com|new)/", re.IGNORECASE
)
CALLED = re.compile(r"<(?:@[!&]?|#|/[^\s>]*|a?:\w+|id|sound)[:\d\w]*>|@everyone|@here", re.IGNORECASE)
MOMENT = re.compile(r"<t:-?\d+:[tTdDfFR]>")
MADE_DISTINCT = re.compile(r"[#&]paper-\d+$")
EMOJI = re.compile(r":[\w+-]+:")


def markdown_findings(text: str, allowed: Collection[str]) -> Iterator[str]:
    """Everything in a text that leads anywhere but to these addresses, or calls somebody."""
    bare = ESCAPE.sub("\x1a", CODE.sub("\x1a", text))
    without = MASKED.sub("\x1a", MOMENT.sub("\x1a", bare))
    for match in MASKED.finditer(MOMENT.sub("\x1a", bare)):
        if not is_allowed(match[2], allowed):
            yield f"a link of somebody else's: {match[0][:120]!r}"
    for pattern, what in ((BARE, "links itself"), (CALLED, "calls somebody"), (EMOJI, "becomes a picture")):
        if found := pattern.search(without):
            yield f"{what}: {without[max(0, found.start() - 20) : found.end() + 60]!r}"


def is_allowed(url: str, allowed: Collection[str]) -> bool:
    """Whether an address is one of these, or one of them made distinct from another embed's."""
    return bool({unquote(url), unquote(MADE_DISTINCT.sub("", url))} & set(allowed))


def styled(text: str) -> bool:
    """Whether anything in a text changes how it looks, beside links and times of our own."""
    bare = ESCAPE.sub("\x1a", text)
    without = MASKED.sub("\x1a", MOMENT.sub("\x1a", bare))
    return re.search(r"[*_~`|\[\]<>]|^\s*(?:#|-#|[-+] |\d+[.)] )", without, re.MULTILINE) is not None
