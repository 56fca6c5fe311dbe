"""What every engine promises: wake-ups run handlers, one at a time per key, and no failure stops another."""

from __future__ import annotations

import asyncio


async def test_a_wake_up_runs_its_handler(bench) -> None:
    engine = bench.noting(bench.engine())
    async with bench.running(engine):
        await engine.wake("lane", ["a", "b"])
        await bench.until(lambda: sorted(bench.ran) == ["a", "b"])


async def test_a_wake_up_before_the_start_is_kept(bench) -> None:
    engine = bench.noting(bench.engine())
    await engine.wake("lane", ["early"])
    async with bench.running(engine):
        await bench.until(lambda: bench.ran == ["early"])


async def test_each_kind_has_its_own_handler(bench) -> None:
    engine = bench.noting(bench.engine())
    tidied = []

    async def tidy(key: str) -> bool:
        tidied.append(key)
        return False

    engine.handler("prune", tidy)
    async with bench.running(engine):
        await engine.wake("prune", ["today"])
        await engine.wake("lane", ["a"])
        await bench.until(lambda: (tidied, bench.ran) == (["today"], ["a"]))


async def test_wake_ups_of_a_running_key_come_to_one_more_run(bench) -> None:
    engine, go, runs, at_once, most = bench.engine(), asyncio.Event(), [], 0, 0

    async def slow(key: str) -> bool:
        nonlocal at_once, most
        runs.append(key)
        at_once += 1
        most = max(most, at_once)
        await go.wait()
        at_once -= 1
        return False

    engine.handler("lane", slow)
    async with bench.running(engine):
        await engine.wake("lane", ["a"])
        await bench.until(lambda: runs == ["a"])
        for _ in range(20):
            await engine.wake("lane", ["a", "a"])
        await asyncio.sleep(0.2)
        go.set()
        await bench.until(lambda: runs == ["a", "a"])
        await asyncio.sleep(1.5)  # longer than anything polls: there is no third
        assert (runs, most) == (["a", "a"], 1)


async def test_a_handler_that_fails_stops_nobody_and_runs_again(bench) -> None:
    engine, runs = bench.engine(), []

    async def fails_at_first(key: str) -> bool:
        runs.append(key)
        if runs.count("bad") == 1 and key == "bad":
            raise ZeroDivisionError
        return False

    engine.handler("lane", fails_at_first)
    async with bench.running(engine):
        await engine.wake("lane", ["bad", "good"])
        await bench.until(lambda: sorted(runs) == ["bad", "good"])
        await engine.wake("lane", ["bad"])
        await bench.until(lambda: runs.count("bad") == 2)


async def test_what_has_more_to_do_goes_to_the_end_of_the_line(bench) -> None:
    engine, runs = bench.engine(lane=1), []

    async def three_turns(key: str) -> bool:
        runs.append(key)
        await asyncio.sleep(0.01)
        return runs.count(key) < 3

    engine.handler("lane", three_turns)
    await engine.wake("lane", ["a", "b"])
    async with bench.running(engine):
        await bench.until(lambda: len(runs) == 6)
    assert runs == ["a", "b"] * 3


async def test_no_more_handlers_of_a_kind_run_at_once_than_there_is_room_for(bench) -> None:
    engine, go, at_once, most, done = bench.engine(lane=3), asyncio.Event(), 0, 0, 0

    async def counted(_key: str) -> bool:
        nonlocal at_once, most, done
        at_once += 1
        most = max(most, at_once)
        await go.wait()
        at_once -= 1
        done += 1
        return False

    engine.handler("lane", counted)
    async with bench.running(engine):
        await engine.wake("lane", [str(number) for number in range(12)])
        await bench.until(lambda: at_once == 3)
        await asyncio.sleep(0.2)
        go.set()
        await bench.until(lambda: done == 12)
    assert most == 3


async def test_stopping_lets_what_runs_finish_and_begins_nothing(bench) -> None:
    engine, go, begun, ended = bench.engine(lane=1), asyncio.Event(), [], []

    async def slow(key: str) -> bool:
        begun.append(key)
        await go.wait()
        ended.append(key)
        return True

    engine.handler("lane", slow)
    async with bench.running(engine) as stop:
        await engine.wake("lane", ["a", "b"])
        await bench.until(lambda: begun == ["a"])
        stop.set()
        await asyncio.sleep(1.5)  # longer than a worker waits for its jobs
        assert ended == []
        go.set()
    assert (begun, ended) == (["a"], ["a"])


async def test_what_nobody_here_answers_breaks_nothing(bench) -> None:
    engine = bench.engine()
    async with bench.running(engine):
        await engine.wake("lane", ["a"])


async def test_a_sweep_makes_up_for_every_lost_wake_up(bench) -> None:
    engine, due, runs = bench.noting(bench.engine()), {"a", "b", "c"}, bench.ran

    async def sweep() -> None:
        while left := due - set(runs):
            await engine.wake("lane", sorted(left))
            await asyncio.sleep(0.05)

    async with bench.running(engine):  # all wake-ups so far were lost
        await asyncio.wait_for(sweep(), timeout=120)
    assert set(runs) == due


async def test_an_engine_that_ended_runs_handlers_when_it_is_started_again(bench) -> None:
    engine = bench.noting(bench.engine())
    for key in ("first", "second"):
        async with bench.running(engine):
            await engine.wake("lane", [key])
            await bench.until(lambda key=key: key in bench.ran)
