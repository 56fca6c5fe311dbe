from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retry_after import LONGEST, retry_after

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 1.337 ", 1.337),
        ("0", 0.0),
        ("9" * 400, LONGEST),
        ("Mon, 01 Jun 2026 09:01:30 GMT", 90.0),
        ("Mon, 01 Jun 2026 09:01:30 -0000", 90.0),
        ("Mon, 01 Jun 2026 08:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("1e9", None),
        ("٣", None),
    ],
)
def test_a_number_and_a_date_are_understood_and_nothing_else(header, seconds):
    assert retry_after(header, NOW) == seconds


@given(st.text())
def test_whatever_it_says_the_answer_is_a_time_to_wait_or_none(header):
    asked = retry_after(header, NOW)
    assert asked is None or asked >= 0
