"""Somebody else's words in a mail: one line, nothing hidden, and no address that a mail program would link by itself.

The templates escape HTML; plain text has no mark-up. What is left is what programs make of plain text: they link addresses.
"""

from __future__ import annotations

import re

from adapters.chat.foreign import HOLDERS, JOINER, link_within, readable
from bot.domain.text import clip

LONGEST_LINK = 500
# What links itself: any address with a scheme, a name that begins with www, a mailbox.
ADDRESS = re.compile(
    r"(?<=:)(?=//)|(?:(?<=https:)|(?<=http:)|(?<=mailto:)|(?<=tel:))(?![\s\u2060])"
    r"|(?<=\bwww)(?=\.)|(?<=[^\s@])(?=@[^\s@])",
    re.IGNORECASE,
)


def safe(text: str, limit: int) -> str:
    """A text on one line, in about `limit` characters, that nothing links; "" when nothing of it can be seen."""
    shown = clip(" ".join(readable(text[: 4 * limit + 100]).split()), limit)
    return ADDRESS.sub(JOINER, shown) if shown.strip(HOLDERS) else ""


def link(url: str) -> str:
    """An address that is safe to link to, or ""."""
    return link_within(url, LONGEST_LINK)
