"""F9: the crowd at nine o'clock."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.spread import AT_ONCE, LONGEST, Spread

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
RATE = 20.0  # messages a second on one lane
WHOLE_PLATFORM = 200.0  # and on all of them: what one small host renders and posts


def test_few_lanes_begin_at_once():
    spread = Spread(now=NINE, lanes=AT_ONCE)
    assert {spread.begins(f"slack:T{number}") for number in range(AT_ONCE)} == {None}


def test_many_lanes_begin_spread_and_always_the_same():
    spread = Spread(now=NINE, lanes=2_000)
    begins = [spread.begins(f"slack:T{number}") or NINE for number in range(2_000)]
    assert begins == [spread.begins(f"slack:T{number}") or NINE for number in range(2_000)]
    tenths = [int((begin - NINE) / timedelta(seconds=6)) for begin in begins]
    assert {tenth: tenths.count(tenth) > 100 for tenth in range(10)} == dict.fromkeys(range(10), True)


@given(lanes=st.integers(0, 10**6), over=st.timedeltas(timedelta(0), timedelta(days=1)), lane=st.text())
def test_nobody_waits_longer_than_five_minutes(lanes, over, lane):
    begins = Spread(now=NINE, lanes=lanes, over=over).begins(lane)
    assert begins is None or NINE < begins <= NINE + min(over, LONGEST)


def test_two_thousand_channels_at_nine_are_served_within_ten_minutes_at_the_allowed_rate():
    """One host that posts 200 messages a second; each lane at most 20 a second, one channel each."""
    spread = Spread(now=NINE, lanes=2_000, over=LONGEST)
    due = sorted(
        ((spread.begins(f"slack:T{number}") or NINE) - NINE).total_seconds() for number in range(2_000)
    )
    free, ends, per_second = 0.0, [], defaultdict(int)
    for begin in due:
        free = max(free, begin) + 1 / WHOLE_PLATFORM
        ends.append(free)
        per_second[int(free)] += 1
    assert sorted(ends)[int(0.99 * len(ends))] <= 600
    assert max(per_second.values()) <= RATE  # spread out, it never comes near what one lane alone may do
