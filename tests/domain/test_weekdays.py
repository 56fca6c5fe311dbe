"""The days on which sources list papers."""

from datetime import date, timedelta

import pytest

from bot.domain.weekdays import is_weekend, weekdays_before

FRIDAY = date(2026, 6, 5)


def test_weekends_are_saturdays_and_sundays() -> None:
    assert [is_weekend(FRIDAY + timedelta(days=n)) for n in range(4)] == [False, True, True, False]


@pytest.mark.parametrize("today", [date(2026, 6, 6), date(2026, 6, 7), date(2026, 6, 8)])
def test_the_weekdays_before_come_newest_first_and_skip_weekends(today: date) -> None:
    assert weekdays_before(today, 6) == (
        FRIDAY,
        date(2026, 6, 4),
        date(2026, 6, 3),
        date(2026, 6, 2),
        date(2026, 6, 1),
        date(2026, 5, 29),
    )


def test_no_weekday_before_is_none() -> None:
    assert weekdays_before(FRIDAY, 0) == ()
