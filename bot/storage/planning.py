"""Writing plans, many in one transaction: slots, digests, first parts, what they show, and when each is due next."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select, update

from bot.domain.delivery import Slot, SlotPlan, SlotState, Status, delivery_key
from bot.errors import NotFound

from . import codec
from . import tables as t
from .codec import Freezer, Frozen
from .engine import Stored, writing_beside
from .folded import packed
from .reserved import papers_in, taken_by
from .rows import AnyRow, address_of
from .statements import chunks, insert

RESERVING = (SlotState.OPEN.value, SlotState.SENT.value)
# Slot ids: a slot is looked for among so many of the newest; whoever planned for longer than these took overlooks one.
LATELY = 20_000
HOME = tuple(t.destination.c[name] for name in ("id", "platform", "workspace_id", "channel_id", "lane_id"))

# Put together once: they run for every plan.
_home, _slot = t.destination.c, t.slot.c
_numbers: BindParameter[int] = bindparam("numbers", expanding=True)
_planned = select(*HOME).where(_home.id.in_(_numbers)).order_by(_home.id).with_for_update()
_last = select(func.max(_slot.id))
_reserving = select(_slot.destination_id, _slot.id).where(
    _slot.id > bindparam("since"), _slot.state.in_(RESERVING), _slot.destination_id.in_(_numbers)
)
_move_on = (
    update(t.destination)
    .where(_home.id.in_(_numbers), _home.next_due_at.is_not_distinct_from(bindparam("expected")))
    .values(next_due_at=bindparam("following"))
    .returning(_home.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A plan with its digest as text, which takes longer to make than to write."""

    plan: SlotPlan
    frozen: Frozen | None
    shown: frozenset[int]
    folded: frozenset[int]


class Planning(Stored):
    """The store's methods that plan."""

    async def plan(self, plan: SlotPlan) -> Slot | None:
        """Write a slot, its digest, part 0, what it shows and the next due time: all or nothing.

        None when it was planned already, when `next_due_at` moved meanwhile, or when one of its papers was shown
        meanwhile; the destination is then still due, except that an existing slot moves `next_due_at` on.
        """
        (slot,) = await self.plan_many([plan])
        return slot

    async def plan_many(
        self, plans: Sequence[SlotPlan], *, freezer: Freezer | None = None
    ) -> tuple[Slot | None, ...]:
        """`plan` each of these in one transaction; one that is refused leaves the others as they are.

        A paper or a destination that is gone fails them all, and nothing is written.
        """
        ready = await asyncio.to_thread(_made_ready, plans, freezer or Freezer())
        return await self._write_plans(ready)

    @writing_beside
    def _write_plans(self, db: Connection, plans: Sequence[Ready]) -> tuple[Slot | None, ...]:
        written: dict[int, Slot] = {}
        for wave in _waves(plans):
            written |= _written(db, wave)
        return tuple(written.get(number) for number in range(len(plans)))


def _made_ready(plans: Sequence[SlotPlan], freezer: Freezer) -> list[Ready]:
    return [_ready(plan, freezer) for plan in plans]


def _ready(plan: SlotPlan, freezer: Freezer) -> Ready:
    if plan.digest is None:
        return Ready(plan=plan, frozen=None, shown=frozenset(), folded=frozenset())
    shown, folded = papers_in(plan.digest) if plan.state is SlotState.OPEN else (frozenset(), frozenset())
    # Filed under the day the slot is pruned by.
    frozen = freezer.freeze(plan.digest, plan.due_at.date())
    return Ready(plan=plan, frozen=frozen, shown=shown, folded=folded)


Wave = dict[int, Ready]  # by the place in the whole


def _waves(plans: Sequence[Ready]) -> Iterator[Wave]:
    """The plans so that no destination comes twice in one go."""
    left: Wave = dict(enumerate(plans))
    while left:
        firsts: dict[int, int] = {}
        for number, one in left.items():
            firsts.setdefault(one.plan.destination_id, number)
        yield {number: left.pop(number) for number in firsts.values()}


def _written(db: Connection, wave: Wave) -> dict[int, Slot]:
    homes = _homes(db, wave)
    overtaken = _overtaken(db, wave)
    moved = _moved_on(db, {number: one for number, one in wave.items() if number not in overtaken})
    slots = _add_slots(db, moved, homes)
    with_digest = {number: slot for number, slot in slots.items() if wave[number].frozen is not None}
    _add_digests(db, wave, with_digest, homes)
    opened = {
        number: slot for number, slot in with_digest.items() if wave[number].plan.state is SlotState.OPEN
    }
    _add_first_parts(db, wave, opened, homes)
    _add_shown(db, wave, opened, homes)
    return slots


def _homes(db: Connection, wave: Wave) -> dict[int, AnyRow]:
    """The destinations, which stay as they are until the transaction ends; locked in order, or two would wait for ever."""
    ids = sorted(one.plan.destination_id for one in wave.values())
    found = {row.id: row for some in chunks(ids) for row in db.execute(_planned, {"numbers": some})}
    for number in ids:
        if number not in found:
            raise NotFound(f"There is no destination {number}.")
    return found


def _overtaken(db: Connection, wave: Wave) -> set[int]:
    """The plans whose papers another slot may have taken since their destination's slots were read."""
    planned = {
        one.plan.destination_id: (number, one) for number, one in wave.items() if one.shown or one.folded
    }
    known = {
        home: one.plan.after_slot for home, (_, one) in planned.items() if one.plan.after_slot is not None
    }
    newer = {home for home, newest in _newest(db, known).items() if newest > (known[home] or 0)}
    unread = planned.keys() - known.keys()
    taken = taken_by(db, unread) if unread else {}
    clashing = {home for home in unread if not taken[home].isdisjoint(_papers(planned[home][1]))}
    return {planned[home][0] for home in newer | clashing if not _is_there(db, planned[home][1].plan)}


def _papers(one: Ready) -> frozenset[int]:
    return one.shown | one.folded


def _is_there(db: Connection, plan: SlotPlan) -> bool:
    """Whether the very slot was planned: then its destination is not due for it any more."""
    mine = (t.slot.c.destination_id == plan.destination_id, t.slot.c.slot_key == plan.slot_key)
    return db.execute(select(t.slot.c.id).where(*mine)).one_or_none() is not None


def _newest(db: Connection, homes: Mapping[int, object]) -> dict[int, int]:
    """The newest slot of each of these destinations, if it is new and reserves anything."""
    if not homes:
        return {}
    last = db.execute(_last).scalar() or 0
    lately = {"since": last - LATELY}
    rows = (
        tuple(row) for some in chunks(homes) for row in db.execute(_reserving, lately | {"numbers": some})
    )
    return dict(sorted(rows))


def _moved_on(db: Connection, wave: Wave) -> Wave:
    """Move `next_due_at` from where the planners saw it; the plans for which it was still there.

    A plan outside the schedule leaves it alone.
    """
    steps: defaultdict[tuple[Any, Any], list[int]] = defaultdict(list)
    for one in wave.values():
        steps[one.plan.expected_next_due_at, one.plan.next_due_at].append(one.plan.destination_id)
    moved = set(steps.pop((None, None), ()))
    for (expected, following), ids in steps.items():
        for some in chunks(ids):
            given = {"numbers": some, "expected": expected, "following": following}
            moved |= set(db.execute(_move_on, given).scalars())
    return {number: one for number, one in wave.items() if one.plan.destination_id in moved}


def _add_slots(db: Connection, wave: Wave, homes: Mapping[int, AnyRow]) -> dict[int, Slot]:
    """The slots that were not there yet."""
    numbers = {(one.plan.destination_id, one.plan.slot_key): number for number, one in wave.items()}
    rows = [_slot_values(one, homes[one.plan.destination_id].workspace_id) for one in wave.values()]
    slot = t.slot.c
    once = insert(db, t.slot).on_conflict_do_nothing().returning(slot.id, slot.destination_id, slot.slot_key)
    added = db.execute(once, rows).all() if rows else []
    return {
        (number := numbers[home, key]): Slot(
            id=slot_id,
            destination_id=home,
            slot_key=key,
            due_at=wave[number].plan.due_at,
            state=wave[number].plan.state,
            reason=wave[number].plan.reason,
        )
        for slot_id, home, key in added
    }


def _slot_values(one: Ready, workspace: str) -> dict[str, Any]:
    plan = one.plan
    return {
        "workspace_id": workspace,
        "destination_id": plan.destination_id,
        "slot_key": plan.slot_key,
        "day": plan.day,
        "due_at": plan.due_at,
        "state": plan.state.value,
        "reason": plan.reason,
        "folded": packed(one.folded),
    }


def _add_digests(db: Connection, wave: Wave, slots: Mapping[int, Slot], homes: Mapping[int, AnyRow]) -> None:
    pieces: dict[str, dict[str, Any]] = {}
    digests = []
    for number, slot in slots.items():
        frozen = wave[number].frozen or Frozen(text="", pieces={})
        day = slot.due_at.date()
        for key, body in frozen.pieces.items():
            pieces[key] = {"key": key, "day": day, "body": body}
        digests.append(
            {
                "slot_id": slot.id,
                "workspace_id": homes[slot.destination_id].workspace_id,
                "content_json": frozen.text,
                "renderer_version": codec.VERSION,
            }
        )
    # In order of their keys, or two planners would wait for one another.
    _many(db, insert(db, t.content).on_conflict_do_nothing(), [pieces[key] for key in sorted(pieces)])
    _many(db, insert(db, t.digest), digests)


def _add_first_parts(
    db: Connection, wave: Wave, slots: Mapping[int, Slot], homes: Mapping[int, AnyRow]
) -> None:
    parts = [
        _first_part(wave[number].plan, slot, homes[slot.destination_id]) for number, slot in slots.items()
    ]
    _many(db, insert(db, t.delivery), parts)


def _first_part(plan: SlotPlan, slot: Slot, home: AnyRow) -> dict[str, Any]:
    return {
        "key": delivery_key(address_of(home), home.id, slot.slot_key, 0),
        "workspace_id": home.workspace_id,
        "destination_id": slot.destination_id,
        "lane_id": home.lane_id,
        "channel": home.channel_id,
        "slot_id": slot.id,
        "slot_key": slot.slot_key,
        "part_no": 0,
        "n_parts": 1,
        "status": Status.PENDING.value,
        "not_before": plan.not_before,
        "expires_at": plan.expires_at,
    }


def _add_shown(db: Connection, wave: Wave, slots: Mapping[int, Slot], homes: Mapping[int, AnyRow]) -> None:
    rows = [
        {
            "destination_id": slot.destination_id,
            "workspace_id": homes[slot.destination_id].workspace_id,
            "slot_id": slot.id,
            "paper_id": paper_id,
        }
        for number, slot in slots.items()
        for paper_id in sorted(wave[number].shown)
    ]
    _many(db, insert(db, t.shown), rows)


def _many(db: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.execute(statement, rows)
