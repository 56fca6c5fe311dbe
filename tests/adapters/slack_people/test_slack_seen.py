"""A memory of what arrived already."""

from __future__ import annotations

from datetime import timedelta

from adapters.chat.slack.listening.seen import Seen
from bot.testing import FakeClock


def test_the_second_time_is_known() -> None:
    seen = Seen(FakeClock())
    assert [seen.first("T1", "a") for _ in range(3)] == [True, False, False]


def test_each_workspace_has_its_own_ids() -> None:
    seen = Seen(FakeClock())
    assert seen.first("T1", "a")
    assert seen.first("T2", "a")


def test_what_has_no_mark_is_always_the_first() -> None:
    seen = Seen(FakeClock())
    assert seen.first("T1", "")
    assert seen.first("T1", "")
    assert len(seen) == 0


def test_a_day_later_it_is_forgotten() -> None:
    clock = FakeClock()
    seen = Seen(clock)
    assert seen.first("T1", "a")
    clock.advance(timedelta(hours=23, minutes=59))
    assert not seen.first("T1", "a")
    clock.advance(timedelta(minutes=2))
    assert seen.first("T1", "a")


def test_a_clock_that_is_set_back_changes_nothing() -> None:
    clock = FakeClock()
    seen = Seen(clock)
    seen.first("T1", "a")
    clock.step(timedelta(days=-9))
    assert not seen.first("T1", "a")


def test_it_holds_so_many_and_forgets_the_oldest() -> None:
    seen = Seen(FakeClock(), most=3)
    for mark in "abcd":
        assert seen.first("T1", mark)
    assert len(seen) == 3
    assert not seen.first("T1", "d")
    assert seen.first("T1", "a")
