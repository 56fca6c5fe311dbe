"""Slots, not timers: which local date of a destination is due at which instant.

A slot is keyed by the local date it was scheduled for. Its instant is the wall time if that exists, its first
occurrence if it comes twice, and the first instant after the gap if the clocks jump over it. Only a date that the
zone itself left out (Apia had no 30 December 2011) has no slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ConfigError, UserError

from .subscription import Destination, Schedule

CATCH_UP = timedelta(hours=12)  # a slot later than this is skipped, and the next one carries its papers
FURTHEST = timedelta(
    days=8
)  # past the next slot of a schedule, no slot is due: a week, and clocks that change
_DAY = timedelta(days=1)
_WEEK_AND_A_BIT = 9  # a weekly slot may fall on a date its zone left out


@dataclass(frozen=True, slots=True)
class Due:
    """One slot of a schedule: its local date and its instant (UTC)."""

    day: date
    at: datetime


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name, or a `ConfigError` that says so."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        fix = "Set another one, such as tz:Berlin, or update the tzdata package."
        raise ConfigError(f"There is no time zone {name!r} on this machine.", fix=fix) from error


def local_day(schedule: Schedule, now: datetime) -> date:
    """The date on the destination's wall at that instant."""
    return now.astimezone(zone(schedule.tz)).date()


def due_instant(schedule: Schedule, day: date) -> datetime | None:
    """When the slot of that local date is due (UTC); None when the zone has no such date."""
    wall = datetime.combine(day, schedule.at, tzinfo=zone(schedule.tz))
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is None or after is None or before >= after:  # no gap here; fold=0 is the first of two
        return wall.astimezone(UTC)
    jump = _jump(wall, after)
    return jump if _has_date(wall.tzinfo, jump, day) else None


def next_due(schedule: Schedule, after: datetime) -> tuple[date, datetime]:
    """The first slot strictly after that instant, as its local date and its instant (UTC)."""
    start = local_day(schedule, after) - _DAY  # a slot moved over midnight by a gap keeps its own date
    for due in _walk(schedule, start, 1):
        if due.at > after:
            return due.day, due.at
    raise _no_days()


def slot_at(schedule: Schedule, moment: datetime) -> Due:
    """The slot that stands at an instant: the last one due by then."""
    for due in _walk(schedule, local_day(schedule, moment) + _DAY, -1):
        if due.at <= moment:
            return due
    raise _no_days()


def overdue(schedule: Schedule, next_due_at: datetime, now: datetime) -> list[Due]:
    """The slot that stands at `next_due_at` and every one that came due since, in order; none before it is due."""
    if now < next_due_at:
        return []
    due = slot_at(schedule, next_due_at)
    found = [due]
    while (due := Due(*next_due(schedule, due.at))).at <= now:
        found.append(due)
    return found


def moved_due(
    destination: Destination, schedule: Schedule, *, now: datetime, last_day: date | None
) -> datetime:
    """When a destination is next due once its schedule has become `schedule` (UTC).

    `last_day` is the newest local date that has a slot already; one that has begun nowhere yet, left by a clock that was
    ahead, counts for nothing. No date gets a second digest, and the dates both schedules promised since the last one are
    owed at once when their new hour has passed.
    """
    if last_day is not None and last_day > now.astimezone(UTC).date() + _DAY:
        last_day = None
    owed_since = _owed_since(destination, schedule, now, last_day)
    if owed_since is not None:
        return owed_since
    due = Due(*next_due(schedule, now))
    while last_day is not None and due.day <= last_day:
        due = Due(*next_due(schedule, due.at))
    return due.at


def resumed_due(destination: Destination, now: datetime) -> datetime:
    """When a destination that was paused is next due: at once while its last slot can still be caught up with.

    The dates before that were nobody's: they leave no skipped slots.
    """
    if destination.next_due_at is None:
        return next_due(destination.schedule, now)[1]
    missed = overdue(destination.schedule, destination.next_due_at, now)
    if not missed:
        return destination.next_due_at
    last = max(missed[-1].at, destination.next_due_at)
    return next_due(destination.schedule, now)[1] if is_too_late(last, now) else last


def regained_due(destination: Destination, now: datetime) -> datetime | None:
    """When a destination is due after the clock was ahead once and left a due time far off (UTC); None when it did not."""
    if destination.next_due_at is None or destination.next_due_at <= now + FURTHEST:
        return None
    due_at = next_due(destination.schedule, now)[1]
    return due_at if destination.next_due_at > due_at + FURTHEST else None


def is_too_late(due_at: datetime, now: datetime) -> bool:
    """Whether the catch-up window of a slot has closed."""
    return now - due_at >= CATCH_UP


def _owed_since(
    destination: Destination, schedule: Schedule, now: datetime, last_day: date | None
) -> datetime | None:
    """Since when the first date promised by both schedules is overdue by the new one; None when none is."""
    if destination.next_due_at is None:
        return None
    next_due_at = min(destination.next_due_at, now)
    promised = overdue(destination.schedule, destination.next_due_at, now)
    for due in promised or [slot_at(destination.schedule, destination.next_due_at)]:
        if due.day.weekday() not in schedule.days or (last_day is not None and due.day <= last_day):
            continue
        at = due_instant(schedule, due.day)
        if at is not None and at <= now:
            return max(at, min(due.at, now), next_due_at)
    return None


def _walk(schedule: Schedule, start: date, step: int) -> Iterator[Due]:
    for distance in range(2 * _WEEK_AND_A_BIT):
        day = start + step * distance * _DAY
        at = due_instant(schedule, day) if day.weekday() in schedule.days else None
        if at is not None:
            yield Due(day, at)


def _jump(wall: datetime, after: timedelta) -> datetime:
    """The instant at which the clocks jump over `wall`, found by halving down to the second."""
    low = (wall.replace(tzinfo=None) - after).replace(tzinfo=UTC)
    high = wall.astimezone(UTC)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(wall.tzinfo).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high


def _has_date(tz: tzinfo | None, jump: datetime, day: date) -> bool:
    """Whether any instant beside the jump falls on that date."""
    before = (jump - timedelta(seconds=1)).astimezone(tz).date()
    return day in (before, jump.astimezone(tz).date())


def _no_days() -> UserError:
    return UserError("A schedule needs at least one weekday.", fix="For example: days:weekdays")
