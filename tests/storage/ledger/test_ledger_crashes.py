"""What each crash leaves behind, and that nothing of it is lost or sent twice (store side)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Again, Claim, Sent, Settled, Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
MINUTE = timedelta(minutes=1)
SETTLE = timedelta(seconds=65)
Plan = Callable[..., Awaitable[Any]]
MakeDestination = Callable[..., Awaitable[Destination]]


async def test_after_the_plan_and_before_the_wake_up_the_sweep_finds_the_lane(
    url: str, home: Destination, plan: Plan
) -> None:
    await plan(home)
    async with await Store.open(url) as restarted:
        assert await restarted.due_lanes(SAMPLE_NOW, settle=SETTLE) == (LANE,)


async def test_before_the_intent_the_next_owner_sends_it_as_if_nothing_had_been(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    await plan(home)
    await me.takes()
    await store.clear_leases()
    assert (await other.sends()).attempt == 1


async def test_after_the_intent_it_is_asked_about_and_goes_once_under_the_same_key(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await store.renew_lanes([LANE], owner="me", seconds=0)
    await other.takes()
    assert await store.ready(LANE, SAMPLE_NOW + MINUTE) == ()
    (lost,) = await store.uncertain(LANE)
    await other.does(Settled(delivery_id=lost.id, found=None, at=SAMPLE_NOW + SETTLE))
    assert (await other.sends(SAMPLE_NOW + SETTLE)).key == first.key


async def test_after_the_platform_took_it_it_is_found_and_not_sent_again(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await store.clear_leases()
    await other.takes()
    await other.does(Settled(delivery_id=first.id, found="message", at=SAMPLE_NOW + SETTLE))
    assert await store.due_lanes(SAMPLE_NOW + SETTLE, settle=SETTLE) == ()
    assert await store.ready(LANE, SAMPLE_NOW + SETTLE) == ()


async def test_a_frozen_owner_that_wakes_up_can_neither_send_nor_undo_but_say_what_was_posted(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any, other: Any
) -> None:
    for channel in ("one", "two", "three"):
        await plan(await make_destination(channel=channel))
    await me.takes()
    one, two, three = (found.id for found in await store.ready(LANE, SAMPLE_NOW))
    await me.does(Claim(delivery_id=one, at=SAMPLE_NOW), Claim(delivery_id=two, at=SAMPLE_NOW))
    await store.renew_lanes([LANE], owner="me", seconds=0)  # frozen longer than its lease
    await other.takes()
    assert await store.renew_lanes([LANE], owner="me", seconds=60) == frozenset()
    woken = (
        Sent(delivery_id=one, remote_id="message", at=SAMPLE_NOW),
        Again(delivery_id=two, error="refused", not_before=SAMPLE_NOW),
        Claim(delivery_id=three, at=SAMPLE_NOW),
    )
    assert await me.does(*woken) == (True, False, False)
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await me.takes() is None
    assert [found.id for found in await store.uncertain(LANE)] == [two]
    assert [found.id for found in await store.ready(LANE, SAMPLE_NOW)] == [three]


async def test_a_database_that_forgot_the_last_marks_has_it_due_again_under_the_same_key(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    """A fail-over to a replica that lagged: only the platform, by the key, can tell that it is the same message."""
    await plan(home)
    await me.takes()
    (before,) = await store.ready(LANE, SAMPLE_NOW)

    class Lost(Exception):
        pass

    def forgotten(db: Any) -> None:
        type(store).record.__wrapped__(store, db, [Claim(delivery_id=before.id, at=SAMPLE_NOW)], owner="me")
        raise Lost

    with pytest.raises(Lost):
        await store.database.write(forgotten)
    assert await store.ready(LANE, SAMPLE_NOW) == (before,)


async def test_of_many_who_take_a_lane_at_once_one_gets_it(url: str, home: Destination) -> None:
    stores = [await Store.open(url) for _ in range(4)]
    try:
        for _ in range(10):
            asked = [
                store.take_lane(LANE, owner=f"process {number}", seconds=60)
                for number, store in enumerate(stores)
            ]
            taken = await asyncio.gather(*asked)
            assert sum(lane is not None for lane in taken) == 1
            await stores[0].clear_leases()
    finally:
        for store in stores:
            await store.close()


async def test_of_two_who_claim_and_take_over_at_once_never_both_send(
    url: str, store: Store, make_destination: MakeDestination, plan: Plan, me: Any, other: Any
) -> None:
    """Whichever comes first: the old owner's claim is refused, or the new owner finds it uncertain."""
    for channel in range(10):
        await plan(await make_destination(channel=str(channel)))
    async with await Store.open(url) as beside:
        for _ in range(10):
            await store.clear_leases()
            await me.takes(seconds=0.002)
            (first, *_) = await store.ready(LANE, SAMPLE_NOW)
            claim = [Claim(delivery_id=first.id, at=SAMPLE_NOW)]

            async def overtaken() -> None:
                for _ in range(1000):
                    if await beside.take_lane(LANE, owner="other", seconds=60):
                        return

            (took,), _ = await asyncio.gather(store.record(claim, owner="me"), overtaken())
            status = (await me.sees(first)).status
            assert status is (Status.UNCERTAIN if took else Status.PENDING)
            await other.does(Sent(delivery_id=first.id, remote_id="m", at=SAMPLE_NOW))
