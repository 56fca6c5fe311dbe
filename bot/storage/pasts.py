"""What planning reads of many destinations at once: their slots so far, and what these have shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from bot.domain.delivery import Slot
from bot.domain.history import has_good

from . import tables as t
from .engine import Stored, reading
from .reserved import MERGED
from .rows import AnyRow, slot_of
from .statements import chunks

OLDER = 40  # slots looked back at where none of the recent ones is good
COLUMNS = tuple(
    t.slot.c[name] for name in ("id", "destination_id", "slot_key", "due_at", "state", "reason", "folded")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A destination's slots, newest first, and the papers folded in them, each slot's packed (`unpacked` reads them)."""

    slots: tuple[Slot, ...] = ()
    folded: tuple[bytes, ...] = ()

    @property
    def newest(self) -> int:
        """The id of the slot that was written last; 0 when there is none."""
        return max((slot.id for slot in self.slots), default=0)


class Pasts(Stored):
    """The store's methods about many destinations' pasts."""

    @reading
    def pasts(
        self, db: Connection, destination_ids: Sequence[int], *, since: datetime | None
    ) -> dict[int, Past]:
        """Tell the slots of each destination that were due since then, and older ones where none of those is good."""
        due_at = t.slot.c.due_at
        recent = _pasts(db, destination_ids, None if since is None else due_at >= since)
        lone = [number for number, past in recent.items() if not has_good(past.slots)]
        if since is None or not lone:
            return recent
        older = _pasts(db, lone, due_at < since)
        return recent | {number: _joined(recent[number], older[number]) for number in lone}

    @reading
    def shown_among(
        self, db: Connection, destination_ids: Sequence[int], *, since_id: int, ids: Sequence[int]
    ) -> dict[int, list[int]]:
        """Tell which papers with ids from `since_id` on, or with one of `ids`, each destination was shown in a part."""
        found: dict[int, list[int]] = {number: [] for number in destination_ids}
        mine, paper = t.shown.c.destination_id, t.shown.c.paper_id
        wanted = (paper >= since_id, *(paper.in_(some) for some in chunks(ids)))
        for condition in wanted:
            for some in chunks(found):
                for number, paper_id in db.execute(
                    select(mine, paper).where(and_(mine.in_(some), condition))
                ):
                    found[number].append(paper_id)
        return found

    @reading
    def merged(self, db: Connection, paper_ids: Iterable[int]) -> dict[int, int]:
        """Tell which papers that are no more became one of these: their id then, and now."""
        alias = t.paper_alias.c
        query = select(alias.key, alias.paper_id).where(alias.key.startswith(MERGED))
        return {
            int(row.key.removeprefix(MERGED)): row.paper_id
            for some in chunks(paper_ids)
            for row in db.execute(query.where(alias.paper_id.in_(some)))
        }


def _pasts(
    db: Connection, destination_ids: Iterable[int], when: ColumnElement[bool] | None
) -> dict[int, Past]:
    slot = t.slot.c
    query = select(*COLUMNS)
    if when is not None:
        query = query.where(when)
    rows: dict[int, list[AnyRow]] = {number: [] for number in destination_ids}
    for some in chunks(rows):
        for row in db.execute(query.where(slot.destination_id.in_(some))):
            rows[row.destination_id].append(row)
    return {number: _past(mine) if mine else NO_PAST for number, mine in rows.items()}


NO_PAST = Past()


def _past(rows: list[AnyRow]) -> Past:
    rows.sort(key=lambda row: (row.due_at, row.id), reverse=True)
    return Past(
        slots=tuple(slot_of(row) for row in rows),
        folded=tuple(row.folded for row in rows if row.folded),
    )


def _joined(recent: Past, older: Past) -> Past:
    return Past(slots=(*recent.slots, *older.slots[:OLDER]), folded=recent.folded)
