"""Days on which sources list papers: nothing is listed at weekends."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def is_weekend(day: date) -> bool:
    """Whether it is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


def weekdays_before(day: date, count: int) -> tuple[date, ...]:
    """The newest `count` weekdays before a day, newest first."""
    found: list[date] = []
    while len(found) < count:
        day -= timedelta(days=1)
        if not is_weekend(day):
            found.append(day)
    return tuple(found)
