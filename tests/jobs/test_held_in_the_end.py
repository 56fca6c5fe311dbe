"""A message nobody can tell about: somebody is told, and its channel goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.delivery import SlotState, Status
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def _held(town):
    home = await town.channel()
    await town.lists(1)
    town.chat.loses_answers(2).cannot_be_asked()
    await town.at(NINE)
    for _ in range(3):
        town.clock.advance(SETTLE + timedelta(seconds=1))
        await town.deliver()
    (one,) = await town.store.deliveries()
    assert (one.status, one.repeated) == (Status.HELD, True)
    return home, one


async def test_somebody_is_told_once_and_how_to_go_on(town) -> None:
    home, one = await _held(town)
    (told,) = await town.store.notices()
    assert "#crafts" in told.text
    assert told.person == "ada"
    assert f"deliveries replay {one.key}" in told.text
    assert not await town.store.is_cut_off(home.id)
    assert not (await town.store.destination_by_id(home.id)).paused


async def test_when_its_window_closes_later_digests_go_out_and_its_papers_do_not_come_again(town) -> None:
    home, one = await _held(town)
    assert await town.store.next_moment(town.clock.now()) == NINE + 12 * HOUR
    await town.at(NINE + 13 * HOUR)
    slot = await town.store.slot_by_id(one.slot_id)
    assert slot.state is SlotState.SKIPPED
    assert slot.reason == "late; what may have been seen is not shown again"
    await town.lists(2)
    await town.at(NINE + DAY)
    assert town.chat.titles() == ["knitting 1", "knitting 1", "knitting 2"]
    assert len((await town.store.shown([home.id]))[home.id]) == 2
