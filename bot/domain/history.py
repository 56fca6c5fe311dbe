"""What a destination's earlier slots say about its next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .delivery import RESTORED, Slot, SlotState
from .subscription import WEEKDAYS

MANUAL = "manual:"  # how the key of a slot begins that no schedule asked for
RELEASED = frozenset({SlotState.SKIPPED, SlotState.DEAD})


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What planning needs of the slots so far."""

    previous: datetime | None  # when the last good slot was due
    released: tuple[date, ...]  # dates since then whose papers came back, oldest first
    quiet_weekdays: int  # how many weekdays running, up to the last slot, brought nothing


NO_HISTORY = History(previous=None, released=(), quiet_weekdays=0)


def history_of(slots: Sequence[Slot]) -> History:
    """The history these slots make, newest first."""
    if not slots:
        return NO_HISTORY
    scheduled = [
        (slot, date.fromisoformat(slot.slot_key)) for slot in slots if not slot.slot_key.startswith(MANUAL)
    ]
    released: list[date] = []
    previous = None
    for slot, day in scheduled:
        if slot.state not in RELEASED:
            previous = slot.due_at
            break
        if slot.reason != RESTORED:  # nobody knows what became of its papers: they do not come back
            released.append(day)
    return History(
        previous=previous,
        released=tuple(sorted(released)),
        quiet_weekdays=_quiet_weekdays(scheduled),
    )


def has_good(slots: Sequence[Slot]) -> bool:
    """Whether a scheduled one of these slots ended well, or may yet: nothing before it matters."""
    return any(slot.state not in RELEASED and not slot.slot_key.startswith(MANUAL) for slot in slots)


def _quiet_weekdays(scheduled: Sequence[tuple[Slot, date]]) -> int:
    running = 0
    for slot, day in scheduled:
        if day.weekday() not in WEEKDAYS:
            continue
        if slot.state is not SlotState.EMPTY:
            break
        running += 1
    return running
