"""The last word on each thing."""

from __future__ import annotations

from adapters.chat.latest import Latest


def test_what_is_later_or_as_late_is_the_last_word() -> None:
    latest = Latest()
    assert [latest.is_last("T1", "C1", moment) for moment in (10.0, 10.0, 12.0, 11.0, 12.0)] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_workspaces_and_things_are_kept_apart() -> None:
    latest = Latest()
    assert latest.is_last("T1", "C1", 10.0)
    assert latest.is_last("T2", "C1", 5.0)
    assert latest.is_last("T1", "C2", 5.0)


def test_what_was_spoken_of_longest_ago_is_forgotten_first() -> None:
    latest = Latest(most=2)
    for thing, moment in (("C1", 10.0), ("C2", 10.0), ("C1", 11.0), ("C3", 10.0)):
        assert latest.is_last("T1", thing, moment)
    assert latest.is_last("T1", "C2", 1.0), "forgotten"
    assert not latest.is_last("T1", "C3", 1.0)
