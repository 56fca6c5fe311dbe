"""Requests seen before are known for ten minutes, and no more of them than fit."""

from __future__ import annotations

from datetime import timedelta

from adapters.chat.slack.web.replay import Replays
from bot.testing import FakeClock


def test_a_request_is_new_once() -> None:
    replays = Replays(FakeClock())
    assert [replays.is_new("a"), replays.is_new("a"), replays.is_new("b")] == [True, False, True]


def test_it_is_remembered_for_ten_minutes_however_often_it_comes() -> None:
    clock = FakeClock()
    replays = Replays(clock)
    replays.is_new("a")
    clock.advance(timedelta(minutes=10))
    assert not replays.is_new("a")
    clock.advance(timedelta(seconds=1))
    assert replays.is_new("a")


def test_setting_the_clock_forgets_nothing() -> None:
    clock = FakeClock()
    replays = Replays(clock)
    replays.is_new("a")
    clock.step(timedelta(days=1))
    assert not replays.is_new("a")


def test_the_oldest_make_room_for_the_newest() -> None:
    replays = Replays(FakeClock(), most=3)
    for key in "abcd":
        assert replays.is_new(key)
    assert not replays.is_new("d")
    assert not replays.is_new("b")
    assert replays.is_new("a")
