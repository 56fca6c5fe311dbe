"""Recording the slots that nobody will get, for many destinations at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.schedule import Due
from bot.domain.subscription import Destination
from bot.storage.store import Store

from .overdue import Calendar, skipped

Late = tuple[Destination, Sequence[Due]]


async def skip(store: Store, calendar: Calendar, late: Sequence[Late]) -> tuple[list[Destination], int]:
    """Record late slots, oldest first; the destinations as they are then, without those another planner took.

    Also how many slots were skipped.
    """
    waiting = {home.id: (home, skipped(slots)) for home, slots in late}
    done: list[Destination] = []
    count = 0
    while waiting:
        done += [home for home, left in waiting.values() if not left]
        waiting = {number: pair for number, pair in waiting.items() if pair[1]}
        plans = [
            calendar.plan(home, left[0][0], SlotState.SKIPPED, left[0][1]) for home, left in waiting.values()
        ]
        moved = await _record(store, plans)
        count += len(moved)
        waiting = {
            number: (replace(waiting[number][0], next_due_at=plan.next_due_at), waiting[number][1][1:])
            for number, plan in moved.items()
        }
    return done, count


async def _record(store: Store, plans: Sequence[SlotPlan]) -> dict[int, SlotPlan]:
    """Write these; those whose destination is now due when it should be, also where the slot was there already."""
    if not plans:
        return {}
    slots = await store.plan_many(plans)
    moved = {plan.destination_id: plan for plan, slot in zip(plans, slots, strict=True) if slot is not None}
    unsure = {plan.destination_id: plan for plan in plans if plan.destination_id not in moved}
    if unsure:
        now = await store.destinations_by_id(list(unsure))
        moved |= {
            number: plan
            for number, plan in unsure.items()
            if number in now and now[number].next_due_at == plan.next_due_at
        }
    return moved
