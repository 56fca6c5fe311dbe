"""`status` and `list` say in words what keeps messages from being posted."""

from __future__ import annotations

import pytest

from bot.commands.context import Context
from bot.commands.replies import Notice, StatusView, SubscriptionList
from bot.domain.delivery import Bury, Claim, Hold, Step
from bot.storage.store import Store
from jobs.plan import plan_now

LANE = "slack:T1"
GONE = "The channel is archived."


async def planned(store: Store, context: Context) -> int:
    """A message of the channel that waits; its id."""
    home = await store.destination(context.address)
    assert home is not None
    await plan_now(store, home, clock=context.clock)
    await store.take_lane(LANE, owner="me", seconds=60)
    (first,) = await store.ready(LANE, context.now())
    return first.id


async def does(store: Store, *steps: Step) -> None:
    assert all(await store.record(steps, owner="me"))


async def said(ask, command: str) -> tuple[str, ...]:
    reply = await ask(command)
    state = reply.channel if isinstance(reply, StatusView) else reply.state
    assert isinstance(reply, StatusView | SubscriptionList)
    return state.troubles


@pytest.mark.parametrize("command", ["status", "list"])
async def test_nothing_is_said_while_all_is_well(ask, store: Store, context: Context, command: str) -> None:
    await ask("subscribe knitting")
    assert await said(ask, command) == ()


@pytest.mark.parametrize("command", ["status", "list"])
async def test_a_token_that_is_refused_is_told_of(ask, store: Store, command: str) -> None:
    await ask("subscribe knitting")
    await store.pause_lane(LANE, reason="invalid_auth")
    (trouble,) = await said(ask, command)
    assert trouble.startswith("Nothing can be posted here: invalid_auth. Whoever runs the bot")


@pytest.mark.parametrize("command", ["status", "list"])
async def test_what_waits_for_a_person_and_what_was_given_up_is_told_of(
    ask, store: Store, context: Context, command: str
) -> None:
    await ask("subscribe knitting")
    it = await planned(store, context)
    await does(store, Claim(delivery_id=it, at=context.now()), Hold(delivery_id=it, error=GONE))
    (trouble,) = await said(ask, command)
    assert trouble.startswith(f"1 message waits for somebody to look: {GONE}")
    (key,) = [one.key for one in await store.deliveries()]
    await store.replay(key, context.now())
    await does(store, Bury(delivery_id=it, error="It is too long."))
    (trouble,) = await said(ask, command)
    assert trouble.startswith(
        "1 message was given up: It is too long. Whoever runs the bot can send it again"
    )
    assert key in trouble


async def test_resuming_a_channel_that_was_gone_sends_what_was_held(
    ask, store: Store, context: Context
) -> None:
    await ask("subscribe knitting")
    it = await planned(store, context)
    await does(store, Hold(delivery_id=it, error=GONE, pause=True))
    reply = await ask("status")
    assert reply.channel.destination.paused_reason == GONE
    assert isinstance(await ask("resume"), Notice)
    assert [one.id for one in await store.ready(LANE, context.now())] == [it]
    assert await said(ask, "status") == ()


@pytest.mark.parametrize("act", ["move #elsewhere", "edit 1 weaving"])
async def test_moving_or_editing_a_channel_that_was_gone_resumes_it(
    ask, store: Store, context: Context, act: str
) -> None:
    await ask("subscribe knitting")
    it = await planned(store, context)
    await does(store, Hold(delivery_id=it, error=GONE, pause=True))
    await ask(act)
    (home,) = await store.destinations()
    assert not home.paused
    assert [one.id for one in await store.ready(LANE, context.now())] == [it]


async def test_moving_a_channel_that_somebody_paused_leaves_it_paused(ask, store: Store) -> None:
    await ask("subscribe knitting")
    await ask("pause")
    await ask("move #elsewhere")
    (home,) = await store.destinations()
    assert home.paused
