"""What every engine on every database comes through: lost 0, repeated 0, out of order 0."""

from __future__ import annotations

import asyncio
import signal
import sqlite3

import pytest

pytestmark = pytest.mark.slow

LANES, CHANNELS, PARTS = 20, 10, 2
ALL = LANES * CHANNELS * PARTS
FROZEN_SECONDS, AWAY_SECONDS = 35.0, 3.0


@pytest.fixture
def fleet(conforming):
    return conforming


async def started(fleet, **options) -> None:
    """As many processes as the database is for."""
    await fleet.settle_in(lanes=LANES, channels=CHANNELS, papers=PARTS)
    for _ in range(1 if fleet.is_one_file else 2):
        await fleet.start(**options)


async def nothing_amiss(fleet) -> None:
    await fleet.until_over()
    verdict = await fleet.verdict()
    assert len(await fleet.ledger()) == ALL
    assert (verdict.lost, verdict.repeated, verdict.marked, verdict.overtaken) == ((), (), (), ())


async def test_at_full_speed(fleet) -> None:
    await started(fleet, rate=1000.0)
    await nothing_amiss(fleet)
    ticks = [message.tick for message in fleet.platform.messages]
    fleet.note(f"{ALL / (max(ticks) - min(ticks)):,.0f} messages/s from the first to the last")


async def test_a_process_is_killed(fleet) -> None:
    await started(fleet)
    await fleet.until_sent(ALL / 5)
    await fleet.workers[0].end(signal.SIGKILL)
    await fleet.start()
    await nothing_amiss(fleet)


async def test_a_process_is_frozen(fleet) -> None:
    await started(fleet)
    await fleet.until_sent(ALL / 5)
    fleet.workers[0].send(signal.SIGSTOP)
    await asyncio.sleep(FROZEN_SECONDS)
    fleet.workers[0].send(signal.SIGCONT)
    await nothing_amiss(fleet)


async def test_the_database_is_away(fleet) -> None:
    await started(fleet)
    await fleet.until_sent(ALL / 5)
    await away(fleet)
    await nothing_amiss(fleet)


async def test_one_process_after_the_other_is_replaced(fleet) -> None:
    await started(fleet)
    for number, worker in enumerate(tuple(fleet.workers), start=1):
        await fleet.until_sent(ALL * number / 5)
        if fleet.is_one_file:
            assert await worker.end() == 0
        await fleet.start()
        assert await worker.end() == 0
    await nothing_amiss(fleet)


async def test_half_of_all_wake_ups_are_lost(fleet) -> None:
    await started(fleet, lose=7)
    await nothing_amiss(fleet)


async def away(fleet) -> None:
    """Stop PostgreSQL for a while, or keep everybody else out of the file."""
    if fleet.server is not None:
        await fleet.server.away(AWAY_SECONDS)
        return
    other = sqlite3.connect(fleet.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    await asyncio.sleep(AWAY_SECONDS)
    other.execute("COMMIT")
    other.close()
