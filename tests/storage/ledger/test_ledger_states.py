"""Every step on a delivery in every state: what follows, and that all else is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import (
    Again,
    Bury,
    Claim,
    Delivery,
    Doubt,
    Freeze,
    Hold,
    Sent,
    Settled,
    SlotState,
    Step,
)
from bot.domain.subscription import Destination
from bot.storage.slots import finish_slot
from bot.testing.builders import SAMPLE_NOW

LATER = SAMPLE_NOW + timedelta(minutes=1)
Plan = Callable[..., Awaitable[Any]]

STEPS: dict[str, Callable[[int], Step]] = {
    "freeze": lambda it: Freeze(delivery_id=it, payloads=(b"one", b"two")),
    "claim": lambda it: Claim(delivery_id=it, at=LATER),
    "sent": lambda it: Sent(delivery_id=it, remote_id="m", at=LATER),
    "again": lambda it: Again(delivery_id=it, error="refused", not_before=LATER),
    "doubt": lambda it: Doubt(delivery_id=it, error="timeout", ask_from=LATER),
    "hold": lambda it: Hold(delivery_id=it, error="archived"),
    "bury": lambda it: Bury(delivery_id=it, error="too long"),
    "found": lambda it: Settled(delivery_id=it, found="m", at=LATER),
    "not found": lambda it: Settled(delivery_id=it, found=None, at=LATER),
}

# How each state is reached, and by whom from whom.
REACHED: dict[str, tuple[str, ...]] = {
    "pending": (),
    "sending": ("claim",),
    "sent": ("claim", "sent"),
    "uncertain": ("claim", "doubt"),
    "held": ("claim", "hold"),
    "dead": ("claim", "bury"),
}

POSTED = {"sent": "sent", "found": "sent"}  # believed of anybody, in any state
FOLLOWS: dict[str, dict[str, str]] = {
    "pending": {
        "freeze": "pending",
        "claim": "sending",
        "again": "pending",
        "hold": "held",
        "bury": "dead",
        **POSTED,
    },
    "sending": {"again": "pending", "doubt": "uncertain", "hold": "held", "bury": "dead", **POSTED},
    "uncertain": {"doubt": "uncertain", "hold": "held", "not found": "pending", **POSTED},
    "held": {"freeze": "held", **POSTED},
    "dead": POSTED,
    "sent": {},
}
# What somebody may say whose lane it is not: what was posted is posted, and bytes are bytes.
ANYBODYS = {"freeze", "sent", "found"}


@pytest.fixture
async def delivery(home: Destination, plan: Plan, me: Any) -> Delivery:
    await plan(home)
    await me.takes()
    (first,) = await me.store.ready("console:local", SAMPLE_NOW)
    return first


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("step", STEPS)
async def test_the_owner_of_the_lane_can_do_what_the_table_says_and_nothing_else(
    me: Any, delivery: Delivery, state: str, step: str
) -> None:
    for before in REACHED[state]:
        assert await me.does(STEPS[before](delivery.id)) == (True,)
    was = await me.sees(delivery)
    assert was.status == state
    expected = FOLLOWS[state].get(step)
    assert await me.does(STEPS[step](delivery.id)) == (expected is not None,)
    now = await me.sees(delivery)
    assert now.status == (expected or state)
    assert expected is not None or now == was


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("step", STEPS)
async def test_a_former_owner_can_only_say_what_was_posted(
    me: Any, other: Any, delivery: Delivery, state: str, step: str
) -> None:
    await me.takes(seconds=0)
    await other.takes()
    for before in REACHED[state]:
        assert await other.does(STEPS[before](delivery.id)) == (True,)
    was = await me.sees(delivery)
    expected = FOLLOWS[state].get(step) if step in ANYBODYS else None
    assert await me.does(STEPS[step](delivery.id)) == (expected is not None,)
    now = await me.sees(delivery)
    assert now.status == (expected or state)
    assert expected is not None or now == was


@pytest.mark.parametrize("step", STEPS)
async def test_a_cancelled_part_can_only_turn_out_to_be_posted(
    me: Any, home: Destination, delivery: Delivery, step: str
) -> None:
    await me.store.database.write(
        lambda db: finish_slot(db, delivery.slot_id, SlotState.SKIPPED, reason="unsubscribed")
    )
    was = await me.sees(delivery)
    assert was.status == "cancelled"
    assert await me.does(STEPS[step](delivery.id)) == (step in POSTED,)
    assert (await me.sees(delivery)).status == POSTED.get(step, "cancelled")


async def test_what_nobody_knows_is_refused(me: Any, home: Destination) -> None:
    await me.takes()
    steps = [make(99) for make in STEPS.values()]
    assert await me.does(*steps) == (False,) * len(steps)
    assert await me.does() == ()


@pytest.mark.parametrize("step", ["again", "doubt", "hold", "bury"])
async def test_what_became_of_a_call_may_be_said_after_the_lease_is_over_while_nobody_took_the_lane(
    me: Any, delivery: Delivery, step: str
) -> None:
    assert await me.does(STEPS["claim"](delivery.id)) == (True,)
    await me.store.renew_lanes(["console:local"], owner="me", seconds=0)
    assert await me.does(STEPS[step](delivery.id)) == (True,)
