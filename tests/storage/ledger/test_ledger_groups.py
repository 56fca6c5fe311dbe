"""Steps in groups: in order, all or nothing, each true only where it took effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import StatementError

from bot.domain.delivery import Again, Claim, Delivery, Freeze, Hold, Sent, SlotState, Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

LANE = "console:local"
MINUTE = timedelta(minutes=1)
Plan = Callable[..., Awaitable[Any]]
MakeDestination = Callable[..., Awaitable[Destination]]


async def heads(store: Store) -> tuple[Delivery, ...]:
    return await store.ready(LANE, SAMPLE_NOW)


async def test_a_whole_life_fits_into_one_group(store: Store, home: Destination, plan: Plan, me: Any) -> None:
    slot = await plan(home)
    await me.takes()
    (first,) = await heads(store)
    it = first.id
    done = await me.does(
        Freeze(delivery_id=it, payloads=(b"one",)),
        Claim(delivery_id=it, at=SAMPLE_NOW),
        Again(delivery_id=it, error="refused", not_before=SAMPLE_NOW),
        Claim(delivery_id=it, at=SAMPLE_NOW + MINUTE),
        Claim(delivery_id=it, at=SAMPLE_NOW + MINUTE),
        Sent(delivery_id=it, remote_id="message", at=SAMPLE_NOW + MINUTE),
        Sent(delivery_id=it, remote_id="other", at=SAMPLE_NOW + MINUTE),
    )
    assert done == (True, True, True, True, False, True, False)
    sent = await me.sees(first)
    assert (sent.status, sent.remote_id, sent.attempt, sent.payload) == (Status.SENT, "message", 2, b"one")
    assert (await store.slot_by_id(slot.id)).state is SlotState.SENT


async def test_those_of_a_group_begin_with_its_last_and_each_keeps_the_name_it_has_there(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any
) -> None:
    for number in range(4):
        await plan(await make_destination(channel=str(number)))
    await me.takes()
    begun = {one.id: SAMPLE_NOW + number * MINUTE for number, one in enumerate(await heads(store))}
    assert await me.does(*(Claim(delivery_id=it, at=at) for it, at in begun.items())) == (True,) * 4
    assert {one.sending_at for one in await store.deliveries()} == {SAMPLE_NOW + 3 * MINUTE}
    sent = [Sent(delivery_id=it, remote_id=f"message {it}", at=at + MINUTE) for it, at in begun.items()]
    assert await me.does(*sent) == (True,) * 4
    assert {one.id: (one.remote_id, one.sent_at) for one in await store.deliveries()} == {
        it: (f"message {it}", at + MINUTE) for it, at in begun.items()
    }


async def test_one_that_is_refused_leaves_the_others_their_effect(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any
) -> None:
    for number in range(3):
        await plan(await make_destination(channel=str(number)))
    await me.takes()
    one, two, three = (found.id for found in await heads(store))
    await me.does(Claim(delivery_id=one, at=SAMPLE_NOW), Hold(delivery_id=two, error="archived"))
    claims = [Claim(delivery_id=it, at=SAMPLE_NOW) for it in (one, two, three)]
    assert await me.does(*claims) == (False, False, True)
    sent = [Sent(delivery_id=it, remote_id="m", at=SAMPLE_NOW) for it in (one, 99, three)]
    assert await me.does(*sent) == (True, False, True)


async def test_the_next_part_can_be_claimed_in_the_group_that_says_the_first_arrived(
    store: Store, home: Destination, plan: Plan, me: Any
) -> None:
    await plan(home)
    first = await me.claims()
    await me.does(Again(delivery_id=first.id, error="refused", not_before=SAMPLE_NOW))
    await me.does(Freeze(delivery_id=first.id, payloads=(b"one", b"two")))
    second = max(one.id for one in await store.deliveries())
    assert await me.does(Claim(delivery_id=second, at=SAMPLE_NOW)) == (False,)
    await me.does(Claim(delivery_id=first.id, at=SAMPLE_NOW))
    group = (
        Claim(delivery_id=second, at=SAMPLE_NOW),
        Sent(delivery_id=first.id, remote_id="m", at=SAMPLE_NOW),
    )
    assert await me.does(*group) == (True, True)


async def test_of_a_group_that_fails_nothing_is_written(
    store: Store, make_destination: MakeDestination, plan: Plan, me: Any
) -> None:
    for number in range(2):
        await plan(await make_destination(channel=str(number)))
    await me.takes()
    before = await heads(store)
    one, two = (found.id for found in before)
    arrived = Sent(delivery_id=one, remote_id="message", at=SAMPLE_NOW)
    no_time = Again(delivery_id=two, error="refused", not_before=SAMPLE_NOW.replace(tzinfo=None))
    with pytest.raises(StatementError, match="a time without a zone cannot be stored"):
        await me.does(arrived, no_time)
    assert await heads(store) == before
    assert await me.does(arrived) == (True,)


async def test_a_group_of_any_size_is_written(
    store: Store, home: Destination, plan: Plan, make_destination: MakeDestination, me: Any
) -> None:
    await plan(home)
    await me.takes()
    (first,) = await heads(store)
    await store.database.write(lambda db: _copies(db, first.id, 1200))
    found = await store.ready(LANE, SAMPLE_NOW, limit=2000)
    assert len(found) == 1200
    bytes_of = {one.id: f"\0{one.id}\xff".encode("latin-1") * (one.id % 3) for one in found}  # some have none
    assert all(
        await me.does(*(Freeze(delivery_id=it, payloads=(payload,)) for it, payload in bytes_of.items()))
    )
    assert {one.id: one.payload for one in await store.ready(LANE, SAMPLE_NOW, limit=2000)} == bytes_of
    assert all(await me.does(*(Claim(delivery_id=one.id, at=SAMPLE_NOW) for one in found)))
    assert all(await me.does(*(Sent(delivery_id=one.id, remote_id="m", at=SAMPLE_NOW) for one in found)))
    states = {(await store.slot_by_id(one.slot_id)).state for one in found[::100]}
    assert states == {SlotState.SENT}


def _copies(db: Connection, first: int, count: int) -> None:
    """As many destinations with one part each, made from one."""
    sequence = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) "
    changed = {
        "destination": {"id": "id + i", "channel_id": "'c' || i"},
        "slot": {"id": "id + i", "destination_id": "destination_id + i"},
        "delivery": {
            "id": "id + i",
            "destination_id": "destination_id + i",
            "slot_id": "slot_id + i",
            "key": "'k' || i",
        },
    }
    for table, values in changed.items():
        (row,) = db.exec_driver_sql(f"SELECT * FROM {table}").mappings().all()
        names = ", ".join(row)
        chosen = ", ".join(values.get(name, name) for name in row)
        db.exec_driver_sql(f"INSERT INTO {table} ({names}) {sequence} SELECT {chosen} FROM {table}, n")
    assert first


async def test_sent_by_a_former_owner_takes_effect_for_the_message_is_out(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    slot = await plan(home)
    first = await me.claims()
    await store.renew_lanes([LANE], owner="me", seconds=0)
    await other.takes()
    assert await me.does(Sent(delivery_id=first.id, remote_id="message", at=SAMPLE_NOW)) == (True,)
    assert (await store.slot_by_id(slot.id)).state is SlotState.SENT
    assert await heads(store) == ()


async def test_a_claim_is_refused_once_the_lease_is_over(
    store: Store, home: Destination, plan: Plan, me: Any, other: Any
) -> None:
    await plan(home)
    await me.takes(seconds=0)
    (first,) = await heads(store)
    assert await me.does(Claim(delivery_id=first.id, at=SAMPLE_NOW)) == (False,)
    await other.takes()
    assert await me.does(Claim(delivery_id=first.id, at=SAMPLE_NOW)) == (False,)
    assert await other.does(Claim(delivery_id=first.id, at=SAMPLE_NOW)) == (True,)
    assert await me.does(Again(delivery_id=first.id, error="refused", not_before=SAMPLE_NOW)) == (False,)
