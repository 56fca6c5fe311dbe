"""A wall clock that was ahead and is put right: what it wrote down silences nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Status
from bot.errors import Throttled, Transient, Unknown
from jobs.deliver import Sender
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
QUIET = Throttled("slow", retry_after=10.0, whole_lane=True)


@pytest.fixture
async def sender(town) -> Sender:
    """What sends, when a digest is due."""
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0)


@pytest.mark.parametrize("ahead", [3 * HOUR, 11 * HOUR])
@pytest.mark.parametrize("error", [QUIET, Throttled("slow", retry_after=10.0), Transient("reset")])
async def test_what_was_to_be_tried_again_goes_within_minutes(town, sender, ahead, error) -> None:
    town.clock.step(ahead)
    town.chat.refuses(error)
    await sender.drain_due()
    town.clock.step(-ahead)
    town.clock.advance(2 * MINUTE)
    await _woken(sender)  # a sweep puts it right, the next one wakes the lane
    assert await _woken(sender) == [LANE]
    await sender.drain(LANE)
    assert town.chat.titles() == ["knitting 1"]


async def test_a_platform_that_really_wants_hours_gets_them(town, sender) -> None:
    town.chat.refuses(Throttled("slow", retry_after=4 * 3600.0, whole_lane=True))
    await sender.drain_due()
    town.clock.advance(3 * HOUR)
    await sender.drain_due()
    assert town.chat.sent == []
    town.clock.advance(2 * HOUR)
    await sender.drain_due()
    assert town.chat.titles() == ["knitting 1"]


@pytest.mark.parametrize("back", [5 * HOUR, 26 * HOUR])
async def test_what_is_in_doubt_is_asked_about_after_the_settle_delay(town, sender, back) -> None:
    town.chat.loses_answers()
    await sender.drain_due()
    town.clock.step(-back)
    assert await _woken(sender) == []
    town.clock.advance(SETTLE + MINUTE)
    assert await _woken(sender) == [LANE]
    await sender.drain(LANE)
    (one,) = await town.store.deliveries()
    assert (one.status, len(town.chat.sent)) == (Status.SENT, 1)


async def test_what_a_crash_left_is_asked_about_too(town, sender) -> None:
    town.chat.refuses(Unknown("no answer"))
    await sender.drain_due()
    town.clock.step(-5 * HOUR)
    await _woken(sender)
    town.clock.advance(SETTLE + MINUTE)
    await sender.drain_due()
    assert [one.repeated for one in town.chat.sent] == [False]


async def _woken(sender: Sender) -> list[str]:
    woken: list[str] = []

    async def wake(_kind: str, keys: Sequence[str]) -> None:
        woken.extend(keys)

    await sender.sweep(wake)
    return woken
