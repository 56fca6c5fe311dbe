"""Somebody else's words, made harmless for Slack: nothing pings, nothing links, nothing is styled.

Foreign text goes into `rich_text` and `plain_text` only, where Slack reads no mark-up, and into the top-level `text`,
where `escaped` has taken its meaning from everything that has one: https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from bot.domain.text import clip

from .limits import BUTTON_URL

# Controls, bidirectional overrides and the line ends of Unicode (TR 36): nothing a person reads.
HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)
JOINER = "\u2060"  # invisible; parts what would be a sequence together
# Inert where it goes; parted as well, should a client or an export read it again.
SEQUENCE = re.compile(r"<(?=[!@#])|@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=mailto:)", re.IGNORECASE)
MARKS = re.compile(r"[*_~`]")
# What stays as it is in an address: RFC 3986's reserved and unreserved characters, and what is escaped already.
KEPT = "%/:=&?~#+!$,;'@()*[]"


def safe(text: str, limit: int = 0) -> str:
    """A text for `plain_text` and `rich_text`: one line, in at most `limit` characters (0: as long as it is)."""
    line = " ".join(HOSTILE.sub(" ", text).split())
    parted = SEQUENCE.sub(lambda match: match[0] + JOINER, line)
    return clip(parted, limit) if limit else parted


def escaped(text: str, limit: int = 0) -> str:
    """A text for the top-level `text`: no mention, no link, no style; `limit` counts what Slack counts."""
    styled = MARKS.sub(lambda match: JOINER + match[0], ADDRESS.sub(JOINER, safe(text)))
    whole = _entities(styled)
    if not limit or len(whole) <= limit:
        return whole
    return _entities(clip(styled, limit - (len(whole) - len(styled))))


def link(url: str) -> str:
    """An address that is safe to link to, or "": http(s), a host, no user name, no character that ends a link."""
    if HOSTILE.search(url) or len(url) > BUTTON_URL:
        return ""
    try:
        parts = urlsplit(url.strip())
        host, user = parts.hostname, parts.username
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host or user is not None:
        return ""
    whole = quote(parts.geturl(), safe=KEPT)
    return whole if len(whole) <= BUTTON_URL else ""


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
