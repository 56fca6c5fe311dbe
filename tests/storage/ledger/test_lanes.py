"""One owner at a time, by a lease; what its last owner left being sent is uncertain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.domain.delivery import Again, Claim, Doubt, Hold, Sent, Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
MINUTE = timedelta(minutes=1)
SETTLE = timedelta(seconds=65)
Plan = Callable[..., Awaitable[Any]]


async def due(store: Store, now: Any = SAMPLE_NOW) -> tuple[str, ...]:
    return await store.due_lanes(now, settle=SETTLE)


async def test_a_lane_has_one_owner_until_the_lease_is_over(home: Destination, me: Any, other: Any) -> None:
    assert (await me.takes()).id == LANE
    assert await other.takes() is None
    assert await me.takes(seconds=0) is not None
    assert await other.takes() is not None
    assert await me.takes() is None


async def test_there_is_no_lane_without_a_destination(me: Any) -> None:
    assert await me.takes("slack:nobody") is None


async def test_a_lane_is_renewed_for_its_owner_alone(
    store: Store, home: Destination, me: Any, other: Any
) -> None:
    await me.takes(seconds=0)
    assert await store.renew_lanes([LANE, "slack:nobody"], owner="me", seconds=60) == {LANE}
    assert await other.takes() is None
    assert await store.renew_lanes([LANE], owner="other", seconds=60) == frozenset()
    assert await store.renew_lanes([], owner="me", seconds=60) == frozenset()


async def test_a_lease_that_ran_out_is_renewed_unless_somebody_was_faster(
    store: Store, home: Destination, me: Any, other: Any
) -> None:
    await me.takes(seconds=0)
    await other.takes(seconds=0)
    assert await store.renew_lanes([LANE], owner="me", seconds=60) == frozenset()
    assert await store.renew_lanes([LANE], owner="other", seconds=60) == {LANE}


async def test_the_pace_and_the_patience_asked_for_go_on_with_the_next_owner(
    store: Store, home: Destination, me: Any, other: Any
) -> None:
    await me.takes()
    await store.block_lane(LANE, owner="me", until=SAMPLE_NOW + MINUTE)
    await store.block_lane(LANE, owner="other", until=SAMPLE_NOW)
    await store.release_lane(LANE, owner="other", tat=SAMPLE_NOW, blocked_until=None)
    assert await other.takes() is None
    await store.release_lane(LANE, owner="me", tat=SAMPLE_NOW, blocked_until=None)
    taken = await other.takes()
    assert (taken.tat, taken.blocked_until) == (SAMPLE_NOW, SAMPLE_NOW + MINUTE)


async def test_what_an_owner_left_being_sent_is_uncertain_for_the_next(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await store.renew_lanes([LANE], owner="me", seconds=0)  # its lease is over
    assert await due(store) == (LANE,)
    await other.takes()
    (lost,) = await store.uncertain(LANE)
    assert (lost.id, lost.sending_at, lost.not_before) == (first.id, SAMPLE_NOW, None)


async def test_ones_own_sending_is_uncertain_too_when_the_lane_is_taken_again(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.takes()
    assert (await me.sees(first)).status is Status.UNCERTAIN


async def test_a_start_ends_every_lease_of_the_process_before_it(
    store: Store, home: Destination, me: Any, other: Any
) -> None:
    await me.takes()
    assert await store.clear_leases() == 1
    assert await store.clear_leases() == 0
    assert await other.takes() is not None


async def test_a_paused_lane_is_not_due_and_sends_nothing_until_it_is_tried_again(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await me.takes()
    (first,) = await store.ready(LANE, SAMPLE_NOW)
    await store.pause_lane(LANE, reason="invalid_auth")
    assert await me.does(Claim(delivery_id=first.id, at=SAMPLE_NOW)) == (False,)
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await due(store) == ()
    assert [(one.paused, one.paused_reason) for one in await store.lanes()] == [(True, "invalid_auth")]
    assert await store.resume_lanes() == 1
    assert await store.resume_lanes() == 0
    assert await due(store) == (LANE,)


async def test_a_lane_is_due_while_something_in_it_can_be_sent(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    assert await due(store) == ()
    await plan(home)
    assert await due(store) == (LANE,)
    await me.takes()
    assert await due(store) == ()  # it has an owner
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=SAMPLE_NOW + MINUTE)
    assert await due(store) == ()
    assert await due(store, SAMPLE_NOW + MINUTE) == (LANE,)
    await store.update_destination(home.id, paused=True)
    assert await due(store, SAMPLE_NOW + MINUTE) == ()


async def test_a_lane_that_was_blocked_by_a_clock_that_went_ahead_is_due(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await me.takes()
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=SAMPLE_NOW + timedelta(hours=26))
    assert await due(store) == (LANE,)


async def test_a_lane_is_not_due_for_what_waits(store: Store, home: Destination, plan: Plan, me: Any) -> None:
    await plan(home)
    await plan(home, 2)
    first = await me.claims()
    await me.does(Again(delivery_id=first.id, error="429", not_before=SAMPLE_NOW + MINUTE, deferral=True))
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await due(store) == ()
    assert await due(store, SAMPLE_NOW + MINUTE) == (LANE,)


async def test_a_lane_is_due_when_the_platform_can_be_asked(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Doubt(delivery_id=first.id, error="timeout", ask_from=SAMPLE_NOW + MINUTE))
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await due(store) == ()
    assert await due(store, SAMPLE_NOW + MINUTE) == (LANE,)


async def test_what_a_crash_left_is_asked_about_a_settle_delay_after_it_was_sent(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await me.claims()
    await me.takes()
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await due(store) == ()
    assert await due(store, SAMPLE_NOW + SETTLE) == (LANE,)


async def test_a_lane_where_everything_is_done_or_held_is_not_due(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await plan(home, 2)
    first = await me.claims()
    await me.does(Sent(delivery_id=first.id, remote_id="message", at=SAMPLE_NOW))
    second = await me.claims()
    await me.does(Hold(delivery_id=second.id, error="archived"))
    await store.release_lane(LANE, owner="me", tat=None, blocked_until=None)
    assert await due(store) == ()


async def test_who_has_lost_a_lane_cannot_pause_it(
    store: Store, home: Destination, me: Any, other: Any
) -> None:
    await me.takes(seconds=-1)
    await other.takes()
    await store.pause_lane(LANE, owner="me", reason="token_revoked")
    assert [one.paused for one in await store.lanes()] == [False]
    await store.pause_lane(LANE, owner="other", reason="token_revoked")
    assert [one.paused_reason for one in await store.lanes()] == ["token_revoked"]
