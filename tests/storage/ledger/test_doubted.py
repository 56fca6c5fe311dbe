"""What was ever in doubt may have been seen, also when the platform did not find it: its papers do not come again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Again, Bury, Claim, Delivery, Doubt, Settled, SlotState
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
KEPT = "what may have been seen is not shown again"
LATER = SAMPLE_NOW + timedelta(minutes=1)
END = SAMPLE_NOW + timedelta(hours=12)
Plan = Callable[..., Awaitable[Any]]
Ending = Callable[[Store, Any, Delivery], Awaitable[None]]


async def expired(store: Store, _me: Any, _one: Delivery) -> None:
    assert await store.expire(END)


async def dropped(store: Store, _me: Any, one: Delivery) -> None:
    await store.drop(one.key)


async def buried(_store: Store, me: Any, one: Delivery) -> None:
    again = Claim(delivery_id=one.id, at=LATER)
    assert await me.does(again, Bury(delivery_id=one.id, error="too long")) == (True, True)


ENDINGS: dict[Ending, tuple[SlotState, str]] = {
    expired: (SlotState.SKIPPED, f"late; {KEPT}"),
    dropped: (SlotState.SKIPPED, f"dropped by hand; {KEPT}"),
    buried: (SlotState.DEAD, f"too long; {KEPT}"),
}
endings = pytest.mark.parametrize("end", ENDINGS, ids=["expired", "dropped", "buried"])


async def not_found(me: Any) -> Delivery:
    """A message whose answer was lost, and which the platform did not find when it was asked."""
    one: Delivery = await me.claims()
    await me.does(
        Doubt(delivery_id=one.id, error="timeout", ask_from=SAMPLE_NOW),
        Settled(delivery_id=one.id, found=None, at=LATER),
    )
    return one


async def ended(store: Store, home: Destination) -> tuple[SlotState, str, bool]:
    (slot,) = await store.slots(home.id)
    return slot.state, slot.reason, bool((await store.shown([home.id]))[home.id])


@endings
async def test_what_was_not_found_and_is_given_up_keeps_its_papers_and_says_so(
    store: Store, home: Destination, plan: Plan, me: Any, end: Ending
) -> None:
    await plan(home)
    one = await not_found(me)
    await end(store, me, one)
    assert await ended(store, home) == (*ENDINGS[end], True)


async def test_a_later_try_that_certainly_failed_takes_no_doubt_away(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    one = await not_found(me)
    await me.does(
        Claim(delivery_id=one.id, at=LATER), Again(delivery_id=one.id, error="refused", not_before=LATER)
    )
    await store.expire(END)
    assert await ended(store, home) == (*ENDINGS[expired], True)


async def test_what_its_sender_left_on_its_way_is_in_doubt(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    one = await me.claims()
    assert not one.doubted
    await me.takes()
    assert (await me.sees(one)).doubted
    await me.does(Settled(delivery_id=one.id, found=None, at=LATER))
    await store.expire(END)
    assert await ended(store, home) == (*ENDINGS[expired], True)


async def test_what_only_failed_for_certain_gives_its_papers_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    one = await me.claims()
    await me.does(Again(delivery_id=one.id, error="refused", not_before=LATER))
    await store.expire(END)
    assert await ended(store, home) == (SlotState.SKIPPED, "late", False)


async def test_it_says_so_once_however_often_it_ends(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    one = await me.claims()
    await me.does(Doubt(delivery_id=one.id, error="timeout", ask_from=SAMPLE_NOW))
    await store.drop(one.key)
    await store.replay(one.key, LATER)
    await store.drop(one.key)
    assert await ended(store, home) == (*ENDINGS[dropped], True)


async def test_what_a_restore_set_aside_keeps_its_papers_also_when_it_is_given_up_later(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    (one,) = await store.deliveries()
    await store.mark_restored(SAMPLE_NOW)
    await store.replay(one.key, LATER)
    await store.drop(one.key)
    assert await ended(store, home) == (*ENDINGS[dropped], True)
