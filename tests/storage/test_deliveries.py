from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.delivery import Delivery, Slot, SlotPlan, SlotState, Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]
MakePlan = Callable[..., SlotPlan]
MINUTE = timedelta(minutes=1)


async def planned(store: Store, plan: SlotPlan) -> Slot:
    slot = await store.plan(plan)
    assert slot is not None
    return slot


def later_slot(make_plan: MakePlan, home: Destination) -> SlotPlan:
    """The next day's slot, with nothing in it that the first one showed."""
    plan = make_plan(home, slot_key="2026-06-02", expected_next_due_at=None, next_due_at=None)
    assert plan.digest is not None
    return replace(plan, digest=replace(plan.digest, groups=(), folded=(), deferred=()))


async def claimed(store: Store) -> Delivery:
    (delivery,) = await store.claim(SAMPLE_NOW)
    return delivery


async def test_a_claimed_delivery_is_sending_and_nobody_elses(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    delivery = await claimed(store)
    assert (delivery.status, delivery.attempt, delivery.sending_at) == (Status.SENDING, 1, SAMPLE_NOW)
    assert await store.claim(SAMPLE_NOW) == ()


async def test_parts_go_in_order_one_at_a_time_and_the_last_makes_the_slot_sent(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await planned(store, make_plan(home))
    await planned(store, later_slot(make_plan, home))
    first = await claimed(store)
    parts = await store.freeze_parts(first.id, [b"one", b"two", b"three"])
    assert [(one.part_no, one.n_parts, one.payload) for one in parts] == [
        (0, 3, b"one"),
        (1, 3, b"two"),
        (2, 3, b"three"),
    ]
    assert len({one.key for one in parts}) == 3
    for number in range(3):
        assert (await store.slot_by_id(slot.id)) == slot
        part = first if number == 0 else await claimed(store)
        assert part.part_no == number
        assert await store.claim(SAMPLE_NOW) == ()
        await store.mark_sent(part.id, f"message {number}", SAMPLE_NOW)
    sent = await store.slot_by_id(slot.id)
    assert sent is not None
    assert sent.state is SlotState.SENT
    assert (await claimed(store)).slot_key == "2026-06-02"


async def test_the_bytes_are_frozen_once(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    first = await claimed(store)
    parts = await store.freeze_parts(first.id, [b"one", b"two"])
    assert await store.freeze_parts(first.id, [b"other"]) == parts


async def test_what_was_certainly_not_posted_waits_and_the_destination_with_it(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await planned(store, make_plan(home))
    await planned(store, later_slot(make_plan, home))
    first = await claimed(store)
    await store.mark_pending(first.id, error="connection refused", not_before=SAMPLE_NOW + MINUTE)
    assert await store.next_attempt() == SAMPLE_NOW + MINUTE
    assert await store.claim(SAMPLE_NOW) == ()
    (again,) = await store.claim(SAMPLE_NOW + MINUTE)
    assert (again.id, again.attempt, again.last_error) == (first.id, 2, "connection refused")


async def test_patience_the_platform_asked_for_is_no_attempt(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    first = await claimed(store)
    await store.mark_pending(first.id, error="429", not_before=SAMPLE_NOW, deferral=True)
    assert (await claimed(store)).attempt == 1


async def test_destinations_do_not_wait_for_each_other(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    one, two = await make_destination(), await make_destination(channel="other")
    await planned(store, make_plan(one))
    await planned(store, make_plan(two))
    assert [one.destination_id for one in await store.claim(SAMPLE_NOW, limit=1)] == [one.id]
    assert [one.destination_id for one in await store.claim(SAMPLE_NOW)] == [two.id]


async def test_a_paused_destination_is_sent_nothing(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await planned(store, make_plan(home))
    await store.update_destination(home.id, paused=True)
    assert await store.claim(SAMPLE_NOW) == ()


async def test_a_dead_part_ends_its_slot_and_gives_its_papers_back(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await planned(store, make_plan(home))
    first = await claimed(store)
    await store.freeze_parts(first.id, [b"one", b"two"])
    dead = await store.mark_dead(first.id, error="too long")
    assert (dead.status, dead.last_error) == (Status.DEAD, "too long")
    ended = await store.slot_by_id(slot.id)
    assert ended is not None
    assert (ended.state, ended.reason) == (SlotState.DEAD, "too long")
    assert {one.part_no: one.status for one in await store.deliveries()} == {
        0: Status.DEAD,
        1: Status.CANCELLED,
    }
    assert await store.shown([home.id]) == {home.id: frozenset()}


async def test_what_somebody_saw_is_never_given_back(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await planned(store, make_plan(home))
    first = await claimed(store)
    await store.freeze_parts(first.id, [b"one", b"two"])
    await store.mark_sent(first.id, "message", SAMPLE_NOW)
    await store.mark_dead((await claimed(store)).id, error="too long")
    assert len((await store.shown([home.id]))[home.id]) == 2


async def test_a_held_part_holds_its_destination(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    await planned(store, make_plan(home))
    await planned(store, later_slot(make_plan, home))
    await store.mark_held((await claimed(store)).id, error="the channel is archived")
    assert await store.claim(SAMPLE_NOW) == ()


async def test_what_waited_past_its_window_is_skipped_and_its_papers_come_back(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await planned(store, make_plan(home))
    end = SAMPLE_NOW + timedelta(hours=12)
    assert await store.expire(end - MINUTE) == ()
    assert await store.claim(end) == ()
    assert [one.slot_id for one in await store.expire(end)] == [slot.id]
    skipped = await store.slot_by_id(slot.id)
    assert skipped is not None
    assert (skipped.state, skipped.reason) == (SlotState.SKIPPED, "late")
    assert await store.shown([home.id]) == {home.id: frozenset()}


async def test_what_was_being_sent_when_the_bot_died_is_uncertain_until_it_is_settled(
    url: str, store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    first = await claimed(store)
    async with await Store.open(url) as after_the_crash:
        assert await after_the_crash.recover() == 1
        (lost,) = await after_the_crash.uncertain()
        assert (lost.id, lost.status) == (first.id, Status.UNCERTAIN)
        assert await after_the_crash.claim(SAMPLE_NOW) == ()
        again = await after_the_crash.resolve_uncertain(lost.id, found=None, now=SAMPLE_NOW)
        assert again.status is Status.PENDING
        assert (await claimed(after_the_crash)).key == first.key


async def test_an_uncertain_part_the_platform_has_is_sent(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    slot = await planned(store, make_plan(await make_destination()))
    await store.mark_uncertain((await claimed(store)).id, error="timeout")
    (lost,) = await store.uncertain()
    found = await store.resolve_uncertain(lost.id, found="message 7", now=SAMPLE_NOW)
    assert (found.status, found.remote_id) == (Status.SENT, "message 7")
    sent = await store.slot_by_id(slot.id)
    assert sent is not None
    assert sent.state is SlotState.SENT


async def test_opening_the_store_beside_a_sender_leaves_its_work_alone(
    url: str, store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    first = await claimed(store)
    async with await Store.open(url) as second:
        assert await second.uncertain() == ()
        found = await second.delivery(first.key)
    assert found == first


async def test_a_sent_part_stays_sent_whatever_is_said_later(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    await planned(store, make_plan(await make_destination()))
    first = await claimed(store)
    sent = await store.mark_sent(first.id, "message", SAMPLE_NOW)
    assert await store.mark_sent(first.id, "other", SAMPLE_NOW + MINUTE) == sent
    assert await store.mark_pending(first.id, error="late error", not_before=SAMPLE_NOW) == sent
    assert await store.mark_dead(first.id, error="late error") == sent
    assert await store.recover() == 0


async def test_a_slot_given_up_while_a_part_was_on_its_way_sends_no_more(
    store: Store, make_destination: MakeDestination, make_plan: MakePlan
) -> None:
    home = await make_destination()
    slot = await planned(store, make_plan(home))
    first = await claimed(store)
    await store.skip_slot(slot.id, reason="unsubscribed")
    assert len((await store.shown([home.id]))[home.id]) == 2  # it may be there already
    given_up = await store.mark_pending(first.id, error="connection refused", not_before=SAMPLE_NOW)
    assert given_up.status is Status.CANCELLED
    assert await store.claim(SAMPLE_NOW) == ()
    assert await store.shown([home.id]) == {home.id: frozenset()}
    ended = await store.slot_by_id(slot.id)
    assert ended is not None
    assert (ended.state, ended.reason) == (SlotState.SKIPPED, "unsubscribed")
