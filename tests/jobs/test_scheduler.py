import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.testing.fake_engine import FakeEngine
from bot.testing.fake_source import FakeSource
from jobs.engines.embedded import EmbeddedEngine
from jobs.scheduler import run_schedule

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def until(true, *, tries=24_000):
    for _ in range(tries):
        if await true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


async def running(rounds, **options) -> asyncio.Task:
    return asyncio.create_task(run_schedule(rounds, **options))


async def stopped(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def due(town):
    await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)


async def test_what_is_due_at_the_start_is_sent_at_once_and_stopping_leaves_nothing_behind(town, rounds):
    await due(town)
    before = asyncio.all_tasks()
    task = await running(rounds)

    async def sent():
        return town.chat.sent != []

    await until(sent)
    await stopped(task)
    assert asyncio.all_tasks() == before
    assert town.chat.titles() == ["knitting 1"]


async def test_the_ticker_itself_wakes_the_jobs(town, process):
    task = await running(process(ingest_every=timedelta(seconds=1)))

    async def ingested():
        return (await town.store.counts())["papers"] == 1

    await until(ingested)
    await stopped(task)


async def test_a_process_that_only_plans_sends_nothing(town, process):
    await due(town)
    task = await running(process(FakeEngine()), works=False)

    async def planned():
        return await town.store.deliveries() != ()

    await until(planned)
    await stopped(task)
    assert town.chat.sent == []


async def test_a_process_that_only_works_plans_nothing_and_sends_what_others_planned(town, rounds):
    await due(town)
    task = await running(rounds, plans=False)
    await asyncio.sleep(0.1)
    assert await town.store.deliveries() == ()
    await town.plan()  # by a process whose wake-up is lost

    async def sent():
        return town.chat.sent != []

    await until(sent)
    await stopped(task)


async def test_an_engine_or_a_sender_that_dies_is_started_again(town, process, monkeypatch):
    monkeypatch.setattr("jobs.tasks.RESTART_SECONDS", 0.01)
    await due(town)

    class Mortal(EmbeddedEngine):
        lives = 0

        async def run(self, stop):
            self.lives += 1
            if self.lives == 1:
                raise ZeroDivisionError
            await super().run(stop)

    rounds = process(Mortal())
    task = await running(rounds)

    async def sent():
        return town.chat.sent != []

    await until(sent)
    await stopped(task)
    assert rounds.engine.lives == 2


async def test_a_slow_platform_delays_no_planning(town, rounds):
    await due(town)
    sending, go, send, keys = asyncio.Event(), asyncio.Event(), town.chat.send, []

    async def slow_send(part, *, key):
        keys.append(key)
        sending.set()
        await go.wait()
        return await send(part, key=key)

    town.chat.send = slow_send
    task = await running(rounds)
    await asyncio.wait_for(sending.wait(), timeout=120)
    town.clock.step(timedelta(days=1))
    await town.lists(2)
    await rounds.tick()
    assert len(await town.store.deliveries()) == 2, "the next day was planned while the first was being sent"
    assert len(keys) == 1
    go.set()

    async def both():
        return town.chat.titles() == ["knitting 1", "knitting 2"]

    await until(both)
    await stopped(task)


async def test_a_source_that_is_being_asked_when_the_bot_stops_keeps_nobody_waiting(town, process):
    asked = asyncio.Event()

    class Stalls(FakeSource):
        async def fetch(self, *, since):
            asked.set()
            await asyncio.Event().wait()
            yield

    rounds = process(ingest_every=timedelta(seconds=1))

    async def stalled():
        return (Stalls(name="huggingface"),)

    rounds.sources = stalled
    task = await running(rounds)
    await asyncio.wait_for(asked.wait(), timeout=120)
    async with asyncio.timeout(120):
        await stopped(task)


async def test_a_message_being_sent_when_the_bot_stops_is_finished(town, rounds):
    await due(town)
    sending, send = asyncio.Event(), town.chat.send

    async def slow_send(part, *, key):
        sending.set()
        await asyncio.sleep(0.05)
        return await send(part, key=key)

    town.chat.send = slow_send
    task = await running(rounds)
    await asyncio.wait_for(sending.wait(), timeout=120)
    await stopped(task)
    (delivery,) = await town.store.deliveries()
    assert delivery.status.value == "sent"
