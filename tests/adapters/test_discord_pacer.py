"""The pace of all requests to Discord together, and how many refusals are too many."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.api.pacer import MOST_UNANSWERED, Pacer
from bot.errors import Throttled
from bot.testing import FakeClock


async def test_all_requests_together_go_out_at_an_even_rate() -> None:
    clock = FakeClock()
    pacer = Pacer(clock, rate=10.0, at_once=3)
    for _ in range(23):
        await pacer.turn()
    assert clock.monotonic() == pytest.approx(2.0, abs=0.3)


async def test_whoever_would_wait_too_long_is_told_so() -> None:
    clock = FakeClock()
    pacer = Pacer(clock)
    pacer.close_for(60)
    with pytest.raises(Throttled) as told:
        await pacer.turn()
    assert told.value.retry_after == pytest.approx(60)
    await clock.sleep(61)
    await pacer.turn()


async def test_after_patience_turns_are_given_out_one_by_one_also_to_those_who_waited() -> None:
    clock = FakeClock()
    pacer = Pacer(clock, rate=10.0, at_once=1)
    pacer.close_for(2)
    for _ in range(11):
        await pacer.turn()
    assert clock.monotonic() == pytest.approx(3.0, abs=0.15)


async def test_who_waits_for_a_turn_heeds_what_discord_asks_meanwhile() -> None:
    class Waking(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if self.monotonic() < 1:
                pacer.close_for(60)

    clock = Waking()
    pacer = Pacer(clock, rate=10.0, at_once=1)
    await pacer.turn()
    with pytest.raises(Throttled):
        await pacer.turn()


async def test_while_no_answer_comes_only_so_many_are_on_their_way() -> None:
    pacer = Pacer(FakeClock(), rate=1e6)
    for _ in range(MOST_UNANSWERED):
        await pacer.enter()
    one_more = asyncio.create_task(pacer.enter())
    await asyncio.sleep(0)
    assert not one_more.done()
    pacer.left()
    await one_more


async def test_after_too_many_refusals_nothing_is_asked_until_they_are_old() -> None:
    clock = FakeClock()
    budget = Budget(clock, most=3)
    for status, scope in ((401, ""), (403, ""), (404, ""), (400, ""), (429, "shared"), (200, "")):
        budget.count(status, scope)
    budget.check()
    budget.count(429, "user")
    with pytest.raises(Throttled) as told:
        budget.check()
    assert told.value.retry_after == pytest.approx(600)
    await clock.sleep(601)
    budget.check()
    assert budget.used == 0
