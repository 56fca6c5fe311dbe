"""arXiv's clock: which days have an announcement, and which submissions it holds.

Announcements are made at 20:00 in New York, Sunday to Thursday, and the feed shows them from midnight on: its day is
the date that follows. Submissions close at 14:00. https://info.arxiv.org/help/availability.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
DEADLINE = time(14, 0)
GRACE = timedelta(hours=1)  # after midnight: the feed is rebuilt then, and its minute floats

# Deferred announcements, as published for the year; other years follow the rule below.
DEFERRED = {
    2026: tuple(
        date(2026, month, day)
        for month, day in ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))
    )
}
_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


def feed_day(moment: datetime) -> date:
    """The day whose announcement the feed shows at a moment."""
    return moment.astimezone(NEW_YORK).date()


def why_empty(day: date) -> str:
    """Why a feed of that day may well be empty; "" when it may not.

    The published list does not say whether its dates are the evenings or the days after, so both count.
    """
    if day.weekday() >= _SATURDAY:
        return "arXiv announces nothing for Saturdays and Sundays"
    if {day, day - _DAY} & deferred(day.year) or day - _DAY in deferred(day.year - 1):
        return "arXiv defers its announcement around this holiday"
    return ""


def newest_due(moment: datetime) -> date:
    """The newest day whose announcement is certainly in the feed by now."""
    return newest_on(feed_day(moment - GRACE))


def newest_on(day: date) -> date:
    """The newest day with a certain announcement, that day itself or before it."""
    while why_empty(day):
        day -= _DAY
    return day


def first_after(day: date) -> date:
    """The first day with a certain announcement after a day."""
    day += _DAY
    while why_empty(day):
        day += _DAY
    return day


def days_before(day: date, count: int) -> tuple[date, ...]:
    """The newest `count` announcement days before a day, newest first."""
    found: list[date] = []
    while len(found) < count:
        day = newest_on(day - _DAY)
        found.append(day)
    return tuple(found)


def submissions_of(day: date) -> tuple[datetime, datetime]:
    """From when to when (UTC) the papers announced for a day were submitted."""
    return _deadline(newest_on(day - _DAY)), _deadline(day)


def announced_on(submitted: datetime) -> date:
    """The day a submission was announced for, when nobody held it up."""
    day = submitted.astimezone(NEW_YORK).date() + _DAY
    while why_empty(day) or _deadline(day) <= submitted:
        day += _DAY
    return day


def _deadline(day: date) -> datetime:
    """When submissions closed for the announcement of a day: on Monday that was Friday, else the day before."""
    closed = day - (3 * _DAY if day.weekday() == _MONDAY else _DAY)
    return datetime.combine(closed, DEADLINE, NEW_YORK).astimezone(UTC)


@cache
def deferred(year: int) -> frozenset[date]:
    """The dates a year's announcements are deferred on: as published, else the usual holidays and Christmas week."""
    if year in DEFERRED:
        return frozenset(DEFERRED[year])
    fixed = {_observed(date(year, month, day)) for month, day in ((1, 1), (6, 19), (7, 4), (12, 25))}
    moving = {_nth(year, 1, _MONDAY, 3), _nth(year, 9, _MONDAY, 1), _nth(year, 11, _THURSDAY, 4)}
    christmas = {date(year, 12, day) for day in range(24, 32)}
    return frozenset(fixed | moving | christmas)


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on Friday, one on a Sunday on Monday."""
    return day + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.weekday(), timedelta())


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
