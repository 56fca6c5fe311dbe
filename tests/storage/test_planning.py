"""Many plans in one transaction: all are written, and who came too late is refused alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.digest import Folded
from bot.domain.paper import Paper
from bot.errors import NotFound
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]
MakePlan = Callable[..., SlotPlan]
BY_HAND: dict[str, Any] = {
    "slot_key": "manual:1",
    "day": None,
    "expected_next_due_at": None,
    "next_due_at": None,
}


async def many(make_destination: MakeDestination, count: int) -> list[Any]:
    return [await make_destination(channel=f"c{number}") for number in range(count)]


async def test_many_plans_are_written_together(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    homes = await many(make_destination, 7)
    plans = [make_plan(home, after_slot=0) for home in homes]
    slots = await store.plan_many(plans)
    ids = [slot.id for slot in slots if slot is not None]
    assert [slot.destination_id for slot in slots if slot is not None] == [home.id for home in homes]
    digests = await store.digests(ids)
    assert [digests[number] for number in ids] == [plan.digest for plan in plans]
    assert len(await store.deliveries()) == 7
    two = frozenset({papers[0].id, papers[1].id})
    assert await store.shown([home.id for home in homes]) == {home.id: two for home in homes}
    assert await store.due(SAMPLE_NOW) == ()
    assert await store.check() == ()


async def test_who_came_too_late_is_refused_alone(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    planned, moved, read_before, fresh = await many(make_destination, 4)
    await store.plan(make_plan(planned))
    await store.update_destination(moved.id, next_due_at=SAMPLE_NOW + timedelta(days=2))
    await store.plan(make_plan(read_before, **BY_HAND))
    plans = [make_plan(home, after_slot=0) for home in (planned, moved, read_before, fresh)]
    slots = await store.plan_many(plans)
    assert [slot is not None for slot in slots] == [False, False, False, True]
    assert [one.id for one in await store.due(SAMPLE_NOW)] == [read_before.id]


async def test_a_plan_that_knows_the_slots_there_are_is_not_refused(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    home = await make_destination()
    by_hand = await store.plan(make_plan(home, **BY_HAND))
    assert by_hand is not None
    plan = make_plan(home, after_slot=by_hand.id)
    assert plan.digest is not None
    folded = (Folded(paper_id=papers[4].id, score=1.0, query="knit"),)
    other = replace(plan, digest=replace(plan.digest, groups=(), folded=folded))
    assert await store.plan(other) is not None


async def test_a_folded_paper_is_found_in_its_slot_and_refuses_who_would_show_it(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    home = await make_destination()
    plan = make_plan(home, **BY_HAND)
    assert plan.digest is not None
    only_folded = replace(plan, digest=replace(plan.digest, groups=()))
    slot = await store.plan(only_folded)
    assert await store.shown_in(home.id, papers[1].id) == slot
    assert await store.shown_in(home.id, papers[0].id) is None
    assert await store.plan(make_plan(home)) is None


async def test_a_destination_that_is_gone_fails_them_all(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    with pytest.raises(NotFound):
        await store.plan_many([make_plan(home), make_plan(home, destination_id=99)])
    assert await store.slots(home.id) == ()


async def test_two_planners_of_one_batch_plan_each_destination_once(
    url: str, store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    homes = await many(make_destination, 12)
    plans = [make_plan(home, after_slot=0) for home in homes]
    async with await Store.open(url) as second:
        racing = [(store, plans), (second, plans[::-1]), (store, plans[6:]), (second, plans[:6])]
        done = await asyncio.gather(*(planner.plan_many(some) for planner, some in racing))
    assert sorted(slot.destination_id for slots in done for slot in slots if slot) == [
        home.id for home in homes
    ]
    assert len(await store.deliveries()) == 12


async def test_first_parts_wait_until_they_may_begin(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    begins = SAMPLE_NOW + timedelta(seconds=40)
    await store.plan(make_plan(await make_destination(), not_before=begins))
    (part,) = await store.deliveries()
    assert part.not_before == begins


async def test_due_destinations_come_in_pages_none_twice(
    store: Store, make_destination: MakeDestination
) -> None:
    homes = await many(make_destination, 5)
    await store.update_destination(homes[3].id, next_due_at=SAMPLE_NOW - timedelta(minutes=1))
    await store.update_destination(homes[4].id, paused=True)
    seen: list[int] = []
    page = await store.due(SAMPLE_NOW, limit=2)
    while page:
        seen += [one.id for one in page]
        page = await store.due(SAMPLE_NOW, limit=2, after=page[-1])
    assert seen == [homes[number].id for number in (3, 0, 1, 2)]
    assert await store.lanes_due(SAMPLE_NOW) == 1


async def test_the_past_has_what_was_folded_and_looks_further_back_for_a_good_slot(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    home, fresh = await many(make_destination, 2)
    slot = await store.plan(make_plan(home))
    later = SAMPLE_NOW + timedelta(days=60)
    past = (await store.pasts([home.id, fresh.id], since=SAMPLE_NOW))[home.id]
    assert (past.slots, len(past.folded), past.newest) == ((slot,), 1, slot.id if slot else 0)
    long_after = await store.pasts([home.id, fresh.id], since=later)
    assert long_after[home.id].slots == (slot,)
    assert long_after[fresh.id].newest == 0
    begin = papers[0].id
    among = await store.shown_among([home.id], since_id=begin + 1, ids=[begin])
    assert among == {home.id: [begin]}


async def test_an_empty_slot_reserves_nothing(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    home = await make_destination()
    await store.plan(make_plan(home, state=SlotState.EMPTY))
    assert await store.shown([home.id]) == {home.id: frozenset()}
    assert await store.shown_in(home.id, papers[1].id) is None
