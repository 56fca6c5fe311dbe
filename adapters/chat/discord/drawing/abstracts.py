"""The thread of a digest: its abstracts, several to a message, each whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.digest import Pick

from .cards import title_of
from .embeds import embed
from .packing import Piece
from .text import escaped, seen, stretches

STRETCH = 4000  # of the 4,096 characters of a description
TITLE = 200


def abstracts(picks: Sequence[Pick]) -> Iterator[Piece]:
    """The abstracts of these papers as pieces of messages; a paper without one has none."""
    for number, pick in enumerate(picks, 1):
        if text := seen(pick.paper.abstract):
            yield from _pieces(pick, number, text)


def _pieces(pick: Pick, number: int, text: str) -> Iterator[Piece]:
    """The title with the first stretch of the abstract and the picture, then the other stretches."""
    paper = pick.paper
    first, *rest = stretches(text, STRETCH)
    title = f"{number}. {title_of(paper, TITLE)}"
    opened = embed(title=title, url=paper.url, description=escaped(first), thumbnail=paper.thumbnail)
    yield Piece(embed=opened, number=number)
    for stretch in rest:
        yield Piece(embed=embed(description=escaped(stretch)), number=number)
