from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.delivery import Delivery, SlotPlan, SlotState, Status
from bot.errors import NotFound, UserError
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]
MakePlan = Callable[..., SlotPlan]


@pytest.fixture
async def dead(store: Store, make_destination: MakeDestination, make_plan: MakePlan) -> Delivery:
    """Part 0 of 2, dead."""
    await store.plan(make_plan(await make_destination()))
    (first,) = await store.claim(SAMPLE_NOW)
    await store.freeze_parts(first.id, [b"one", b"two"])
    return await store.mark_dead(first.id, error="too long")


async def test_a_replayed_delivery_goes_again_with_the_parts_behind_it(store: Store, dead: Delivery) -> None:
    again = await store.replay(dead.key, SAMPLE_NOW)
    assert (again.status, again.attempt, again.payload) == (Status.PENDING, 0, b"one")
    slot = await store.slot_by_id(dead.slot_id)
    assert slot is not None
    assert slot.state is SlotState.OPEN
    assert len((await store.shown([dead.destination_id]))[dead.destination_id]) == 2
    for expected in (b"one", b"two"):
        (part,) = await store.claim(SAMPLE_NOW)
        assert part.payload == expected
        await store.mark_sent(part.id, "message", SAMPLE_NOW)
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
    assert await store.claim(SAMPLE_NOW) == ()
    assert await store.shown([dead.destination_id]) == {dead.destination_id: frozenset()}


async def test_what_is_sent_can_neither_be_replayed_nor_dropped(store: Store, dead: Delivery) -> None:
    await store.mark_sent(dead.id, "message", SAMPLE_NOW)
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
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await store.plan(make_plan(home))
    (first,) = await store.claim(SAMPLE_NOW)
    await store.mark_uncertain(first.id, error="timeout")
    assert (await store.drop(first.key)).status is Status.CANCELLED
    assert len((await store.shown([home.id]))[home.id]) == 2


async def test_what_is_being_sent_is_left_alone_and_it_says_how_long(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await store.plan(make_plan(await make_destination()))
    (first,) = await store.claim(SAMPLE_NOW)
    for touch in (store.replay(first.key, SAMPLE_NOW), store.drop(first.key)):
        with pytest.raises(UserError, match=r"being sent right now; nothing was changed.*two minutes"):
            await touch
    assert await store.delivery(first.key) == first
