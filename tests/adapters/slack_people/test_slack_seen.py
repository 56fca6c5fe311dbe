"""A memory of what arrived already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.chat.seen import Seen
from bot.testing import FakeClock

A_DAY = 24 * 3600


def made(clock: FakeClock | None = None, *, seconds: float = A_DAY, most: int = 100) -> Seen:
    """A memory of a day, unless a test says otherwise."""
    return Seen(clock or FakeClock(), seconds=seconds, most=most)


def test_the_second_time_is_known() -> None:
    seen = made()
    assert [seen.first("T1", "a") for _ in range(3)] == [True, False, False]


def test_each_workspace_has_its_own_ids() -> None:
    seen = made()
    assert seen.first("T1", "a")
    assert seen.first("T2", "a")


def test_what_has_no_mark_is_always_the_first() -> None:
    seen = made()
    assert seen.first("T1", "")
    assert seen.first("T1", "")
    assert len(seen) == 0


def test_a_day_later_it_is_forgotten() -> None:
    clock = FakeClock()
    seen = made(clock)
    assert seen.first("T1", "a")
    clock.advance(timedelta(hours=23, minutes=59))
    assert not seen.first("T1", "a")
    clock.advance(timedelta(minutes=2))
    assert seen.first("T1", "a")


def test_what_comes_again_is_not_remembered_longer_for_it() -> None:
    clock = FakeClock()
    seen = made(clock, seconds=60)
    assert seen.first("T1", "a")
    clock.advance(timedelta(seconds=59))
    assert not seen.first("T1", "a")
    clock.advance(timedelta(seconds=1))
    assert seen.first("T1", "a")


@pytest.mark.parametrize("days", [-9, 1])
def test_a_clock_that_is_set_changes_nothing(days: int) -> None:
    clock = FakeClock()
    seen = made(clock)
    seen.first("T1", "a")
    clock.step(timedelta(days=days))
    assert not seen.first("T1", "a")


def test_it_holds_so_many_and_forgets_the_oldest() -> None:
    seen = made(most=3)
    for mark in "abcd":
        assert seen.first("T1", mark)
    assert len(seen) == 3
    assert not seen.first("T1", "d")
    assert not seen.first("T1", "b")
    assert seen.first("T1", "a")
