from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.domain.delivery import SlotPlan, SlotState, Status
from bot.domain.digest import Group, Pick
from bot.domain.paper import Paper
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing

MakeDestination = Callable[..., Any]
MakePlan = Callable[..., SlotPlan]
TOMORROW = SAMPLE_NOW + timedelta(days=1)


async def test_a_plan_writes_slot_digest_part_and_reservation_at_once(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    home = await make_destination()
    plan = make_plan(home)
    slot = await store.plan(plan)
    assert slot is not None
    assert (slot.state, slot.slot_key, slot.due_at) == (SlotState.OPEN, "2026-06-01", SAMPLE_NOW)
    assert await store.digest(slot.id) == plan.digest
    (part,) = await store.deliveries()
    assert (part.status, part.part_no, part.payload, len(part.key)) == (Status.PENDING, 0, None, 25)
    assert await store.shown([home.id]) == {home.id: frozenset({papers[0].id, papers[1].id})}
    assert await store.shown_in(home.id, papers[1].id) == slot
    assert await store.shown_in(home.id, papers[2].id) is None
    moved = await store.destination_by_id(home.id)
    assert moved is not None
    assert moved.next_due_at == TOMORROW


async def test_the_second_plan_of_a_slot_is_refused(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    assert await store.plan(make_plan(home)) is not None
    assert await store.plan(make_plan(home)) is None
    assert len(await store.slots(home.id)) == 1
    assert len(await store.deliveries()) == 1


async def test_a_planner_that_saw_another_due_time_is_refused(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await store.update_destination(home.id, next_due_at=TOMORROW)
    assert await store.plan(make_plan(home)) is None
    assert await store.slots(home.id) == ()
    assert await store.shown([home.id]) == {home.id: frozenset()}


async def test_a_slot_that_is_there_still_moves_the_due_time_on(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await store.plan(make_plan(home))
    await store.update_destination(home.id, next_due_at=SAMPLE_NOW)  # someone chose an earlier hour
    assert await store.plan(make_plan(home)) is None
    assert await store.due(SAMPLE_NOW) == ()


async def test_a_paper_that_was_shown_meanwhile_refuses_the_whole_plan(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    by_hand = make_plan(home, slot_key="manual:1", day=None, expected_next_due_at=None, next_due_at=None)
    assert await store.plan(by_hand) is not None
    assert await store.plan(make_plan(home)) is None
    assert len(await store.slots(home.id)) == 1
    assert [one.id for one in await store.due(SAMPLE_NOW)] == [home.id]


async def test_a_refused_plan_leaves_the_others_of_its_transaction(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home, other = await make_destination(), await make_destination(channel="other")
    done = await store.plan_many([make_plan(home), make_plan(home), make_plan(other)])
    assert [slot is not None for slot in done] == [True, False, True]


async def test_a_slot_made_by_hand_leaves_the_schedule_alone(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await store.plan(
        make_plan(home, slot_key="manual:1", day=None, expected_next_due_at=None, next_due_at=None)
    )
    assert [one.id for one in await store.due(SAMPLE_NOW)] == [home.id]
    assert await store.last_slot(home.id) is None


async def test_an_empty_slot_sends_nothing_and_shows_nothing(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await store.plan(make_plan(home, state=SlotState.EMPTY))
    assert slot is not None
    assert await store.deliveries() == ()
    assert await store.shown([home.id]) == {home.id: frozenset()}
    assert await store.digest(slot.id) is not None


async def test_the_last_slot_is_the_latest_before_a_day_in_a_state(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    for number, state in ((1, SlotState.EMPTY), (2, SlotState.SKIPPED), (3, SlotState.EMPTY)):
        plan = make_plan(
            home,
            slot_key=f"2026-06-0{number}",
            day=date(2026, 6, number),
            state=state,
            digest=None,
            expected_next_due_at=None,
            next_due_at=None,
        )
        assert await store.plan(plan) is not None
    latest = await store.last_slot(home.id)
    before = await store.last_slot(home.id, before="2026-06-03")
    empty_before = await store.last_slot(home.id, before="2026-06-03", states=(SlotState.EMPTY,))
    assert latest is not None
    assert before is not None
    assert empty_before is not None
    assert [latest.slot_key, before.slot_key, empty_before.slot_key] == [
        "2026-06-03",
        "2026-06-02",
        "2026-06-01",
    ]


async def test_the_last_digest_of_each_channel_is_the_latest_that_came_to_a_good_end(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    homes = [await make_destination(channel=str(number)) for number in range(3)]
    good, bad = SlotState.EMPTY, SlotState.SKIPPED
    for home, states in zip(homes, ((good, good, bad), (bad, good), (bad,)), strict=True):
        for number, state in enumerate(states, start=1):
            plan = make_plan(
                home,
                slot_key=f"2026-06-0{number}",
                day=date(2026, 6, number),
                due_at=SAMPLE_NOW + timedelta(days=number),
                state=state,
                digest=None,
                expected_next_due_at=None,
                next_due_at=None,
            )
            assert await store.plan(plan) is not None
    last = await store.last_digests()
    assert {number: slot.slot_key for number, slot in last.items()} == {
        homes[0].id: "2026-06-02",
        homes[1].id: "2026-06-02",
    }


async def test_a_skipped_slot_gives_its_papers_back(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await store.plan(make_plan(home))
    assert slot is not None
    assert len(await store.expire(SAMPLE_NOW + timedelta(days=1))) == 1
    skipped = await store.slot_by_id(slot.id)
    assert skipped is not None
    assert (skipped.state, skipped.reason) == (SlotState.SKIPPED, "late")
    assert await store.shown([home.id]) == {home.id: frozenset()}
    assert [one.status for one in await store.deliveries()] == [Status.CANCELLED]
    assert await store.ready(home.address.platform + ":local", SAMPLE_NOW) == ()


async def test_two_planners_at_once_make_one_slot(
    url: str, store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    async with await Store.open(url) as second:
        plans = [replace(make_plan(home)) for _ in range(20)]
        done = await asyncio.gather(
            *(planner.plan(plan) for plan, planner in zip(plans, [store, second] * 10, strict=True))
        )
    assert sum(slot is not None for slot in done) == 1
    assert len(await store.deliveries()) == 1


async def test_what_was_shown_stays_shown_when_two_rows_turn_out_to_be_one(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan, papers: tuple[Paper, ...]
) -> None:
    younger = make_facts(9, title="Knitting, preliminary", keys=("doi:10.1/knit",))
    added = await store.add_batch(
        make_batch(make_listing(9, facts=younger)), now=SAMPLE_NOW + timedelta(hours=1)
    )
    (second,) = await store.papers(added.new_ids)
    home, other = await make_destination(), await make_destination(channel="other")
    for destination, shown in ((home, (papers[0], second)), (other, (second,))):
        picks = tuple(Pick(paper=paper, why=(), score=1.0) for paper in shown)
        plan = make_plan(destination)
        assert plan.digest is not None
        digest = replace(plan.digest, groups=(Group(title="knit", picks=picks),), folded=())
        assert await store.plan(replace(plan, digest=digest)) is not None
    both = make_facts(1, keys=(papers[0].key, "doi:10.1/knit"))
    merged = await store.add_batch(make_batch(make_listing(1, facts=both)), now=SAMPLE_NOW)
    assert (merged.merged, merged.paper_ids) == (1, frozenset({papers[0].id}))
    one = frozenset({papers[0].id})
    assert await store.shown([home.id, other.id]) == {home.id: one, other.id: one}
    assert await store.check() == ()
