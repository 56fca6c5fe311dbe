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

MOST_REMEMBERED = 400_000  # folded papers, of about 100 bytes each
A_PAPER = 20  # how many of them a paper in full weighs


class Pieces:
    """Pieces that were read lately, by key; a piece never changes, and a busy day has a few hundred papers."""

    def __init__(self) -> None:
        self._pieces: dict[str, Piece] = {}
        self._weight = 0

    def known(self, keys: Iterable[str]) -> dict[str, Piece]:
        """Those of these pieces that are remembered."""
        pieces = self._pieces
        return {key: pieces[key] for key in keys if key in pieces}

    def remember(self, new: Mapping[str, Piece]) -> None:
        """Remember these, and forget all others when they become too many; other threads may be reading."""
        self._weight += sum(len(one) if isinstance(one, tuple) else A_PAPER for one in new.values())
        if self._weight > MOST_REMEMBERED:
            self._pieces, self._weight = {}, 0
        self._pieces.update(new)


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
