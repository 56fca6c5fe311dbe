"""arXiv's clock: what is due, what may be empty, which submissions belong to which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.sources.arxiv_calendar import (
    announced_on,
    days_before,
    deferred,
    feed_day,
    newest_due,
    submissions_of,
    why_empty,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of a moment


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (utc(2026, 6, 1, 3, 59), date(2026, 5, 31)),  # summer: New York is four hours behind
        (utc(2026, 6, 1, 4, 0), date(2026, 6, 1)),
        (utc(2026, 1, 6, 4, 59), date(2026, 1, 5)),  # winter: five
        (utc(2026, 1, 6, 5, 0), date(2026, 1, 6)),
    ],
)
def test_the_feeds_day_turns_at_midnight_in_new_york(moment: datetime, day: date) -> None:
    assert feed_day(moment) == day


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 6, 6),
        date(2026, 6, 7),
        date(2026, 1, 1),
        date(2026, 6, 19),
        date(2026, 11, 27),
        date(2027, 1, 1),
        date(2030, 11, 28),
    ],
)
def test_weekends_and_holidays_may_be_empty(day: date) -> None:
    assert why_empty(day)


@pytest.mark.parametrize(
    "day", [date(2026, 6, 1), date(2026, 6, 5), date(2026, 2, 16), date(2026, 11, 25), date(2027, 6, 1)]
)
def test_other_weekdays_may_not(day: date) -> None:
    assert why_empty(day) == ""


def test_every_published_holiday_of_2026_and_the_day_after_is_forgiven() -> None:
    for day in deferred(2026):
        assert why_empty(day)
        assert why_empty(day + timedelta(days=1))


def test_other_years_keep_the_usual_holidays_and_christmas_week() -> None:
    kept = {(1, 1), (1, 20), (6, 19), (7, 4), (9, 1), (11, 27), (12, 25), (12, 29)}
    assert {date(2025, month, day) for month, day in kept} <= deferred(2025)


def test_a_holiday_at_a_weekend_is_kept_on_the_weekday_beside_it() -> None:
    assert {date(2027, 6, 18), date(2027, 7, 5), date(2027, 12, 24)} <= deferred(2027)


def test_right_after_midnight_the_new_announcement_is_not_demanded_yet() -> None:
    assert newest_due(utc(2026, 6, 2, 4, 30)) == date(2026, 6, 1)
    assert newest_due(utc(2026, 6, 2, 5, 30)) == date(2026, 6, 2)


def test_over_a_weekend_fridays_announcement_is_the_newest_due() -> None:
    assert newest_due(utc(2026, 6, 7, 12)) == date(2026, 6, 5)


def test_the_days_before_skip_weekends_and_holidays() -> None:
    assert days_before(date(2026, 6, 23), 3) == (date(2026, 6, 22), date(2026, 6, 18), date(2026, 6, 17))


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        (utc(2026, 6, 1, 17, 59), date(2026, 6, 2)),  # Monday 13:59 in New York
        (utc(2026, 6, 1, 18, 0), date(2026, 6, 3)),  # Monday 14:00: too late for Tuesday
        (utc(2026, 6, 4, 18, 0), date(2026, 6, 8)),  # Thursday 14:00: Monday
        (utc(2026, 6, 5, 17, 59), date(2026, 6, 8)),  # Friday 13:59: Monday
        (utc(2026, 6, 5, 18, 0), date(2026, 6, 9)),  # Friday 14:00: Tuesday
        (utc(2026, 6, 7, 12, 0), date(2026, 6, 9)),  # Sunday: Tuesday
    ],
)
def test_a_submission_is_announced_by_the_published_table(submitted: datetime, day: date) -> None:
    assert announced_on(submitted) == day


def test_every_hour_of_a_year_belongs_to_the_one_day_whose_window_holds_it() -> None:
    moment = utc(2026, 1, 8, 0)
    while moment < utc(2026, 12, 20):
        day = announced_on(moment)
        first, last = submissions_of(day)
        assert first <= moment < last
        moment += timedelta(hours=7)
