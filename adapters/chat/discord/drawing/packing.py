"""What a digest is cut into: embeds of one paper each, packed into as few messages as hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import limits
from .embeds import Json, size

ROOM = limits.EMBED_TEXT - 100  # an address made distinct does not count, but somebody may change that


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """An embed of one paper, under the number it has in the digest."""

    embed: Json
    number: int
    paper: int | None = None  # its id, where this is its headline


def packed(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces in order, message by message; none when there are none."""
    messages: list[list[Piece]] = []
    room = 0
    for piece in pieces:
        cost = size([piece.embed])
        if not messages or cost > room or len(messages[-1]) == limits.EMBEDS:
            messages.append([])
            room = ROOM
        messages[-1].append(piece)
        room -= cost
    return messages
