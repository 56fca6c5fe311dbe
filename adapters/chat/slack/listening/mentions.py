"""The papers a message speaks of, in its text, blocks and attachments."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.chat.mentions import LONGEST, Reference, references_in
from adapters.chat.slack.drawing.blocks import Json

from .slash import as_typed

DEEPEST = 12  # of blocks in blocks
READ = frozenset({"text", "url", "title", "title_link", "from_url", "original_url", "fallback", "pretext"})


def papers_in(message: Json) -> tuple[Reference, ...]:
    """What in a message may be a paper, in order, each once."""
    return references_in(as_typed(" ".join(_texts(message, DEEPEST))[:LONGEST]))


def _texts(value: object, depth: int) -> Iterator[str]:
    """Every text and address in Slack's JSON, however deep within reason."""
    if depth == 0:
        return
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if isinstance(one, str) and name in READ)
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _texts(item, depth - 1)
