from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from bot.domain.subscription import WEEKDAYS, Address, Schedule
from bot.errors import NotFound, UserError
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

HOME = Address(platform="console", workspace="local", channel="terminal")
MakeDestination = Callable[..., Any]


async def test_a_destination_is_made_once_and_then_returned_as_it_is(
    store: Store, make_destination: MakeDestination
) -> None:
    first = await make_destination(name="first")
    again = await make_destination(name="second", schedule=Schedule(at=time(7, 0)))
    assert again == first
    assert again.name == "first"
    assert await store.destinations() == (first,)


async def test_every_part_of_a_destination_comes_back_as_it_was_given(
    store: Store, make_destination: MakeDestination
) -> None:
    schedule = Schedule(at=time(23, 45), tz="Asia/Kathmandu", days=WEEKDAYS)
    made = await make_destination("slack", "T01", "C07", name="#ml", schedule=schedule)
    found = await store.destination(Address(platform="slack", workspace="T01", channel="C07"))
    assert found == made == await store.destination_by_id(made.id)
    assert (made.schedule, made.name, made.next_due_at, made.created_at) == (
        schedule,
        "#ml",
        SAMPLE_NOW,
        SAMPLE_NOW,
    )


async def test_an_unknown_address_is_no_destination(store: Store) -> None:
    assert await store.destination(HOME) is None
    assert await store.destination_by_id(7) is None


async def test_only_what_is_given_changes(store: Store, make_destination: MakeDestination) -> None:
    home = await make_destination()
    later = SAMPLE_NOW + timedelta(days=1)
    changed = await store.update_destination(home.id, max_papers=3, note_empty=True, next_due_at=later)
    assert (changed.max_papers, changed.note_empty, changed.next_due_at) == (3, True, later)
    assert (changed.name, changed.schedule, changed.paused) == (home.name, home.schedule, False)


async def test_resuming_forgets_why_it_was_paused(store: Store, make_destination: MakeDestination) -> None:
    home = await make_destination()
    paused = await store.update_destination(home.id, paused=True, paused_reason="the channel is archived")
    assert (paused.paused, paused.paused_reason) == (True, "the channel is archived")
    resumed = await store.update_destination(home.id, paused=False)
    assert (resumed.paused, resumed.paused_reason) == (False, "")


async def test_a_destination_moves_within_its_workspace_only(
    store: Store, make_destination: MakeDestination
) -> None:
    home = await make_destination("slack", "T01", "C01")
    await make_destination("slack", "T01", "C02")
    moved = await store.update_destination(
        home.id, address=Address(platform="slack", workspace="T01", channel="C09")
    )
    assert moved.address.channel == "C09"
    with pytest.raises(UserError, match="already"):
        await store.update_destination(
            home.id, address=Address(platform="slack", workspace="T01", channel="C02")
        )
    with pytest.raises(ValueError, match="stays in its workspace"):
        await store.update_destination(
            home.id, address=Address(platform="slack", workspace="T02", channel="C02")
        )


async def test_changing_a_destination_that_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.update_destination(5, max_papers=3)


async def test_due_are_those_whose_time_has_come_and_who_are_not_paused(
    store: Store, make_destination: MakeDestination
) -> None:
    late = await make_destination(channel="late", next_due_at=SAMPLE_NOW - timedelta(hours=2))
    now = await make_destination(channel="now")
    await make_destination(channel="later", next_due_at=SAMPLE_NOW + timedelta(seconds=1))
    await make_destination(channel="never", next_due_at=None)
    paused = await make_destination(channel="paused")
    await store.update_destination(paused.id, paused=True)
    assert [one.id for one in await store.due(SAMPLE_NOW)] == [late.id, now.id]
    assert [one.id for one in await store.due(SAMPLE_NOW, limit=1)] == [late.id]
    assert await store.next_due() == SAMPLE_NOW - timedelta(hours=2)


async def test_destinations_are_listed_by_workspace_and_platform(
    store: Store, make_destination: MakeDestination
) -> None:
    one = await make_destination("slack", "T01", "C01")
    two = await make_destination("slack", "T02", "C01")
    three = await make_destination("discord", "T01", "C01")
    assert await store.destinations(workspace="T01") == (one, three)
    assert await store.destinations(platform="slack") == (one, two)
    assert await store.destinations(workspace="T01", platform="discord") == (three,)


async def test_a_clock_that_was_ahead_once_does_not_silence_a_channel(
    store: Store, make_destination: MakeDestination
) -> None:
    ahead, right = SAMPLE_NOW + timedelta(days=365), SAMPLE_NOW + timedelta(days=3)
    lost = await make_destination(next_due_at=ahead)
    fine = await make_destination("slack", "T01", "C07", next_due_at=right)
    nowhere = await make_destination(
        "slack", "T01", "C08", next_due_at=ahead, schedule=Schedule(tz="Nowhere/Else")
    )
    assert await store.regain_due(SAMPLE_NOW) == 1
    due = {one.id: one.next_due_at for one in await store.destinations()}
    assert due == {lost.id: SAMPLE_NOW.replace(hour=7), fine.id: right, nowhere.id: ahead}
    assert await store.regain_due(SAMPLE_NOW) == 0
