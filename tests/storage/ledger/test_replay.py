from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Bury, Delivery, Doubt, Freeze, Hold, Sent, SlotState, Status
from bot.domain.subscription import Destination
from bot.errors import NotFound, UserError
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
LATER = SAMPLE_NOW + timedelta(minutes=1)
Plan = Callable[..., Awaitable[Any]]


@pytest.fixture
async def dead(store: Store, home: Destination, plan: Plan, me: Any) -> Delivery:
    """Part 0 of 2, dead."""
    await plan(home)
    await me.takes()
    (first,) = await store.ready(LANE, SAMPLE_NOW)
    frozen = Freeze(delivery_id=first.id, payloads=(b"one", b"two"))
    assert await me.does(frozen, Bury(delivery_id=first.id, error="too long")) == (True, True)
    found: Delivery = await me.sees(first)
    return found


async def test_a_replayed_delivery_goes_again_with_the_parts_behind_it(
    store: Store, dead: Delivery, me: Any
) -> None:
    again = await store.replay(dead.key, SAMPLE_NOW)
    assert (again.status, again.attempt, again.payload) == (Status.PENDING, 0, b"one")
    slot = await store.slot_by_id(dead.slot_id)
    assert slot is not None
    assert slot.state is SlotState.OPEN
    assert len((await store.shown([dead.destination_id]))[dead.destination_id]) == 2
    for expected in (b"one", b"two"):
        assert (await me.sends()).payload == expected
    slot = await store.slot_by_id(dead.slot_id)
    assert slot is not None
    assert slot.state is SlotState.SENT


async def test_a_dropped_delivery_ends_its_slot(store: Store, dead: Delivery) -> None:
    await store.replay(dead.key, SAMPLE_NOW)
    dropped = await store.drop(dead.key)
    assert dropped.status is Status.CANCELLED
    slot = await store.slot_by_id(dead.slot_id)
    assert slot is not None
    assert (slot.state, slot.reason) == (SlotState.SKIPPED, "dropped by hand")
    assert await store.ready(LANE, SAMPLE_NOW) == ()
    assert await store.shown([dead.destination_id]) == {dead.destination_id: frozenset()}


async def test_what_is_sent_can_neither_be_replayed_nor_dropped(
    store: Store, dead: Delivery, me: Any
) -> None:
    await me.does(Sent(delivery_id=dead.id, remote_id="message", at=SAMPLE_NOW))
    with pytest.raises(UserError, match="is sent; nothing was changed"):
        await store.replay(dead.key, SAMPLE_NOW)
    with pytest.raises(UserError, match="is sent; nothing was changed"):
        await store.drop(dead.key)


async def test_an_unknown_key_says_where_keys_are_shown(store: Store) -> None:
    with pytest.raises(NotFound, match="deliveries list"):
        await store.replay("nothing", SAMPLE_NOW)
    assert await store.delivery("nothing") is None


async def test_deliveries_are_listed_by_status_and_destination_newest_first(
    store: Store, dead: Delivery
) -> None:
    assert [one.part_no for one in await store.deliveries()] == [1, 0]
    assert [one.key for one in await store.deliveries(status=Status.DEAD)] == [dead.key]
    both = await store.deliveries(status=(Status.DEAD, Status.CANCELLED), destination_id=dead.destination_id)
    assert len(both) == 2
    assert await store.deliveries(destination_id=99) == ()
    assert len(await store.deliveries(limit=1)) == 1
    assert await store.deliveries(workspace="somebody else") == ()


async def test_dropping_what_may_have_been_posted_does_not_bring_its_papers_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Doubt(delivery_id=first.id, error="timeout", ask_from=SAMPLE_NOW))
    assert (await store.drop(first.key)).status is Status.CANCELLED
    assert len((await store.shown([home.id]))[home.id]) == 2


async def test_what_is_being_sent_is_left_alone_and_it_says_how_long(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    for touch in (store.replay(first.key, SAMPLE_NOW), store.drop(first.key)):
        with pytest.raises(UserError, match=r"being sent right now; nothing was changed.*two minutes"):
            await touch
    assert await store.delivery(first.key) == first


async def test_replaying_what_was_held_opens_its_destination_again(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Hold(delivery_id=first.id, error="The channel is archived.", pause=True))
    assert await store.ready(LANE, SAMPLE_NOW) == ()
    again = await store.replay(first.key, LATER)
    assert (again.status, again.not_before) == (Status.PENDING, LATER)
    awake = await store.destination_by_id(home.id)
    assert awake is not None
    assert (awake.paused, awake.paused_reason) == (False, "")
    assert [one.id for one in await store.ready(LANE, LATER)] == [first.id]
    assert await store.notices() == ()


async def test_replaying_what_died_leaves_a_destination_that_somebody_paused_alone(
    store: Store, dead: Delivery
) -> None:
    await store.update_destination(dead.destination_id, paused=True, paused_reason="paused by me")
    await store.replay(dead.key, LATER)
    home = await store.destination_by_id(dead.destination_id)
    assert home is not None
    assert (home.paused, home.paused_reason) == (True, "paused by me")
