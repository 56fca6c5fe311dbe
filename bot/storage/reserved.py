"""What a destination was shown, or is about to be: no paper stands in two of its digests.

A paper in a part is a row of `shown`; the papers folded behind "N more" are packed into their slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from bot.domain.delivery import Slot, Status
from bot.domain.digest import Digest

from . import tables as t
from .engine import Stored, reading
from .folded import packed, unpacked
from .rows import AnyRow, slot_of
from .statements import chunks, insert

# Somebody saw these, or may have.
MAYBE_SEEN = (Status.SENT.value, Status.SENDING.value, Status.UNCERTAIN.value)
MERGED = "id:"  # how the alias of a row begins that was merged into another


class Reserved(Stored):
    """The store's methods about what was shown."""

    @reading
    def shown(self, db: Connection, destination_ids: Sequence[int]) -> dict[int, frozenset[int]]:
        """Tell the papers reserved for each destination: shown, folded, or about to be."""
        return {number: frozenset(ids) for number, ids in taken_by(db, destination_ids).items()}

    @reading
    def shown_in(self, db: Connection, destination_id: int, paper_id: int) -> Slot | None:
        """Find the slot in which a destination was shown a paper, or has it folded."""
        mine = (t.shown.c.destination_id == destination_id, t.shown.c.paper_id == paper_id)
        rows = db.execute(select(t.slot).join(t.shown, t.shown.c.slot_id == t.slot.c.id).where(*mine))
        found = rows.one_or_none() or _folded_in(db, destination_id, paper_id)
        return None if found is None else slot_of(found)


def reserve_again(db: Connection, slot: Slot, workspace: str, digest: Digest) -> None:
    """Reserve the papers of a slot that is open again: those that are still there and no other slot took."""
    taken = taken_by(db, [slot.destination_id], but=slot.id)[slot.destination_id]
    shown, folded = papers_in(digest)
    there = select(t.paper.c.id)
    known = {
        one for some in chunks(shown) for one in db.execute(there.where(t.paper.c.id.in_(some))).scalars()
    }
    _keep(db, slot, workspace, shown & known - taken, folded - taken)


def release(db: Connection, slot_id: int) -> bool:
    """Let a slot's papers come again, but none that somebody saw or may have seen; whether there is such a doubt.

    What is folded comes again only when no part was seen: "N more" stood under all of them.
    """
    mine = t.delivery.c
    query = select(mine.status, mine.papers, maybe_seen().label("seen")).where(mine.slot_id == slot_id)
    parts = db.execute(query).all()
    reserved = delete(t.shown).where(t.shown.c.slot_id == slot_id)
    if not any(part.seen for part in parts):
        db.execute(reserved)
        _keep_folded(db, slot_id, ())
        return False
    seen = {paper for part in parts if part.seen for paper in part.papers}
    unseen = {paper for part in parts if not part.seen for paper in part.papers} - seen
    for some in chunks(sorted(unseen)):
        db.execute(reserved.where(t.shown.c.paper_id.in_(some)))
    return any(part.seen and part.status != Status.SENT.value for part in parts)


def maybe_seen() -> ColumnElement[bool]:
    """Whether a delivery was seen, or may have been.

    What was ever in doubt may be there from that time: a platform that did not find it says that sending it again is
    harmless, not that nobody saw it.
    """
    return or_(t.delivery.c.status.in_(MAYBE_SEEN), t.delivery.c.doubted)


def merged_into(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Those of these papers that turned out to be another one, and which."""
    keys = {f"{MERGED}{number}": number for number in ids}
    alias = t.paper_alias.c
    return {
        keys[row.key]: row.paper_id
        for some in chunks(keys)
        for row in db.execute(select(alias.key, alias.paper_id).where(alias.key.in_(some)))
    }


def papers_in(digest: Digest) -> tuple[frozenset[int], frozenset[int]]:
    """The papers a digest shows, and those it folds; what it deferred is not reserved."""
    shown = frozenset([pick.paper.id for group in digest.groups for pick in group.picks])
    return shown, frozenset([one.paper_id for one in digest.folded])


def _keep(db: Connection, slot: Slot, workspace: str, shown: Iterable[int], folded: Iterable[int]) -> None:
    _keep_folded(db, slot.id, folded)
    row = {"destination_id": slot.destination_id, "workspace_id": workspace, "slot_id": slot.id}
    rows = [row | {"paper_id": paper_id} for paper_id in sorted(shown)]
    if rows:
        db.execute(insert(db, t.shown).on_conflict_do_nothing(), rows)


def _keep_folded(db: Connection, slot_id: int, ids: Iterable[int]) -> None:
    db.execute(update(t.slot).where(t.slot.c.id == slot_id).values(folded=packed(ids)))


def taken_by(
    db: Connection, destination_ids: Iterable[int], *, but: int | None = None
) -> dict[int, set[int]]:
    """The papers reserved for each of these destinations, but not by that slot."""
    found: dict[int, set[int]] = {number: set() for number in destination_ids}
    shown, slot = t.shown.c, t.slot.c
    for some in chunks(found):
        mine = select(shown.destination_id, shown.paper_id).where(shown.destination_id.in_(some))
        for number, paper_id in db.execute(mine if but is None else mine.where(shown.slot_id != but)):
            found[number].add(paper_id)
        behind = select(slot.destination_id, slot.folded).where(
            slot.destination_id.in_(some), slot.folded.is_not(None)
        )
        for number, folded in db.execute(behind if but is None else behind.where(slot.id != but)):
            found[number].update(unpacked(folded))
    return _as_they_are_now(db, found)


def _as_they_are_now(db: Connection, found: dict[int, set[int]]) -> dict[int, set[int]]:
    """The same, where papers that were folded and became another one since are that one."""
    now = merged_into(db, set().union(*found.values()))
    return {number: {now.get(one, one) for one in ids} for number, ids in found.items()}


def _folded_in(db: Connection, destination_id: int, paper_id: int) -> AnyRow | None:
    """The newest slot that folds a paper, under whatever id it had then."""
    alias = t.paper_alias.c
    once = db.execute(select(alias.key).where(alias.paper_id == paper_id, alias.key.startswith(MERGED)))
    ids = {paper_id, *(int(key.removeprefix(MERGED)) for key in once.scalars())}
    folding = select(t.slot).where(t.slot.c.destination_id == destination_id, t.slot.c.folded.is_not(None))
    rows = db.execute(folding.order_by(t.slot.c.id.desc()))
    return next((row for row in rows if not ids.isdisjoint(unpacked(row.folded))), None)
