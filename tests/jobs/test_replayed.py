"""What a person has sent again: it says so, ends, and shows nobody a paper twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Delivery, SlotState, Status
from bot.errors import Rejected, Transient, UserError
from bot.testing.fake_chat import FakeChat
from jobs.restoring import mark

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECONDS = timedelta(seconds=5)


async def _lost(town) -> Delivery:
    """A message that arrived, and nobody knows it did."""
    await town.channel()
    await town.lists(1)
    town.chat.loses_answers()
    await town.at(NINE)
    (one,) = await town.store.deliveries()
    assert one.status is Status.UNCERTAIN
    return one


async def _goes_again(town, key: str) -> None:
    await town.store.replay(key, town.clock.now())
    town.clock.advance(SECONDS)
    await town.deliver()


async def _repeated(town) -> list[bool]:
    return [message.repeated for message in town.chat.sent]


async def test_what_is_uncertain_says_that_it_is_a_repetition(town) -> None:
    one = await _lost(town)
    await _goes_again(town, one.key)
    assert await _repeated(town) == [False, True]


async def test_what_was_in_doubt_and_dropped_says_so_too(town) -> None:
    one = await _lost(town)
    await town.store.drop(one.key)
    await _goes_again(town, one.key)
    assert await _repeated(town) == [False, True]


async def test_what_a_restore_set_aside_says_so_too(town) -> None:
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    await mark(town.store, now=NINE + timedelta(minutes=5))
    (one,) = await town.store.deliveries()
    await _goes_again(town, one.key)
    assert await _repeated(town) == [True]


async def test_what_nobody_can_have_seen_is_no_repetition(town) -> None:
    one = await _dead(town)
    await _goes_again(town, one.key)
    assert await _repeated(town) == [False]


async def _dead(town, *papers: int) -> Delivery:
    await town.channel()
    await town.lists(*(papers or (1,)))
    town.chat.refuses(Rejected("no"))
    await town.at(NINE)
    *_, first = await town.store.deliveries()
    assert first.status is Status.DEAD
    return first


async def test_a_slot_of_which_only_a_later_part_goes_again_ends(town) -> None:
    town.chat = FakeChat(papers_per_part=1)
    first = await _dead(town, 1, 2, 3)
    _, second, _ = await town.store.deliveries()
    await _goes_again(town, second.key)
    assert len(town.chat.sent) == 2
    slot = await town.store.slot_by_id(first.slot_id)
    assert (slot.state, slot.reason) == (SlotState.DEAD, "no")
    assert len((await town.store.shown([first.destination_id]))[first.destination_id]) == 2


async def test_one_that_never_gets_through_holds_its_channel_up_for_one_window_only(town) -> None:
    one = await _dead(town)
    await town.store.replay(one.key, town.clock.now())
    town.chat.refuses(Transient("reset"), times=10_000)
    await town.deliver()
    town.clock.advance(timedelta(hours=13))
    await town.deliver()
    slot = await town.store.slot_by_id(one.slot_id)
    assert (slot.state, slot.reason) == (SlotState.SKIPPED, "late")


async def test_papers_that_came_in_a_later_digest_are_sent_again_only_when_that_is_wanted(town) -> None:
    one = await _dead(town)
    await town.at(NINE + DAY)
    assert town.chat.titles() == ["knitting 1"]
    with pytest.raises(UserError, match=r"in the digest of 2026-06-02 since; nothing was changed.*--again"):
        await town.store.replay(one.key, town.clock.now())
    assert (await town.store.delivery(one.key)).status is Status.DEAD
    await town.store.replay(one.key, town.clock.now(), again=True)
    town.clock.advance(SECONDS)
    await town.deliver()
    assert town.chat.titles() == ["knitting 1", "knitting 1"]
