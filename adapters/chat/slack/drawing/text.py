"""Somebody else's words, made harmless for Slack: nothing pings, nothing links, nothing is styled.

Foreign text goes into `rich_text` and `plain_text` only, where Slack reads no mark-up, and into the top-level `text`,
where `escaped` has taken its meaning from everything that has one: https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re

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
    "escaped",
    "harmless",
    "link",
    "safe",
    "safe_lines",
    "seen",
    "units",
]

# Inert where it goes; parted as well, should a client or an export read it again.
SEQUENCE = re.compile(
    r"<(?=[!@#]|(?:https?|mailto|tel|slack):)|@(?=channel|here|everyone|group)", re.IGNORECASE
)
ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=mailto:)", re.IGNORECASE)
MARKS = re.compile(r"[*_~`]|:(?=[\w+'-]+:)")  # styles, and the emoji of :fire:


def safe(text: str, limit: int = 0) -> str:
    """A text for `plain_text` and `rich_text`: one line, in at most `limit` characters (0: as long as it is)."""
    parted = harmless(" ".join(readable(text).split()))
    return clipped(parted, limit, units, units_of) if limit else parted


def seen(text: str, limit: int = 0) -> str:
    """As `safe`; "" when nothing of the text can be seen."""
    shown = safe(text, limit)
    return shown if shown.strip(HOLDERS) else ""


def harmless(text: str) -> str:
    """The same text with its sequences parted; white space stays as it is."""
    return SEQUENCE.sub(lambda match: match[0] + JOINER, text)


def safe_lines(text: str, limit: int) -> str:
    """A text to be copied: its own line ends and indents, in at most `limit` characters."""
    lines = (harmless(readable(line)).rstrip() for line in text.splitlines())
    return clipped("\n".join(lines), limit, units, units_of)


def escaped(text: str, limit: int = 0) -> str:
    """A text for the top-level `text`: no mention, no link, no style; `limit` counts what Slack counts."""
    styled = MARKS.sub(lambda match: JOINER + match[0], ADDRESS.sub(JOINER, safe(text)))
    whole = clipped(styled, limit, _entity_units, _entity_units) if limit else styled
    return _entities(whole)


def link(url: str) -> str:
    """An address that is safe to link to, or "": http(s), a host, no user name, no character that ends a link."""
    return link_within(url, LINK_URL)


def _entity_units(text: str) -> int:
    return units(_entities(text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
