"""A channel that wants nothing any more gets nothing that was waiting for it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.delivery import SlotState, Status

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


async def _due(town, *queries: str):
    home = await town.channel(queries=queries)
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return home, [one.id for one in (await town.store.subscriptions([home.id]))[home.id]]


async def test_the_last_subscription_takes_what_waits_with_it(town) -> None:
    home, ids = await _due(town, "knitting")
    await town.store.unsubscribe(home.id, ids)
    await town.deliver()
    assert town.chat.sent == []
    (one,) = await town.store.deliveries()
    slot = await town.store.slot_by_id(one.slot_id)
    assert (one.status, slot.state, slot.reason) == (Status.CANCELLED, SlotState.SKIPPED, "unsubscribed")
    assert await town.store.shown([home.id]) == {home.id: frozenset()}


async def test_while_another_is_left_what_waits_is_sent(town) -> None:
    home, (first, _) = await _due(town, "knitting", "scarves")
    await town.store.unsubscribe(home.id, [first])
    await town.deliver()
    assert town.chat.titles() == ["knitting 1"]


async def test_asking_to_remove_what_is_not_there_cancels_nothing(town) -> None:
    home, _ = await _due(town, "knitting")
    assert await town.store.unsubscribe(home.id, [999]) == ()
    await town.deliver()
    assert town.chat.titles() == ["knitting 1"]


async def test_what_may_be_there_is_still_looked_for(town) -> None:
    home, ids = await _due(town, "knitting")
    town.chat.loses_answers()
    await town.deliver()
    await town.store.unsubscribe(home.id, ids)
    (one,) = await town.store.deliveries()
    assert one.status is Status.UNCERTAIN
