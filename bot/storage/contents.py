"""Frozen digests, read: each its own text, and the pieces it shares with the others of its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.digest import Digest

from . import codec
from . import tables as t
from .codec import Piece
from .engine import Stored, reading
from .statements import chunks

MOST_REMEMBERED = 5_000  # pieces; a piece never changes, and a busy day has a few hundred papers


class Contents(Stored):
    """The store's methods about frozen digests."""

    @cached_property
    def _pieces(self) -> dict[str, Piece]:
        """Pieces that were read lately, by key."""
        return {}

    @reading
    def digest(self, db: Connection, slot_id: int) -> Digest | None:
        """Read the frozen content of a slot."""
        return digests_of(db, [slot_id], self._pieces).get(slot_id)

    @reading
    def digests(self, db: Connection, slot_ids: Sequence[int]) -> dict[int, Digest]:
        """Read the frozen contents of many slots; a slot without one is left out."""
        return digests_of(db, slot_ids, self._pieces)


def digests_of(
    db: Connection, slot_ids: Iterable[int], remembered: dict[str, Piece] | None = None
) -> dict[int, Digest]:
    """The digests of these slots; the pieces they need and `remembered` lacks are read and put there."""
    frozen = [
        (row.slot_id, codec.opened(row.content_json, row.renderer_version), row.renderer_version)
        for some in chunks(slot_ids)
        for row in db.execute(select(t.digest).where(t.digest.c.slot_id.in_(some)))
    ]
    pieces = _pieces_of(db, frozen, {} if remembered is None else remembered)
    return {slot_id: codec.digest_of(content, version, pieces) for slot_id, content, version in frozen}


def _pieces_of(
    db: Connection, frozen: Sequence[tuple[int, dict[str, Any], int]], remembered: dict[str, Piece]
) -> Mapping[str, Piece]:
    """Every piece these digests need; other threads may empty `remembered` meanwhile."""
    wanted = {key for _, content, version in frozen for key in codec.keys_in(content, version)}
    found = {key: piece for key in wanted if (piece := remembered.get(key)) is not None}
    unknown = wanted - found.keys()
    rows = (
        row
        for some in chunks(unknown)
        for row in db.execute(select(t.content.c.key, t.content.c.body).where(t.content.c.key.in_(some)))
    )
    new = {row.key: codec.piece_of(row.body) for row in rows}
    if len(remembered) + len(new) > MOST_REMEMBERED:
        remembered.clear()
    remembered.update(new)
    return found | new
