"""Long texts, in pieces that fit somewhere."""

from __future__ import annotations

from collections.abc import Iterator


def chunks(text: str, length: int) -> Iterator[str]:
    """A long text in pieces, cut between lines, or else where it must be."""
    piece = ""
    for line in text.splitlines(keepends=True):
        for part in (line[at : at + length] for at in range(0, len(line), length)):
            if len(piece) + len(part) > length:
                yield piece
                piece = ""
            piece += part
    if piece:
        yield piece
