"""The thread of a digest: its abstracts, several to a message, each whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.digest import Pick

from . import limits
from .blocks import Json, image, rich, section
from .entries import title_of, titled
from .packing import Piece
from .text import safe, units

CHUNK = limits.SECTION_TEXT - 10


def abstracts(picks: Sequence[Pick]) -> Iterator[Piece]:
    """The abstracts of these papers as pieces of messages; a paper without one has none."""
    for number, pick in enumerate(picks, 1):
        if text := safe(pick.paper.abstract):
            yield from _pieces(pick, number, text)


def _pieces(pick: Pick, number: int, text: str) -> Iterator[Piece]:
    """The title with the first stretch of the abstract and the picture, then the other stretches."""
    first, *rest = _stretches(text)
    name = f"abstract:{number}"
    title = title_of(pick.paper)
    opened = section(first, accessory=_picture(pick), name=name)
    yield Piece(blocks=(rich(*titled(pick.paper, number)), opened), number=number, title=title)
    for at, stretch in enumerate(rest, 2):
        yield Piece(blocks=(section(stretch, name=f"{name}:{at}"),), number=number, title=title)


def _picture(pick: Pick) -> Json | None:
    return image(pick.paper.thumbnail, f"Picture of {title_of(pick.paper)}") if pick.paper.thumbnail else None


def _stretches(text: str) -> Iterator[str]:
    """The whole text in stretches that fit into a paragraph each, parted between words."""
    while units(text) > CHUNK:
        end = _cut(text)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _cut(text: str) -> int:
    """Where to part: after the last space that fits, else within a word."""
    fits = text[: CHUNK if units(text[:CHUNK]) <= CHUNK else CHUNK // 2]
    space = fits.rfind(" ")
    return space if space > len(fits) // 2 else len(fits)
