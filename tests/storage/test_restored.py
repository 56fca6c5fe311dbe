"""Marking a store that was put back, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.delivery import RESTORED, SlotState, Status
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW


async def test_what_is_under_way_ends_and_stays_reserved(
    store: Store, make_destination, make_plan, papers
) -> None:
    home = await make_destination()
    slot = await store.plan(make_plan(home))
    aside = await store.mark_restored(SAMPLE_NOW)
    assert (aside.slots, aside.messages, aside.papers) == (1, 1, len(papers))
    ended = await store.slot_by_id(slot.id)
    assert (ended.state, ended.reason) == (SlotState.SKIPPED, RESTORED)
    assert [one.status for one in await store.deliveries()] == [Status.CANCELLED]
    assert (await store.shown([home.id]))[home.id]


async def test_papers_that_are_out_come_no_more_by_themselves(store: Store, papers) -> None:
    since = SAMPLE_NOW.date() - timedelta(days=14)
    assert await store.window(listed_since=since, seen_before=SAMPLE_NOW)
    await store.mark_restored(SAMPLE_NOW)
    assert await store.window(listed_since=since, seen_before=SAMPLE_NOW) == ()
    assert await store.window(listed_since=since, seen_before=SAMPLE_NOW, include_backfill=True)


async def test_it_is_remembered_when_it_last_happened(store: Store) -> None:
    assert await store.restored_at() is None
    for hours in (1, 30, 2):
        await store.mark_restored(SAMPLE_NOW + timedelta(hours=hours))
    assert await store.restored_at() == SAMPLE_NOW + timedelta(hours=30)
    await store.prune(SAMPLE_NOW + timedelta(days=400))
    assert await store.restored_at() is not None
