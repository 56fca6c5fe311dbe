"""Which slots of a destination are due, which of them come too late, and when the next one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.schedule import CATCH_UP, Due, is_too_late, next_due, overdue
from bot.domain.subscription import Destination, Schedule

MOST_SKIPPED = 31  # slots recorded one by one after a long sleep; older ones share a line
LATE = "late"


class Calendar:
    """The slots due at one moment; whoever has the same schedule has the same slots."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._overdue: dict[tuple[Schedule, datetime], tuple[tuple[Due, ...], Due | None]] = {}
        self._following: dict[tuple[Schedule, datetime], datetime] = {}

    def overdue(self, destination: Destination) -> tuple[tuple[Due, ...], Due | None]:
        """The slots that come too late, and the one to send, if any: the last, unless that is too late as well.

        Raises ConfigError for a zone that nobody knows, UserError for a schedule without weekdays.
        """
        if destination.next_due_at is None:
            return (), None
        asked = (destination.schedule, destination.next_due_at)
        if asked not in self._overdue:
            self._overdue[asked] = _split(overdue_of(destination, self.now), self.now)
        return self._overdue[asked]

    def plan(self, destination: Destination, due: Due, state: SlotState, reason: str) -> SlotPlan:
        """The plan of a scheduled slot, which moves `next_due_at` to the slot after it."""
        return SlotPlan(
            destination_id=destination.id,
            slot_key=due.day.isoformat(),
            day=due.day,
            due_at=due.at,
            state=state,
            reason=reason,
            expires_at=due.at + CATCH_UP,
            expected_next_due_at=destination.next_due_at,
            next_due_at=self._after(destination.schedule, due.at),
        )

    def _after(self, schedule: Schedule, at: datetime) -> datetime:
        if (schedule, at) not in self._following:
            self._following[schedule, at] = next_due(schedule, at)[1]
        return self._following[schedule, at]


def overdue_of(destination: Destination, now: datetime) -> list[Due]:
    """The slots of a destination that are due, in order, each with the moment from which it is late."""
    if destination.next_due_at is None:
        return []
    slots = overdue(destination.schedule, destination.next_due_at, now)
    # A slot whose hour was moved is late from the moment it was moved, not from its new hour.
    return [replace(due, at=max(due.at, destination.next_due_at)) for due in slots[:1]] + slots[1:]


def skipped(late: Sequence[Due]) -> list[tuple[Due, str]]:
    """The late slots that are recorded, each with its reason."""
    unrecorded = len(late) - MOST_SKIPPED
    reasons = [f"{LATE}, with {unrecorded} earlier dates" if unrecorded > 0 else LATE]
    kept = late[-MOST_SKIPPED:]
    return list(zip(kept, reasons + [LATE] * (len(kept) - 1), strict=True)) if kept else []


def _split(slots: Sequence[Due], now: datetime) -> tuple[tuple[Due, ...], Due | None]:
    if slots and not is_too_late(slots[-1].at, now):
        return tuple(slots[:-1]), slots[-1]
    return tuple(slots), None
