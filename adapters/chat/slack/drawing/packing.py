"""What a digest is cut into: pieces that stay together, packed into as few messages as hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import limits
from .blocks import Block, size


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Blocks of one paper that are never parted, under the number it has in the digest."""

    blocks: tuple[Block, ...]
    number: int
    title: str
    paper: int | None = None  # its id, where this is its headline


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much one message has room for."""

    blocks: int
    text: int

    def beside(self, blocks: Iterable[Block]) -> Room:
        """What is left of it beside these."""
        taken = list(blocks)
        return Room(blocks=self.blocks - len(taken), text=self.text - size(taken))


# A block and a line are kept free for "(repeated after a restart)".
WHOLE = Room(blocks=limits.MOST_BLOCKS - 1, text=limits.MESSAGE_TEXT - 100)


def packed(pieces: Iterable[Piece], first: Room, others: Room = WHOLE) -> list[list[Piece]]:
    """The pieces in order, message by message; the first has `first` room and may stay empty."""
    messages: list[list[Piece]] = [[]]
    room = first
    for piece in pieces:
        fits = room.beside(piece.blocks)
        if fits.blocks < 0 or fits.text < 0:
            messages.append([])
            fits = others.beside(piece.blocks)
        messages[-1].append(piece)
        room = fits
    return messages
