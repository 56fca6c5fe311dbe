"""How everything stands in numbers, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.delivery import Sent
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW


async def test_an_empty_installation_counts_nothing(store: Store) -> None:
    figures = await store.figures(SAMPLE_NOW)
    assert (figures.papers, figures.destinations, figures.last_run) == (0, 0, None)
    assert set(figures.slots.values()) == {0}
    assert (figures.parts, figures.lanes, figures.sources) == ({}, {}, {})
    assert figures.lateness.digests == 0


async def test_slots_messages_lanes_and_sources_are_counted(
    store: Store, make_destination, make_plan
) -> None:
    home = await make_destination()
    slot = await store.plan(make_plan(home))
    assert slot is not None
    figures = await store.figures(SAMPLE_NOW)
    assert figures.slots["open"] == 1
    assert figures.parts["console", "pending"] == 1
    assert figures.lanes == {"console": (1, 1)}
    assert figures.sources == {"huggingface": SAMPLE_NOW}
    assert (figures.papers, figures.destinations) == (6, 1)


async def test_lateness_is_that_of_the_last_days_digests(store: Store, make_destination, make_plan) -> None:
    home = await make_destination()
    await store.plan(make_plan(home, due_at=SAMPLE_NOW - timedelta(seconds=90)))
    (part,) = await store.ready("console:local", SAMPLE_NOW)
    await store.record([Sent(delivery_id=part.id, remote_id="m", at=SAMPLE_NOW)], owner="me")
    late = (await store.figures(SAMPLE_NOW)).lateness
    assert (late.half, late.most, late.last, late.digests) == (90.0, 90.0, 90.0, 1)
    assert (await store.figures(SAMPLE_NOW + timedelta(days=2))).lateness.digests == 0
