"""The bytes of a message: kept by the first rendering, the same on every retry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, bindparam, func, select, update

from bot.domain.delivery import Freeze, Status, delivery_key

from . import tables as t
from .at_once import AtOnce
from .given import Given, one_of
from .rows import AnyRow, address_of
from .statements import insert

FREEZABLE = (Status.PENDING.value, Status.HELD.value)
ANYTHING = b"-"  # goes before all payloads: of no bytes at all SQLite takes the empty ones for NULL
part = t.delivery.c
COPIED = ("workspace_id", "destination_id", "lane_id", "slot_id", "slot_key", "channel", "expires_at")

# Put together once: they run for every digest.
_may_freeze = AtOnce(
    select(part.id, *(part[name] for name in COPIED), t.destination.c.platform, t.destination.c.channel_id)
    .select_from(t.slot.join(t.delivery, part.slot_id == t.slot.c.id).join(t.destination))
    .where(one_of(part.id, "numbers"), part.part_no == 0)
    .where(part.payload.is_(None), part.status.in_(FREEZABLE))
    .order_by(t.slot.c.id, part.id)
    # The slot, too: whoever ends it ends its later parts.
    .with_for_update(of=(t.slot, t.delivery), key_share=True)
)
_kept = Given(
    "kept", number=part.id.type, start=Integer(), length=Integer(), n_parts=Integer(), papers=part.papers.type
)
_keep = (
    update(t.delivery)
    .where(part.id == _kept.rows.c.number)
    .values(
        payload=func.substr(bindparam("bytes", type_=LargeBinary()), _kept.rows.c.start, _kept.rows.c.length),
        n_parts=_kept.rows.c.n_parts,
        papers=_kept.rows.c.papers,
    )
)


def freeze(db: Connection, steps: Sequence[Freeze]) -> set[int]:
    """Keep the bytes of parts 0 and make the later parts, of those that have none; which those were."""
    firsts = _firsts(db, steps) if steps else {}
    kept = [step for step in steps if step.payloads and step.delivery_id in firsts]
    if not kept:
        return set()
    payloads = b"".join([ANYTHING, *(step.payloads[0] for step in kept)])
    db.execute(_keep, {"kept": _kept.packed(_firsts_of(kept)), "bytes": payloads})
    if later := [row for step in kept for row in _later(step, firsts[step.delivery_id])]:
        db.execute(insert(db, t.delivery), later)
    return {step.delivery_id for step in kept}


def _firsts(db: Connection, steps: Sequence[Freeze]) -> dict[int, AnyRow]:
    """The parts 0 that may be frozen, and where they go."""
    given = {"numbers": [step.delivery_id for step in steps]}
    return {row.id: row for row in _may_freeze.rows(db, given)}


def _firsts_of(steps: Sequence[Freeze]) -> Iterator[tuple[Any, ...]]:
    """Each part 0 as it is kept; its bytes by where they stand among all of theirs."""
    start = 1 + len(ANYTHING)
    for step in steps:
        length = len(step.payloads[0])
        yield step.delivery_id, start, length, len(step.payloads), step.papers[0] if step.papers else ()
        start += length


def _later(step: Freeze, first: AnyRow) -> Iterator[dict[str, Any]]:
    papers = [*step.papers, *[()] * len(step.payloads)]
    for number, payload in enumerate(step.payloads[1:], start=1):
        yield {name: getattr(first, name) for name in COPIED} | {
            "key": delivery_key(address_of(first), first.destination_id, first.slot_key, number),
            "part_no": number,
            "n_parts": len(step.payloads),
            "payload": payload,
            "papers": papers[number],
            "status": Status.PENDING.value,
        }
