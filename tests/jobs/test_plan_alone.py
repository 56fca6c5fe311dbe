"""A destination that cannot be planned is its own trouble."""

from datetime import UTC, datetime

import pytest

import jobs.plan
from bot.compose import Composer
from bot.errors import StoreBusy
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
        several = given if isinstance(given, list) else [given]
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
    breaks(monkeypatch, type(town.store), "plan", due[0], ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(planned=2, failed=1)


async def test_a_busy_store_is_everybodys_and_ends_the_run(town, due, monkeypatch):
    breaks(monkeypatch, type(town.store), "plan", due[0], StoreBusy("busy"))
    with pytest.raises(StoreBusy):
        await town.plan()


async def test_many_that_cannot_be_planned_take_nobodys_place(town, due, monkeypatch):
    monkeypatch.setattr(jobs.plan, "BATCH", 1)
    breaks(monkeypatch, Composer, "digest", due[0], ZeroDivisionError("a bug"))
    assert await town.plan() == PlanReport(planned=2, failed=1)
