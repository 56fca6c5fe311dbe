"""The papers a message speaks of, in its text, blocks and attachments."""

from __future__ import annotations

from adapters.chat.mentions import LONGEST, Reference, references_in, texts_in
from adapters.chat.slack.drawing.blocks import Json

from .slash import as_typed

READ = frozenset({"text", "url", "title", "title_link", "from_url", "original_url", "fallback", "pretext"})


def papers_in(message: Json) -> tuple[Reference, ...]:
    """What in a message may be a paper, in order, each once."""
    return references_in(as_typed(" ".join(texts_in(message, READ))[:LONGEST]))
