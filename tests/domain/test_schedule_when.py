from datetime import time
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subscription import ALL_DAYS, WEEKDAYS
from bot.domain.when import parse_days, parse_time, resolve_zone
from bot.errors import UserError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9am", time(9)),
        ("09:00", time(9)),
        (" 9:30 PM ", time(21, 30)),
        ("9.30", time(9, 30)),
        ("0915", time(9, 15)),
        ("21h", time(21)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("Midnight", time(0)),
    ],
)
def test_a_time_is_read_as_people_write_it(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "25:00", "24:00", "9:75", "13pm", "0am", "9am10", "-9"])
def test_what_is_no_time_is_refused_with_an_example(text):
    with pytest.raises(UserError, match="at:9am"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays", WEEKDAYS),
        ("Daily", ALL_DAYS),
        ("every day", ALL_DAYS),
        ("weekends", {5, 6}),
        ("mon,wed,fri", {0, 2, 4}),
        ("Mondays and Thursdays", {0, 3}),
        ("tue-thu", {1, 2, 3}),
        ("fri - mon", {4, 5, 6, 0}),
        ("weekends,mon", {5, 6, 0}),
        ("sun", {6}),
    ],
)
def test_days_are_read_as_people_write_them(text, expected):
    assert parse_days(text) == expected


@pytest.mark.parametrize("text", ["", "m", "someday", "mon,xyz", "-mon"])
def test_what_is_no_weekday_is_refused_with_an_example(text):
    with pytest.raises(UserError, match="days:weekdays"):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Berlin", "Europe/Berlin"),
        ("tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("Istanbul", "Europe/Istanbul"),
        ("UTC", "UTC"),
        ("z", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_a_city(text, expected):
    assert resolve_zone(text) == expected


@pytest.mark.parametrize(("text", "named"), [("PST", "America/Los_Angeles"), ("nyc", "America/New_York"), ("CET", "Europe/Berlin")])  # fmt: skip
def test_an_abbreviation_is_refused_and_the_city_named(text, named):
    with pytest.raises(UserError, match=named):
        resolve_zone(text)


@pytest.mark.parametrize("text", ["UTC+2", "+02:00", "gmt-5"])
def test_an_offset_is_refused_because_clocks_change(text):
    with pytest.raises(UserError, match="clock change"):
        resolve_zone(text)


def test_a_misspelt_city_brings_the_near_one():
    with pytest.raises(UserError, match="Did you mean Europe/Berlin"):
        resolve_zone("Berln")


def test_every_zone_is_found_by_its_own_name():
    legacy = {name for name in available_timezones() if "/" not in name}
    for name in available_timezones() - legacy - {"US/Pacific"}:
        assert resolve_zone(name.upper()) == name


@given(text=st.text(max_size=30), read=st.sampled_from([parse_time, parse_days, resolve_zone]))
def test_any_text_is_read_or_refused_with_something_to_try(text, read):
    assert fix_for(read, text) != ""


def fix_for(read, text):
    try:
        read(text)
    except UserError as refused:
        return refused.fix
    return None
