import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import StoreBusy
from bot.testing.builders import make_batch, make_listing
from bot.testing.fake_source import FakeSource
from jobs.scheduler import Rounds, run_schedule

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def source():
    return FakeSource(name="huggingface").gives(make_batch(make_listing(1), day=date(2026, 6, 1)))


@pytest.fixture
def rounds(town, source):
    async def sources():
        return (source,)

    return Rounds(store=town.store, adapters={"fake": town.chat}, sources=sources, clock=town.clock)


async def until(true, *, tries=2_000):
    for _ in range(tries):
        if await true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


async def swept(rounds):
    await rounds._running["sweep"]


async def running(rounds, **options) -> asyncio.Task:
    return asyncio.create_task(run_schedule(rounds, **options))


async def stopped(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_is_due_at_the_start_is_sent_at_once_and_stopping_leaves_nothing_behind(town, rounds):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    before = asyncio.all_tasks()
    task = await running(rounds)

    async def sent():
        return town.chat.sent != []

    await until(sent)
    await stopped(task)
    assert asyncio.all_tasks() == before
    assert town.chat.titles() == ["knitting 1"]


async def test_the_ticker_itself_wakes_the_jobs(town, rounds):
    task = await running(rounds, ingest_every=timedelta(seconds=1))

    async def ingested():
        return (await town.store.counts())["papers"] == 1

    await until(ingested)
    await stopped(task)


async def test_a_tick_that_never_came_is_made_up_for_by_the_next(town, rounds):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE + timedelta(hours=5))  # every tick since nine was lost
    for _ in range(2):
        await rounds.tick()
        await swept(rounds)
    assert town.chat.titles() == ["knitting 1"]


async def test_a_slow_platform_delays_no_planning_and_gets_one_sweep_at_a_time(town, rounds):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    sending, go, send, sweeps = asyncio.Event(), asyncio.Event(), town.chat.send, []

    async def slow_send(part, *, key):
        sweeps.append(key)
        sending.set()
        await go.wait()
        return await send(part, key=key)

    town.chat.send = slow_send
    await rounds.tick()
    await sending.wait()
    town.clock.move_to(NINE + timedelta(days=1))
    await town.lists(2)
    await rounds.tick()
    assert len(await town.store.deliveries()) == 2, "the next day was planned while the first was being sent"
    await asyncio.sleep(0)
    assert len(sweeps) == 1
    go.set()
    await swept(rounds)
    assert town.chat.titles() == ["knitting 1", "knitting 2"]


async def test_a_tick_that_ends_while_the_bot_stops_starts_no_sweep(town, rounds):
    rounds.start("tick", rounds.tick)
    await rounds.finish()
    assert list(rounds._running) == ["tick"]


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


async def test_a_message_being_sent_when_the_bot_stops_is_finished(town, rounds):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    sending, send = asyncio.Event(), town.chat.send

    async def slow_send(part, *, key):
        sending.set()
        await asyncio.sleep(0.05)
        return await send(part, key=key)

    town.chat.send = slow_send
    task = await running(rounds)
    await sending.wait()
    await stopped(task)
    (delivery,) = await town.store.deliveries()
    assert delivery.status.value == "sent"


async def test_pruning_happens_once_a_day(town, rounds, monkeypatch):
    pruned = []

    async def counted(store, *, clock, keep_days):
        pruned.append(clock.now().date())

    monkeypatch.setattr("jobs.scheduler.prune", counted)
    for hours in (0, 1, 24):
        town.clock.advance(timedelta(hours=hours))
        await rounds.tidy()
    assert pruned == [date(2026, 6, 1), date(2026, 6, 2)]


async def test_what_was_being_sent_when_the_process_died_is_looked_into(town, rounds):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    await town.store.claim(town.clock.now())
    task = await running(rounds)

    async def uncertain():
        return await town.store.uncertain() != ()

    await until(uncertain)
    await stopped(task)


async def test_old_deliveries_are_pruned_and_what_was_shown_is_not(town, rounds):
    channel = await town.channel()
    await town.lists(1)
    await town.at(NINE)
    town.clock.advance(timedelta(days=40))
    await rounds.tidy()
    assert await town.store.deliveries() == ()
    assert len((await town.store.shown([channel.id]))[channel.id]) == 1


async def test_a_pruning_that_failed_is_tried_again_the_same_day(town, rounds, monkeypatch):
    tries = []

    async def busy_at_first(store, *, clock, keep_days):
        tries.append(clock.now())
        if len(tries) == 1:
            raise StoreBusy("busy")

    monkeypatch.setattr("jobs.scheduler.prune", busy_at_first)
    with pytest.raises(StoreBusy):
        await rounds.tidy()
    await rounds.tidy()
    await rounds.tidy()
    assert len(tries) == 2


async def test_what_a_clock_once_ahead_left_is_put_right(town, rounds):
    channel = await town.channel()
    far = town.clock.now() + timedelta(days=365)
    await town.store.update_destination(channel.id, next_due_at=far)
    await rounds.tidy()
    assert (await town.store.destination_by_id(channel.id)).next_due_at < town.clock.now() + timedelta(days=2)
