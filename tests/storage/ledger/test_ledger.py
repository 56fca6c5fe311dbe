"""What a delivery's steps mean: order, bytes, patience, slots, and the papers in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.domain.delivery import Again, Bury, Claim, Doubt, Freeze, Hold, Sent, Settled, SlotState, Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.storage.slots import finish_slot
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
MINUTE = timedelta(minutes=1)
Plan = Callable[..., Awaitable[Any]]
MakeDestination = Callable[..., Awaitable[Destination]]


async def heads(store: Store, now: Any = SAMPLE_NOW) -> list[tuple[str, int]]:
    return [(one.slot_key, one.part_no) for one in await store.ready(LANE, now)]


async def shown(store: Store, home: Destination) -> int:
    return len((await store.shown([home.id]))[home.id])


async def frozen(me: Any, *payloads: bytes, papers: tuple[tuple[int, ...], ...] = ()) -> Any:
    """The first head, rendered as these."""
    await me.takes()
    first, *_ = await me.store.ready(LANE, SAMPLE_NOW)
    assert await me.does(Freeze(delivery_id=first.id, payloads=payloads, papers=papers)) == (True,)
    return await me.sees(first)


async def test_parts_go_in_order_one_at_a_time_and_the_last_makes_the_slot_sent(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    await plan(home, 2)
    await frozen(me, b"one", b"two", b"three")
    parts = sorted(await store.deliveries(), key=lambda one: (one.slot_id, one.part_no))
    assert [(one.part_no, one.n_parts, one.payload) for one in parts] == [
        (0, 3, b"one"),
        (1, 3, b"two"),
        (2, 3, b"three"),
        (0, 1, None),
    ]
    assert len({one.key for one in parts}) == 4
    for number in range(3):
        assert await store.slot_by_id(slot.id) == slot
        assert await heads(store) == [("2026-06-01", number)]
        part = await me.claims()
        assert await heads(store) == []
        assert (part.status, part.attempt, part.sending_at) == (Status.SENDING, 1, SAMPLE_NOW)
        await me.does(Sent(delivery_id=part.id, remote_id="message", at=SAMPLE_NOW))
    assert (await store.slot_by_id(slot.id)).state is SlotState.SENT
    assert await heads(store) == [("2026-06-02", 0)]


async def test_later_parts_stand_behind_everybodys_first(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any
) -> None:
    one, two = await make_destination(), await make_destination(channel="other")
    await plan(one)
    await plan(two)
    await frozen(me, b"one", b"two")
    first, second = await store.ready(LANE, SAMPLE_NOW)
    assert (first.destination_id, second.destination_id) == (one.id, two.id)
    await me.sends()
    assert [found.destination_id for found in await store.ready(LANE, SAMPLE_NOW)] == [two.id, one.id]
    assert [found.id for found in await store.ready(LANE, SAMPLE_NOW, limit=1)] == [second.id]
    assert [found.part_no for found in await store.ready(LANE, SAMPLE_NOW, after=second.id)] == [1]
    assert await store.ready("slack:elsewhere", SAMPLE_NOW) == ()


async def test_the_bytes_are_frozen_once(store: Store, home: Destination, plan: Plan, me: Any) -> None:
    await plan(home)
    first = await frozen(me, b"one", b"two")
    assert await me.does(Freeze(delivery_id=first.id, payloads=(b"other",))) == (False,)
    assert await me.does(Freeze(delivery_id=first.id, payloads=())) == (False,)
    assert {one.payload for one in await store.deliveries()} == {b"one", b"two"}


async def test_what_was_certainly_not_posted_waits_and_the_destination_with_it(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await plan(home, 2)
    first = await frozen(me, b"one", b"two")
    await me.claims()
    await me.does(Again(delivery_id=first.id, error="refused", not_before=SAMPLE_NOW + MINUTE))
    assert await store.next_moment(SAMPLE_NOW) == SAMPLE_NOW + MINUTE
    assert await heads(store) == []
    assert await heads(store, SAMPLE_NOW + MINUTE) == [("2026-06-01", 0)]
    again = await me.claims(SAMPLE_NOW + MINUTE)
    assert (again.id, again.attempt, again.last_error) == (first.id, 2, "refused")


async def test_patience_the_platform_asked_for_is_no_attempt(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Again(delivery_id=first.id, error="429", not_before=SAMPLE_NOW, deferral=True))
    assert (await me.sees(first)).attempt == 0
    assert (await me.claims()).attempt == 1


async def test_what_failed_before_it_was_claimed_is_an_attempt(
    home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await frozen(me, b"one")
    await me.does(Again(delivery_id=first.id, error="no adapter", not_before=SAMPLE_NOW))
    assert (await me.sees(first)).attempt == 1


async def test_a_paused_destination_is_sent_nothing(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await frozen(me, b"one")
    await store.update_destination(home.id, paused=True)
    assert await heads(store) == []
    assert await me.does(Claim(delivery_id=first.id, at=SAMPLE_NOW)) == (False,)


async def test_a_dead_part_ends_its_slot_and_gives_its_papers_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    first = await frozen(me, b"one", b"two")
    await me.claims()
    assert await shown(store, home) == 2
    assert await me.does(Bury(delivery_id=first.id, error="too long")) == (True,)
    dead = await me.sees(first)
    assert (dead.status, dead.last_error) == (Status.DEAD, "too long")
    ended = await store.slot_by_id(slot.id)
    assert (ended.state, ended.reason) == (SlotState.DEAD, "too long")
    assert {one.part_no: one.status for one in await store.deliveries()} == {
        0: Status.DEAD,
        1: Status.CANCELLED,
    }
    assert await shown(store, home) == 0


async def test_what_somebody_saw_is_never_given_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    await frozen(me, b"one", b"two")
    await me.sends()
    second = await me.claims()
    await me.does(Bury(delivery_id=second.id, error="too long"))
    assert await shown(store, home) == 2
    assert "part 2 of 2" in (await store.slot_by_id(slot.id)).reason


async def test_what_turns_out_to_be_posted_after_all_is_not_shown_again(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    first = await me.claims()
    await me.does(Bury(delivery_id=first.id, error="too long"))
    assert await shown(store, home) == 0
    assert await me.does(Sent(delivery_id=first.id, remote_id="message", at=SAMPLE_NOW)) == (True,)
    assert await shown(store, home) == 2
    assert (await store.slot_by_id(slot.id)).state is SlotState.SENT


async def test_a_held_part_holds_its_destination(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    await plan(home, 2)
    first = await me.claims()
    await me.does(Hold(delivery_id=first.id, error="nobody knows"))
    assert await heads(store) == []
    assert (await me.sees(first)).last_error == "nobody knows"


async def test_what_waited_past_its_window_is_skipped_and_its_papers_come_back(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    end = SAMPLE_NOW + timedelta(hours=12)
    assert await store.next_moment(SAMPLE_NOW) == SAMPLE_NOW + timedelta(days=0, hours=12)
    assert await store.expire(end - MINUTE) == ()
    assert await heads(store, end) == []
    assert [one.slot_id for one in await store.expire(end)] == [slot.id]
    skipped = await store.slot_by_id(slot.id)
    assert (skipped.state, skipped.reason) == (SlotState.SKIPPED, "late")
    assert await shown(store, home) == 0


async def test_only_what_waits_or_is_held_runs_out_of_time(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any
) -> None:
    for channel in ("sending", "uncertain", "held"):
        await plan(await make_destination(channel=channel))
    await me.takes()
    sending, doubt, held = (one.id for one in await store.ready(LANE, SAMPLE_NOW))
    await me.does(
        Claim(delivery_id=sending, at=SAMPLE_NOW),
        Claim(delivery_id=doubt, at=SAMPLE_NOW),
        Doubt(delivery_id=doubt, error="timeout", ask_from=SAMPLE_NOW),
        Hold(delivery_id=held, error="archived"),
    )
    assert [one.id for one in await store.expire(SAMPLE_NOW + timedelta(days=2))] == [held]
    assert await store.expire(SAMPLE_NOW + timedelta(days=2)) == ()


async def test_an_uncertain_part_goes_again_under_its_key_when_the_platform_has_it_not(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    ask = SAMPLE_NOW + MINUTE
    await me.does(Doubt(delivery_id=first.id, error="timeout", ask_from=ask))
    (lost,) = await store.uncertain(LANE)
    assert (lost.id, lost.not_before, lost.last_error) == (first.id, ask, "timeout")
    assert await store.uncertain("slack:elsewhere") == ()
    assert await store.next_moment(SAMPLE_NOW) == ask
    assert await heads(store, ask) == []
    await me.does(Settled(delivery_id=first.id, found=None, at=ask))
    again = await me.claims(ask)
    assert (again.key, again.repeated, again.attempt) == (first.key, False, 2)


async def test_what_nobody_could_tell_of_is_repeated_and_stays_so(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    for repeated in (True, False):
        first = await me.claims()
        await me.does(
            Doubt(delivery_id=first.id, error="timeout", ask_from=SAMPLE_NOW),
            Settled(delivery_id=first.id, found=None, at=SAMPLE_NOW, repeated=repeated),
        )
        assert (await me.sees(first)).repeated


async def test_an_uncertain_part_the_platform_has_is_sent(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    first = await me.claims()
    await me.does(Doubt(delivery_id=first.id, error="timeout", ask_from=SAMPLE_NOW))
    await me.does(Settled(delivery_id=first.id, found="message 7", at=SAMPLE_NOW))
    found = await me.sees(first)
    assert (found.status, found.remote_id, found.last_error) == (Status.SENT, "message 7", "")
    assert (await store.slot_by_id(slot.id)).state is SlotState.SENT


async def test_a_slot_given_up_while_a_part_was_on_its_way_sends_no_more(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    slot = await plan(home)
    first = await me.claims()
    await store.database.write(lambda db: finish_slot(db, slot.id, SlotState.SKIPPED, reason="unsubscribed"))
    assert await shown(store, home) == 2  # it may be there already
    await me.does(Again(delivery_id=first.id, error="refused", not_before=SAMPLE_NOW))
    assert (await me.sees(first)).status is Status.CANCELLED
    assert await heads(store) == []
    assert await shown(store, home) == 0
    ended = await store.slot_by_id(slot.id)
    assert (ended.state, ended.reason) == (SlotState.SKIPPED, "unsubscribed")


async def test_opening_the_store_beside_a_sender_leaves_its_work_alone(
    url: str, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    async with await Store.open(url) as second:
        assert await second.uncertain() == ()
        assert await second.delivery(first.key) == first
