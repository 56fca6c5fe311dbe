import asyncio
from datetime import UTC, datetime, timedelta

import pytest

import jobs.rounds as rounds_module
from bot.errors import StoreBusy
from bot.testing.fake_engine import FakeEngine

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def due(town):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)


async def test_a_tick_that_never_came_is_made_up_for_by_the_next(town, rounds):
    await due(town)
    town.clock.advance(5 * HOUR)  # every tick since nine was lost
    for _ in range(2):
        await rounds.tick()
        await town.deliver()
        town.clock.advance(MINUTE)
    assert town.chat.titles() == ["knitting 1"]


async def test_of_several_processes_one_plans_a_minute_and_wakes_its_lanes(town, process):
    await due(town)
    first, second = process(FakeEngine()), process(FakeEngine())
    await asyncio.gather(first.tick(), second.tick())
    assert len(await town.store.deliveries()) == 1
    assert [("lane", "fake:w")] in (first.engine.woken, second.engine.woken)


async def test_what_the_minute_s_winner_left_is_planned_by_the_next(town, process):
    await due(town)
    dead, alive = process(FakeEngine()), process(FakeEngine())
    assert await dead._is_mine("plan", "2026-06-01T09:00")  # and then it died
    await alive.tick()
    assert await town.store.deliveries() == ()
    town.clock.advance(MINUTE)
    await alive.tick()
    assert len(await town.store.deliveries()) == 1


async def test_a_busy_store_does_not_cost_the_minute(town, process, monkeypatch):
    await due(town)
    monkeypatch.setattr("jobs.rounds.BUSY_SECONDS", 0.0)
    plan, tries = rounds_module.plan_due, []

    async def busy_at_first(store, **given):
        tries.append(1)
        if len(tries) < 3:
            raise StoreBusy("busy")
        return await plan(store, **given)

    monkeypatch.setattr(rounds_module, "plan_due", busy_at_first)
    await process(FakeEngine()).tick()
    assert len(await town.store.deliveries()) == 1


async def test_minutes_a_clock_once_ahead_took_keep_nobody_from_planning(town, process):
    await due(town)
    for minute in range(10):
        await process()._is_mine("plan", f"2026-06-01T09:{minute:02}")
    town.clock.advance(5 * MINUTE)
    await process(FakeEngine()).tick()
    assert len(await town.store.deliveries()) == 1


async def test_hours_a_clock_once_ahead_took_keep_nobody_from_fetching(town, process):
    town.clock.step(timedelta(hours=26))
    await process(FakeEngine()).wake_sources()
    town.clock.step(timedelta(hours=-26))
    rounds = process(FakeEngine())
    await rounds.put_right()
    town.clock.step(timedelta(hours=26))
    await rounds.wake_sources()
    assert ("ingest", "huggingface", "arxiv") in rounds.engine.woken


async def test_each_source_is_woken_once_an_interval_over_all_processes(town, process):
    town.clock.move_to(NINE)
    first, second = process(FakeEngine()), process(FakeEngine())
    for one in (first, second, first):
        await one.wake_sources()
    assert first.engine.woken + second.engine.woken == [("ingest", "huggingface", "arxiv")]
    town.clock.advance(HOUR)
    await second.wake_sources()
    assert second.engine.woken == [("ingest", "huggingface", "arxiv")]


async def test_only_the_source_that_was_woken_is_asked(town, rounds, source):
    assert not await rounds.fetch("arxiv")
    assert (await town.store.counts())["papers"] == 0
    assert not await rounds.fetch("huggingface")
    assert (await town.store.counts())["papers"] == 1


async def test_how_long_each_source_took_is_told(process):
    took: dict[str, float] = {}
    await process(took=took.__setitem__).fetch("huggingface")
    assert took == {"huggingface": 0.0}  # no time passes in a test


async def test_nothing_starts_while_the_bot_stops(town, rounds):
    await rounds.finish()
    rounds.start("tick", rounds.tick)
    assert rounds._running == {}
    assert await rounds.fetch("huggingface"), "another process may ask it"


async def test_a_failing_job_is_logged_and_runs_again(town, rounds):
    runs = []

    async def fails():
        runs.append(1)
        raise StoreBusy("busy") if len(runs) == 1 else ZeroDivisionError

    for count in (1, 2):
        rounds.start("job", fails)
        await asyncio.gather(*rounds._running.values())
        assert len(runs) == count


async def test_a_job_that_still_runs_is_not_started_again(rounds):
    started, go = [], asyncio.Event()

    async def slow():
        started.append(1)
        await go.wait()

    rounds.start("job", slow)
    await asyncio.sleep(0)
    rounds.start("job", slow)
    go.set()
    await rounds.finish()
    assert started == [1]


async def test_pruning_is_asked_for_once_an_hour_and_done_once_a_day(town, process, monkeypatch):
    pruned = []

    async def counted(store, *, clock, keep_days):
        pruned.append(clock.now().date())

    monkeypatch.setattr("jobs.rounds.prune", counted)
    rounds = process(FakeEngine())
    for hours in (0, 0, 1, 24):
        town.clock.advance(timedelta(hours=hours))
        await rounds.put_right()
    assert [kind for kind, _ in rounds.engine.woken] == ["prune"] * 3
    for _, day in rounds.engine.woken[:2]:
        await rounds.tidy(day)
    assert len(pruned) == 1


async def test_old_deliveries_are_pruned_and_what_was_shown_is_not(town, rounds):
    channel = await town.channel()
    await town.lists(1)
    await town.at(NINE)
    town.clock.advance(timedelta(days=40))
    await rounds.tidy("today")
    assert await town.store.deliveries() == ()
    assert len((await town.store.shown([channel.id]))[channel.id]) == 1


async def test_a_pruning_that_failed_is_tried_again_the_same_day(town, rounds, monkeypatch):
    tries = []

    async def busy_at_first(store, *, clock, keep_days):
        tries.append(clock.now())
        if len(tries) == 1:
            raise StoreBusy("busy")

    monkeypatch.setattr("jobs.rounds.prune", busy_at_first)
    with pytest.raises(StoreBusy):
        await rounds.tidy("today")
    await rounds.tidy("today")
    await rounds.tidy("today")
    assert len(tries) == 2


async def test_what_a_clock_once_ahead_left_is_put_right(town, rounds):
    channel = await town.channel()
    far = town.clock.now() + timedelta(days=365)
    await town.store.update_destination(channel.id, next_due_at=far)
    await rounds.put_right()
    assert (await town.store.destination_by_id(channel.id)).next_due_at < town.clock.now() + timedelta(days=2)
