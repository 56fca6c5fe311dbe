"""Every zone, every hour, every day of a year, against an oracle that knows only the zones' offsets."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.schedule import due_instant
from bot.domain.subscription import Schedule

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
ODD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Asuncion",
    "America/Havana",
    "America/Miquelon",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Hebron",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Atlantic/Reykjavik",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Chisinau",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Fiji",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Pacific/Norfolk",
    "Pacific/Pago_Pago",
    "UTC",
]


def segments(name: str, first: date, days: int) -> list[tuple[int, int]]:
    """(start, offset) in seconds, found by asking each hour and halving where the answer changed."""
    zone = ZoneInfo(name)

    def offset(second: int) -> int:
        return int((EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset().total_seconds())

    start = (first - date(1970, 1, 1)).days * DAY - 2 * DAY
    found = [(start, offset(start))]
    for hour in range(start, start + (days + 4) * DAY, 3600):
        low, high = hour, hour + 3600
        if offset(low) == offset(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(middle) == offset(high) else (middle, high)
        found.append((high, offset(high)))
    return found


def expected(known: list[tuple[int, int]], day_start: int, at: int) -> int:
    """The first second at which the wall shows `at` or, when a jump swallowed it, anything later."""
    wall = day_start + at
    for number, (start, offset) in enumerate(known):
        end = known[number + 1][0] if number + 1 < len(known) else wall + DAY
        if wall - offset < end:
            return max(wall - offset, start)
    raise AssertionError(known)


def check(names: list[str], times: list[int], first: date, days: int) -> int:
    slots = 0
    calendar = [first + timedelta(days=number) for number in range(days)]
    for name in names:
        known = segments(name, first, days)
        for at in times:
            schedule = Schedule(at=time(at // 3600, at % 3600 // 60), tz=name)
            previous = None
            for day in calendar:
                due = due_instant(schedule, day)
                second = (day.toordinal() - 719_163) * DAY
                assert due is not None, f"{name} {day} {schedule.at}: missing"
                assert due == EPOCH + timedelta(seconds=expected(known, second, at)), (
                    f"{name} {day} {schedule.at}"
                )
                assert previous is None or due > previous, (
                    f"{name} {day} {schedule.at}: double or out of order"
                )
                previous = due
                slots += 1
    return slots


def test_forty_odd_zones_miss_and_double_nothing_in_a_year():
    times = [0, 1800, 2 * 3600, 2 * 3600 + 900, 9 * 3600, 23 * 3600 + 1800]
    assert check(ODD_ZONES, times, date(2026, 1, 1), 365) == 40 * 6 * 365


@pytest.mark.slow
def test_every_zone_every_hour_every_day_of_a_year_has_one_slot():
    names = sorted(available_timezones() - {"Factory", "localtime"})
    times = [hour * 3600 for hour in range(24)]
    assert check(names, times, date(2026, 1, 1), 365) == len(names) * 24 * 365
    assert len(names) > 590
