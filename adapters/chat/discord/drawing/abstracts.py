"""The thread of a digest: its abstracts, several to a message, each whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.digest import Group, Pick

from .cards import title_of
from .embeds import coloured, embed
from .packing import Piece
from .text import escaped, seen, stretches

STRETCH = 4000  # of the 4,096 characters of a description
TITLE = 200


def abstracts(groups: Sequence[Group]) -> Iterator[Piece]:
    """The abstracts of all papers as pieces of messages, in the colours of their groups; a paper without one has none."""
    every = ((which, pick) for which, group in enumerate(groups) for pick in group.picks)
    for number, (which, pick) in enumerate(every, 1):
        if text := seen(pick.paper.abstract):
            for piece in _pieces(pick, number, text):
                yield replace(piece, embed=coloured(piece.embed, which))


def _pieces(pick: Pick, number: int, text: str) -> Iterator[Piece]:
    """The title with the first stretch of the abstract and the picture, then the other stretches."""
    paper = pick.paper
    first, *rest = stretches(text, STRETCH)
    title = f"{number}. {title_of(paper, TITLE)}"
    opened = embed(title=title, url=paper.url, description=escaped(first), thumbnail=paper.thumbnail)
    yield Piece(embed=opened, number=number)
    for stretch in rest:
        yield Piece(embed=embed(description=escaped(stretch)), number=number)
