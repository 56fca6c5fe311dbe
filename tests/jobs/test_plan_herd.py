"""A crowd due in the same minute is planned whole, and every promise holds for every one of them."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.bench.herd import DAY, NIGHT, NINE, Herd, day_of_papers, gather
from bot.storage import tables as t
from bot.storage.folded import unpacked
from bot.testing.clock import FakeClock
from jobs.crash import CrashPoint
from jobs.plan import BATCH, PlanReport, plan_due

SMALL = Herd(lanes=6, channels=150, texts=200, papers=60)


async def numbers(store, query):
    return await store.database.read(lambda db: [tuple(row) for row in db.execute(query)])


async def count(store, table, *conditions):
    ((found,),) = await numbers(store, select(func.count()).select_from(table).where(*conditions))
    return found


async def check_one_day(store, herd, report):
    assert (report.planned + report.empty, report.failed, report.skipped) == (herd.destinations, 0, 0)
    assert await count(store, t.slot, t.slot.c.slot_key == DAY.isoformat()) == herd.destinations
    assert await count(store, t.delivery) == report.planned
    assert await count(store, t.destination, t.destination.c.next_due_at == NINE + timedelta(days=1)) == (
        herd.destinations
    )
    await check_digests(store)
    assert await plan_due(store, clock=FakeClock(NINE)) == PlanReport()


async def check_digests(store):
    """What each digest shows and folds is what is reserved for its slot, and nothing else is."""
    slots = await numbers(store, select(t.slot.c.id, t.slot.c.state, t.slot.c.folded).order_by(t.slot.c.id))
    for start in range(0, len(slots), 1_000):
        some = {number: (state, folded) for number, state, folded in slots[start : start + 1_000]}
        first, last = min(some), max(some)
        rows = await numbers(
            store,
            select(t.shown.c.slot_id, t.shown.c.paper_id).where(t.shown.c.slot_id.between(first, last)),
        )
        shown = {number: set() for number in some}
        for number, paper in rows:
            shown[number].add(paper)
        for number, digest in (await store.digests(list(some))).items():
            state, folded = some[number]
            assert {pick.paper.id for pick in digest.picks} == shown[number]
            assert {one.paper_id for one in digest.folded} == set(unpacked(folded))
            assert digest.matched == len(shown[number] | set(unpacked(folded))) + len(digest.deferred)
            assert (state == "open") == bool(shown[number])


async def test_a_crowd_is_planned_whole(store):
    await gather(store, SMALL)
    await check_one_day(store, SMALL, await plan_due(store, clock=FakeClock(NINE)))


async def test_the_next_day_brings_the_crowd_only_what_is_new(store):
    await gather(store, SMALL)
    await plan_due(store, clock=FakeClock(NINE))
    tomorrow = day_of_papers(SMALL, DAY + timedelta(days=1))
    await store.add_batch(tomorrow, now=NIGHT + timedelta(days=1))
    report = await plan_due(store, clock=FakeClock(NINE + timedelta(days=1)))
    assert report.planned > SMALL.destinations / 2
    await check_digests(store)
    twice = select(t.shown.c.destination_id).group_by(t.shown.c.destination_id, t.shown.c.paper_id)
    assert await numbers(store, twice.having(func.count() > 1)) == []
    for (home,) in await numbers(store, select(t.destination.c.id).limit(100)):
        digests = await store.digests([slot.id for slot in await store.slots(home)])
        seen = [
            paper
            for digest in digests.values()
            for paper in (*(pick.paper.id for pick in digest.picks), *(one.paper_id for one in digest.folded))
        ]
        assert len(seen) == len(set(seen))


@pytest.mark.slow
async def test_racing_planners_of_a_crowd_plan_everybody_once(store):
    await gather(store, SMALL)
    reports = await asyncio.gather(*(plan_due(store, clock=FakeClock(NINE)) for _ in range(3)))
    assert sum(report.planned + report.empty for report in reports) == SMALL.destinations
    assert await count(store, t.slot) == SMALL.destinations
    await check_digests(store)


@pytest.mark.parametrize("point", [CrashPoint.BEFORE_PLAN, CrashPoint.AFTER_PLAN])
async def test_a_planner_that_dies_between_two_batches_loses_and_doubles_nobody(store, point):
    class Killed(BaseException):
        pass

    seen = []

    def reached(at):
        seen.append(at)
        if seen.count(point) == 2:
            raise Killed

    assert SMALL.destinations > BATCH
    await gather(store, SMALL)
    with pytest.raises(Killed):
        await plan_due(store, clock=FakeClock(NINE), reached=reached)
    after = await plan_due(store, clock=FakeClock(NINE))
    before = await count(store, t.slot) - after.planned - after.empty
    assert before == (BATCH if point is CrashPoint.BEFORE_PLAN else SMALL.destinations)
    assert await count(store, t.slot) == SMALL.destinations
    await check_digests(store)


async def test_the_lanes_to_wake_are_those_with_something_to_send_at_once(store):
    await gather(store, SMALL)
    report = await plan_due(store, clock=FakeClock(NINE))
    assert report.lanes == {f"herd:w{number}" for number in range(SMALL.lanes)}


async def test_many_lanes_begin_spread_and_are_woken_when_their_time_comes(store):
    herd = Herd(lanes=300, channels=1, texts=20, papers=40)
    await gather(store, herd)
    report = await plan_due(store, clock=FakeClock(NINE), spread=timedelta(seconds=100))
    waits = await numbers(store, select(t.delivery.c.not_before))
    assert report.planned == len(waits)
    assert report.lanes == frozenset()
    assert all(NINE < begin <= NINE + timedelta(seconds=30) for (begin,) in waits)
    assert len(set(waits)) > len(waits) / 2


@pytest.mark.parametrize(
    "store",
    [pytest.param("sqlite", marks=pytest.mark.slow), pytest.param("postgres", marks=pytest.mark.soak)],
    indirect=True,
)
async def test_a_hundred_thousand_are_planned_whole(store):
    herd = Herd()
    await gather(store, herd)
    await check_one_day(store, herd, await plan_due(store, clock=FakeClock(NINE)))
