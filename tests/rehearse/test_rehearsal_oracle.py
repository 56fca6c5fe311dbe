"""Two ways to say when a digest is due, which know nothing of each other, say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.schedule import due_instant
from bot.domain.subscription import WEEKDAYS, Schedule
from jobs.rehearse.cast import ODD, ZONES
from jobs.rehearse.oracle import asked

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Cairo", "America/Havana", "Antarctica/Troll"])
@pytest.mark.parametrize("at", ODD)
def test_the_oracle_agrees_with_the_schedule_through_a_year(zone: str, at: time) -> None:
    schedule = Schedule(at=at, tz=zone)
    days = [date(2025, 12, 30) + timedelta(days=number) for number in range(370)]
    due = [(day, found) for day in days if (found := due_instant(schedule, day)) is not None]
    assert [(one.day, one.at) for one in asked(schedule, SINCE, UNTIL)] == [
        one for one in due if SINCE < one[1] <= UNTIL
    ]


def test_a_date_that_a_zone_left_out_is_asked_by_nobody() -> None:
    schedule = Schedule(at=time(9), tz="Pacific/Apia")
    found = asked(schedule, datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC))
    assert date(2011, 12, 30) not in [one.day for one in found]
    assert date(2011, 12, 31) in [one.day for one in found]


def test_only_the_weekdays_asked_for_count() -> None:
    found = asked(Schedule(days=WEEKDAYS), SINCE, SINCE + timedelta(days=14))
    assert {one.day.weekday() for one in found} == set(WEEKDAYS)
    assert len(found) == 10
