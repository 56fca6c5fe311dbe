"""A destination that cannot be planned is its own trouble."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete

import jobs.plan
from bot.compose import Composer
from bot.domain.delivery import SlotState
from bot.errors import StoreBusy
from bot.storage import tables as t
from jobs.plan import PlanReport

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
async def due(town):
    """Three channels that are due, the first of them trouble."""
    made = [await town.channel(name) for name in ("trouble", "crafts", "looms")]
    await town.lists(1)
    town.clock.move_to(NINE)
    return made


def breaks(monkeypatch, owner, name, trouble, error):
    """Have a method raise whenever it is called for the destination that is trouble."""
    real = getattr(owner, name)

    def broken(self, given, *args, **changes):
        several = given if isinstance(given, list | tuple) else [given]
        if any(getattr(one, "destination_id", one) in {trouble, trouble.id} for one in several):
            raise error
        return real(self, given, *args, **changes)

    monkeypatch.setattr(owner, name, broken)


@pytest.mark.parametrize(("owner", "name"), [(Composer, "digest"), (Composer, "meet")])
async def test_what_cannot_be_composed_stops_no_other(town, due, monkeypatch, owner, name):
    breaks(monkeypatch, owner, name, due[0], ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(planned=2, failed=1)
    await town.deliver()
    assert {message.channel for message in town.chat.sent} == {"crafts", "looms"}
    assert (await town.store.destination_by_id(due[0].id)).next_due_at == NINE


async def test_what_cannot_be_written_stops_no_other(town, due, monkeypatch):
    breaks(monkeypatch, type(town.store), "plan_many", due[0], ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(planned=2, failed=1)


async def test_a_busy_store_is_everybodys_and_ends_the_run(town, due, monkeypatch):
    breaks(monkeypatch, type(town.store), "plan_many", due[0], StoreBusy("busy"))
    with pytest.raises(StoreBusy):
        await town.plan()


async def test_many_that_cannot_be_planned_take_nobodys_place(town, due, monkeypatch):
    monkeypatch.setattr(jobs.plan, "BATCH", 1)
    breaks(monkeypatch, Composer, "digest", due[0], ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(planned=2, failed=1)


async def test_what_cannot_be_skipped_stops_no_other(town, monkeypatch):
    trouble, other = [await town.channel(name) for name in ("trouble", "crafts")]
    town.clock.move_to(NINE + timedelta(hours=13))
    breaks(monkeypatch, type(town.store), "plan_many", trouble, ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(skipped=1, failed=1)
    assert (await town.store.destination_by_id(trouble.id)).next_due_at == NINE
    assert [slot.state for slot in await town.store.slots(other.id)] == [SlotState.SKIPPED]


async def test_a_paper_that_goes_while_a_batch_is_planned_fails_only_who_shows_it(town, due, monkeypatch):
    other = await town.channel("weavers", queries=("weaving",), at=time(8))
    await town.lists(2, word="weaving")
    real = type(town.store).plan_many

    async def merged_meanwhile(self, plans, **changes):
        first = plans[0].digest.picks[0].paper.id if plans[0].destination_id == other.id else None
        if first:
            await self.database.write(lambda db: db.execute(delete(t.paper).where(t.paper.c.id == first)))
        return await real(self, plans, **changes)

    monkeypatch.setattr(type(town.store), "plan_many", merged_meanwhile)
    town.clock.advance(timedelta(days=1))
    report = await town.plan()
    assert report.failed == 1
    assert report.planned == 3
