"""A destination that cannot be reached pauses, one person is told once, and a person resumes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Bury, Hold, SlotState, Status
from bot.domain.subscription import Destination
from bot.errors import NotFound
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
LATER = SAMPLE_NOW + timedelta(hours=1)
Plan = Callable[..., Awaitable[Any]]
GONE = "The channel is archived."


async def subscribed(store: Store, home: Destination, *people: str) -> None:
    for number, person in enumerate(people):
        query = f"query {number}"
        await store.subscribe(home.id, query, created_by=person, now=SAMPLE_NOW)


async def seen(store: Store, home: Destination) -> tuple[bool, str]:
    found = await store.destination_by_id(home.id)
    assert found is not None
    return found.paused, found.paused_reason


async def held(home: Destination, plan: Plan, me: Any, day: int = 1) -> Any:
    """A slot whose message is held because the channel is gone."""
    slot = await plan(home, day)
    first = await me.claims()
    assert await me.does(Hold(delivery_id=first.id, error=GONE, pause=True)) == (True,)
    return slot


async def buried(home: Destination, plan: Plan, me: Any, *days: int) -> None:
    for day in days:
        await plan(home, day)
        first = await me.claims()
        assert await me.does(Bury(delivery_id=first.id, error="It is too long.")) == (True,)


async def test_a_destination_that_is_gone_pauses_and_its_first_subscriber_is_told_once(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await subscribed(store, home, "ada", "grace")
    await held(home, plan, me)
    assert await seen(store, home) == (True, GONE)
    (notice,) = await store.notices()
    assert (notice.address, notice.person) == (home.address, "ada")
    assert notice.text == (
        f"I cannot post in this terminal any more: {GONE} Its digests are paused; when that is mended, `resume` there."
    )
    await store.mark_told(notice.id, LATER)
    assert await store.notices() == ()


async def test_nobody_is_told_twice_before_somebody_resumed_it(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await held(home, plan, me)
    (notice,) = await store.notices()
    assert notice.person == ""  # nobody subscribed
    await store.mark_told(notice.id, LATER)
    await store.update_destination(home.id, paused=False)
    await plan(home, 2)
    (first, *_) = await store.deliveries(status=Status.PENDING)
    await me.does(Hold(delivery_id=first.id, error=GONE, pause=True))
    assert await store.notices() == ()
    await store.resume_destination(home.id, SAMPLE_NOW)
    first = await me.claims()
    await me.does(Hold(delivery_id=first.id, error=GONE, pause=True))
    assert len(await store.notices()) == 1


async def test_a_message_held_for_itself_pauses_nothing_and_somebody_is_told_of_it(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Hold(delivery_id=first.id, error="Twice nobody could tell."))
    assert await seen(store, home) == (False, "")
    (told,) = await store.notices()
    assert told.text.startswith(
        "I cannot tell whether a digest arrived in this terminal: Twice nobody could tell."
    )
    assert not await store.is_cut_off(home.id)


async def test_what_was_held_goes_when_its_destination_is_resumed_in_time(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await held(home, plan, me)
    assert await store.due_lanes(LATER, settle=timedelta(0)) == ()
    awake = await store.resume_destination(home.id, LATER, next_due_at=LATER)
    assert (awake.paused, awake.paused_reason, awake.next_due_at) == (False, "", LATER)
    assert [one.status for one in await store.ready(LANE, LATER)] == [Status.PENDING]
    assert await store.notices() == ()


async def test_what_was_held_too_long_is_skipped_and_its_papers_come_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await held(home, plan, me)
    await store.resume_destination(home.id, SAMPLE_NOW + timedelta(hours=12))
    skipped = await store.slot_by_id(slot.id)
    assert skipped is not None
    assert (skipped.state, skipped.reason) == (SlotState.SKIPPED, "late")
    assert await store.shown([home.id]) == {home.id: frozenset()}
    assert await store.ready(LANE, LATER) == ()


async def test_three_dead_slots_in_a_row_pause_the_destination(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await buried(home, plan, me, 1, 2)
    assert await seen(store, home) == (False, "")
    await buried(home, plan, me, 3)
    assert await seen(store, home) == (
        True,
        "3 digests in a row could not be posted: It is too long.",
    )
    (notice,) = await store.notices()
    assert notice.text.startswith(
        "The last 3 digests for this terminal could not be posted: It is too long. Its digests are paused"
    )


async def test_a_slot_that_is_sent_ends_the_row(store: Store, home: Destination, plan: Plan, me: Any) -> None:
    await buried(home, plan, me, 1, 2)
    await plan(home, 3)
    await me.sends()
    await buried(home, plan, me, 4, 5)
    assert await seen(store, home) == (False, "")
    await buried(home, plan, me, 6)
    assert (await seen(store, home))[0]


async def test_a_resumed_destination_counts_from_none(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await buried(home, plan, me, 1, 2, 3)
    await store.resume_destination(home.id, SAMPLE_NOW)
    await buried(home, plan, me, 4, 5)
    assert await seen(store, home) == (False, "")


async def test_a_destination_a_person_paused_keeps_their_reason(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await store.update_destination(home.id, paused=True, paused_reason="paused by ada")
    await me.does(Hold(delivery_id=first.id, error=GONE, pause=True))
    assert await seen(store, home) == (True, "paused by ada")
    assert await store.notices() == ()
    assert not await store.is_cut_off(home.id)


async def test_what_is_in_somebody_elses_words_stays_as_it_is(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Hold(delivery_id=first.id, error="{place} is {no} place.", pause=True))
    (notice,) = await store.notices()
    assert "{place} is {no} place." in notice.text


async def test_nobody_resumes_a_destination_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.resume_destination(99, SAMPLE_NOW)
