"""Which slots there must be, worked out another way than planning does: by watching the zone's wall, minute by minute.

`bot.domain.schedule` is not asked. A wall time is due at the first minute at which the zone's wall shows it or, where
the clocks jump over it, anything later on that date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.subscription import Schedule

MINUTE = timedelta(minutes=1)
FAR = timedelta(hours=30)  # no wall is further from UTC, nor jumps further


@dataclass(frozen=True, slots=True)
class Asked:
    """A digest that a schedule asks for."""

    day: date
    at: datetime


def asked(schedule: Schedule, since: datetime, until: datetime) -> list[Asked]:
    """Every slot due after `since` and not after `until`."""
    zone = ZoneInfo(schedule.tz)
    days = _days(since.date() - timedelta(days=2), until.date() + timedelta(days=2))
    wanted = [day for day in days if day.weekday() in schedule.days]
    found = [Asked(day, at) for day in wanted if (at := _first_showing(zone, schedule, day)) is not None]
    return [one for one in found if since < one.at <= until]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _first_showing(zone: ZoneInfo, schedule: Schedule, day: date) -> datetime | None:
    """The first minute whose wall is `day` at the hour asked for, or is past it though the one before was not."""
    wall = datetime.combine(day, schedule.at)
    around = wall.replace(tzinfo=UTC)
    offsets = {_offset(zone, around + far) for far in (-FAR, timedelta(), FAR)}
    if len(offsets) == 1:  # nothing changes near that date
        return around - offsets.pop()
    guess = (wall - timedelta(hours=4)).replace(tzinfo=UTC) - _offset(zone, wall.replace(tzinfo=UTC))
    before, moment = _wall(zone, guess), guess
    while moment < guess + FAR:
        moment += MINUTE
        here = _wall(zone, moment)
        if before < wall <= here:
            return moment if day in (here.date(), before.date()) else None
        before = here
    return None


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _wall(zone: ZoneInfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
