from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import (
    due_instant,
    local_day,
    moved_due,
    next_due,
    overdue,
    regained_due,
    resumed_due,
    slot_at,
    zone,
)
from bot.domain.subscription import Address, Destination, Schedule
from bot.errors import ConfigError, UserError


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


NAMED_CASES = [
    ("New York skips 02:30 in spring", "America/New_York", time(2, 30), date(2026, 3, 8), utc(2026, 3, 8, 7, 0)),
    ("New York has 01:30 twice in autumn", "America/New_York", time(1, 30), date(2026, 11, 1), utc(2026, 11, 1, 5, 30)),
    ("New York midnight after the jump", "America/New_York", time(0, 0), date(2026, 3, 9), utc(2026, 3, 9, 4, 0)),
    ("Lord Howe jumps half an hour", "Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), utc(2026, 10, 3, 15, 30)),
    ("Lord Howe repeats half an hour", "Australia/Lord_Howe", time(1, 45), date(2026, 4, 5), utc(2026, 4, 4, 14, 45)),
    ("Cairo has no midnight that day", "Africa/Cairo", time(0, 0), date(2026, 4, 24), utc(2026, 4, 23, 22, 0)),
    ("Nuuk's 23:30 becomes next midnight", "America/Nuuk", time(23, 30), date(2026, 3, 28), utc(2026, 3, 29, 1, 0)),
    ("Havana jumps at midnight", "America/Havana", time(0, 30), date(2026, 3, 8), utc(2026, 3, 8, 5, 0)),
    ("Casablanca leaves Ramadan time", "Africa/Casablanca", time(2, 30), date(2026, 3, 22), utc(2026, 3, 22, 2, 0)),
    ("Apia's last day before", "Pacific/Apia", time(9, 0), date(2011, 12, 29), utc(2011, 12, 29, 19, 0)),
    ("Apia's first day after", "Pacific/Apia", time(9, 0), date(2011, 12, 31), utc(2011, 12, 30, 19, 0)),
    ("a leap day", "Europe/Berlin", time(9, 0), date(2028, 2, 29), utc(2028, 2, 29, 8, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("tz", "at", "day", "expected"), [case[1:] for case in NAMED_CASES], ids=[c[0] for c in NAMED_CASES])  # fmt: skip
def test_a_slot_is_the_wall_time_its_first_occurrence_or_the_end_of_the_gap(tz, at, day, expected):
    assert due_instant(Schedule(at=at, tz=tz), day) == expected


@pytest.mark.parametrize(("tz", "day"), [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))])  # fmt: skip
@pytest.mark.parametrize("at", [time(0, 0), time(9, 0), time(23, 59)])
def test_a_date_the_zone_left_out_has_no_slot(tz, day, at):
    assert due_instant(Schedule(at=at, tz=tz), day) is None
    following, _ = next_due(Schedule(at=at, tz=tz), utc(day.year, day.month, day.day) - timedelta(hours=20))
    assert following != day


def test_a_slot_moved_over_midnight_keeps_its_own_date():
    nuuk = Schedule(at=time(23, 30), tz="America/Nuuk")
    assert next_due(nuuk, utc(2026, 3, 29, 0, 59)) == (date(2026, 3, 28), utc(2026, 3, 29, 1, 0))
    assert next_due(nuuk, utc(2026, 3, 29, 1, 0)) == (date(2026, 3, 29), utc(2026, 3, 30, 0, 30))


def test_the_year_ends_without_a_seam():
    schedule = Schedule(at=time(0, 0), tz="Pacific/Auckland")
    assert next_due(schedule, utc(2026, 12, 31, 10, 59))[0] == date(2027, 1, 1)
    assert next_due(schedule, utc(2026, 12, 31, 11, 0))[0] == date(2027, 1, 2)


def test_weekdays_leave_the_weekend_out():
    schedule = Schedule(days=frozenset({0, 1, 2, 3, 4}))
    assert next_due(schedule, utc(2026, 6, 5, 9, 0))[0] == date(2026, 6, 8)


def test_a_weekly_slot_on_a_missing_date_moves_to_the_next_week():
    fridays = Schedule(tz="Pacific/Apia", days=frozenset({4}))
    assert next_due(fridays, utc(2011, 12, 28))[0] == date(2012, 1, 6)


def test_an_unknown_zone_names_itself():
    with pytest.raises(ConfigError, match="Mars/Olympus"):
        zone("Mars/Olympus")


@pytest.mark.parametrize("name", ["", "../etc/passwd", "America", "\0"])
def test_a_strange_zone_name_is_the_same_kind_of_error(name):
    with pytest.raises(ConfigError):
        zone(name)


def test_a_schedule_without_days_says_what_it_needs():
    with pytest.raises(UserError, match="at least one weekday"):
        next_due(Schedule(days=frozenset()), utc(2026, 6, 1))


def test_the_local_day_is_the_one_on_the_wall():
    assert local_day(Schedule(tz="Asia/Tokyo"), utc(2026, 6, 1, 20, 0)) == date(2026, 6, 2)


def test_nothing_is_overdue_before_its_time():
    assert overdue(Schedule(), utc(2026, 6, 1, 9), utc(2026, 6, 1, 8, 59)) == []


def test_overdue_lists_every_slot_since():
    days = [due.day for due in overdue(Schedule(), utc(2026, 6, 1, 9), utc(2026, 6, 4, 8, 59))]
    assert days == [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]


@pytest.mark.parametrize(
    ("resumed_at", "expected"),
    [
        (utc(2026, 6, 10, 8), utc(2026, 6, 10, 9)),
        (utc(2026, 6, 10, 9, 10), utc(2026, 6, 10, 9)),
        (utc(2026, 6, 10, 22), utc(2026, 6, 11, 9)),
        (utc(2026, 7, 1, 8), utc(2026, 7, 1, 9)),
        (utc(2026, 7, 1, 12), utc(2026, 7, 1, 9)),
    ],
    ids=["not due yet", "just due", "too late", "weeks later", "weeks later, after the hour"],
)
def test_a_resumed_channel_catches_up_with_its_last_slot_only(resumed_at, expected):
    paused = due_destination(Schedule(), utc(2026, 6, 9, 12), None)
    assert resumed_due(paused, resumed_at) == expected


def due_destination(schedule: Schedule, now: datetime, last_day: date | None) -> Destination:
    due = next_due(schedule, now)
    assert last_day is None or due[0] > last_day
    address = Address(platform="console", workspace="local", channel="terminal")
    return Destination(id=1, address=address, name="test", schedule=schedule, next_due_at=due[1])


def digests_of(day: date, first: Schedule, second: Schedule, moved_at: datetime) -> int:
    """Drive minutes of three days by hand: how many digests the local date `day` gets."""
    start, sent = utc(day.year, day.month, day.day) - timedelta(days=1), []
    destination = due_destination(first, start, None)
    for minute in range(3 * 24 * 60):
        now = start + timedelta(minutes=minute)
        if now == moved_at:
            last = sent[-1] if sent else None
            due_at = moved_due(destination, second, now=now, last_day=last)
            destination = Destination(
                id=1, address=destination.address, name="", schedule=second, next_due_at=due_at
            )
        if now >= destination.next_due_at:
            slot = slot_at(destination.schedule, destination.next_due_at)
            sent.append(slot.day)
            following = next_due(destination.schedule, slot.at)[1]
            destination = Destination(
                id=1,
                address=destination.address,
                name="",
                schedule=destination.schedule,
                next_due_at=following,
            )
    assert sorted(set(sent)) == sent, "a date was sent twice or out of order"
    return sent.count(day)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"), [(time(8), time(7)), (time(8), time(22)), (time(23, 30), time(0, 15))]
)
def test_moving_the_hour_at_any_minute_of_a_day_gives_one_digest_per_date(before, after):
    day = date(2026, 6, 10)
    for minute in range(24 * 60):
        moved_at = utc(2026, 6, 10) + timedelta(minutes=minute)
        assert digests_of(day, Schedule(at=before), Schedule(at=after), moved_at) == 1, moved_at


hours = st.builds(time, st.integers(0, 23), st.integers(0, 59))
moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: utc(2026, 1, 1) + timedelta(seconds=seconds)
)
zones = st.sampled_from(
    ["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Apia", "America/Nuuk", "Africa/Cairo"]
)
weeks = st.frozensets(st.integers(0, 6), min_size=1)
schedules = st.builds(Schedule, at=hours, tz=zones, days=weeks)


@given(schedule=schedules, now=moments)
def test_the_next_slot_comes_after_now_and_nothing_lies_between(schedule, now):
    day, at = next_due(schedule, now)
    assert at > now
    assert day.weekday() in schedule.days
    assert slot_at(schedule, at).day == day
    assert slot_at(schedule, at - timedelta(microseconds=1)).at <= now


def edited_after_downtime(schedule: Schedule, *, last_day: date | None = None) -> datetime:
    """A daily channel was due on Monday, 1 June at 9:00; the bot comes back on Wednesday at noon and is edited."""
    destination = due_destination(Schedule(at=time(9), tz="UTC"), utc(2026, 6, 1, 8), None)
    return moved_due(destination, schedule, now=utc(2026, 6, 3, 12), last_day=last_day)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({0, 1, 2, 3}, utc(2026, 6, 1, 9)),
        ({1, 2, 3}, utc(2026, 6, 2, 9)),
        ({2, 3}, utc(2026, 6, 3, 9)),
        ({3, 4}, utc(2026, 6, 4, 9)),
    ],
    ids=["from Monday", "from Tuesday", "from Wednesday", "not before Thursday"],
)
def test_the_first_missed_date_that_both_schedules_promise_is_owed(days, expected):
    assert edited_after_downtime(Schedule(at=time(9), tz="UTC", days=frozenset(days))) == expected


def test_a_date_left_by_a_clock_that_was_ahead_holds_nothing_back():
    assert edited_after_downtime(Schedule(at=time(8), tz="UTC"), last_day=date(2027, 6, 1)) == utc(
        2026, 6, 1, 9
    )


@pytest.mark.parametrize(
    ("next_due_at", "expected"),
    [
        (None, None),
        (utc(2026, 5, 1, 9), None),
        (utc(2026, 6, 2, 9), None),
        (utc(2026, 6, 10, 9), None),
        (utc(2027, 6, 1, 9), utc(2026, 6, 2, 9)),
    ],
    ids=["never due", "overdue", "next", "a week later", "next year"],
)
def test_only_a_due_time_that_no_schedule_explains_is_put_right(next_due_at, expected):
    noon = utc(2026, 6, 1, 12)
    destination = replace(due_destination(Schedule(tz="UTC"), noon, None), next_due_at=next_due_at)
    assert regained_due(destination, noon) == expected


@given(schedule=schedules, now=moments)
def test_a_due_time_that_its_schedule_gave_is_never_put_right(schedule, now):
    due_at = next_due(schedule, next_due(schedule, now)[1])[1]
    destination = replace(due_destination(schedule, now, None), next_due_at=due_at)
    assert regained_due(destination, now) is None


@given(
    first=schedules,
    edits=st.lists(st.tuples(schedules, st.integers(0, 3 * 24 * 60)), max_size=6),
    now=moments,
)
def test_any_run_of_edits_keeps_dates_in_order_and_sends_none_twice(first, edits, now):
    destination, last = due_destination(first, now, None), None
    for schedule, minutes in edits:
        now += timedelta(minutes=minutes)
        for due in overdue(destination.schedule, destination.next_due_at, now):
            assert last is None or due.day > last
            last = due.day
            destination = due_destination(destination.schedule, max(now, due.at), None)
        at = moved_due(destination, schedule, now=now, last_day=last)
        assert last is None or slot_at(schedule, at).day > last
        destination = Destination(
            id=1, address=destination.address, name="", schedule=schedule, next_due_at=at
        )
