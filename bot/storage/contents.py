"""Frozen digests, read: each its own text, and the pieces it shares with the others of its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.digest import Digest

from . import codec
from . import tables as t
from .at_once import AtOnce
from .codec import Piece
from .engine import Stored, reading
from .given import one_of
from .statements import chunks

MOST_PAPERS = 20_000  # of the pieces that are remembered, at a few kilobytes each
MOST_FOLDED = 20_000  # papers in their folded lists: every full garbage collection looks through each of them


class Pieces:
    """Pieces that were read lately, by key; a piece never changes, and a busy day has a few hundred papers."""

    def __init__(self) -> None:
        self._papers: dict[str, Piece] = {}
        self._lists: dict[str, Piece] = {}
        self._folded = 0

    def known(self, keys: Iterable[str]) -> dict[str, Piece]:
        """Those of these pieces that are remembered."""
        papers, lists = self._papers, self._lists
        return {key: piece for key in keys if (piece := papers.get(key) or lists.get(key)) is not None}

    def remember(self, new: Mapping[str, Piece]) -> None:
        """Remember these, and forget all others of their kind when they become too many; other threads may be reading."""
        lists = {key: piece for key, piece in new.items() if isinstance(piece, tuple)}
        self._folded += sum(map(len, lists.values()))
        if self._folded > MOST_FOLDED:
            self._lists, self._folded = {}, 0
        if len(self._papers) > MOST_PAPERS:
            self._papers = {}
        self._lists.update(lists)
        self._papers.update({key: piece for key, piece in new.items() if key not in lists})


class Contents(Stored):
    """The store's methods about frozen digests."""

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces()

    @reading
    def digest(self, db: Connection, slot_id: int) -> Digest | None:
        """Read the frozen content of a slot."""
        return digests_of(db, [slot_id], self._pieces).get(slot_id)

    @reading
    def digests(self, db: Connection, slot_ids: Sequence[int]) -> dict[int, Digest]:
        """Read the frozen contents of many slots; a slot without one is left out."""
        return digests_of(db, slot_ids, self._pieces)


_frozen = AtOnce(
    select(t.digest.c.slot_id, t.digest.c.content_json, t.digest.c.renderer_version).where(
        one_of(t.digest.c.slot_id, "numbers")
    )
)


def digests_of(
    db: Connection, slot_ids: Iterable[int], remembered: Pieces | None = None
) -> dict[int, Digest]:
    """The digests of these slots; the pieces they need and nobody remembers are read, and remembered."""
    frozen = [
        (row.slot_id, codec.opened(row.content_json, row.renderer_version), row.renderer_version)
        for row in _frozen.rows(db, {"numbers": slot_ids})
    ]
    pieces = _pieces_of(db, frozen, remembered or Pieces())
    return {slot_id: codec.digest_of(content, version, pieces) for slot_id, content, version in frozen}


def _pieces_of(
    db: Connection, frozen: Sequence[tuple[int, dict[str, Any], int]], remembered: Pieces
) -> Mapping[str, Piece]:
    """Every piece these digests need."""
    wanted = {key for _, content, version in frozen for key in codec.keys_in(content, version)}
    found = remembered.known(wanted)
    rows = (
        row
        for some in chunks(wanted - found.keys())
        for row in db.execute(select(t.content.c.key, t.content.c.body).where(t.content.c.key.in_(some)))
    )
    new = {row.key: codec.piece_of(row.body) for row in rows}
    remembered.remember(new)
    return found | new
