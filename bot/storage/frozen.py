"""The bytes of a message: kept by the first rendering, the same on every retry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.delivery import Freeze, Status, delivery_key

from . import tables as t
from .rows import AnyRow, address_of
from .statements import chunks, insert

FREEZABLE = (Status.PENDING.value, Status.HELD.value)
part = t.delivery.c
COPIED = ("workspace_id", "destination_id", "lane_id", "slot_id", "slot_key", "channel", "expires_at")

# Put together once: they run for every digest.
_may_freeze = (
    select(part.id, *(part[name] for name in COPIED), t.destination.c.platform, t.destination.c.channel_id)
    .select_from(t.slot.join(t.delivery, part.slot_id == t.slot.c.id).join(t.destination))
    .where(part.id.in_(bindparam("numbers", expanding=True)), part.part_no == 0)
    .where(part.payload.is_(None), part.status.in_(FREEZABLE))
    .order_by(t.slot.c.id, part.id)
    .with_for_update(
        of=(t.slot, t.delivery), key_share=True
    )  # whoever ends the slot ends its later parts, too
)
_keep = (
    update(t.delivery)
    .where(part.id == bindparam("number"))
    .values(payload=bindparam("bytes"), n_parts=bindparam("of_parts"), papers=bindparam("its_papers"))
)


def freeze(db: Connection, steps: Sequence[Freeze]) -> set[int]:
    """Keep the bytes of parts 0 and make the later parts, of those that have none; which those were."""
    return {number for some in chunks(steps) for number in _frozen(db, some)}


def _frozen(db: Connection, steps: Sequence[Freeze]) -> set[int]:
    firsts = _firsts(db, steps)
    kept = [step for step in steps if step.payloads and step.delivery_id in firsts]
    if not kept:
        return set()
    db.execute(_keep, [_first(step) for step in kept])
    if later := [row for step in kept for row in _later(step, firsts[step.delivery_id])]:
        db.execute(insert(db, t.delivery), later)
    return {step.delivery_id for step in kept}


def _firsts(db: Connection, steps: Sequence[Freeze]) -> dict[int, AnyRow]:
    """The parts 0 that may be frozen, and where they go."""
    rows: Iterable[AnyRow] = db.execute(_may_freeze, {"numbers": [step.delivery_id for step in steps]})
    return {row.id: row for row in rows}


def _first(step: Freeze) -> dict[str, Any]:
    return {
        "number": step.delivery_id,
        "bytes": step.payloads[0],
        "of_parts": len(step.payloads),
        "its_papers": step.papers[0] if step.papers else (),
    }


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
