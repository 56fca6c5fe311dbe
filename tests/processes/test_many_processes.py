"""Four processes on one PostgreSQL: one frozen for a minute, one killed; nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime

import psycopg
import pytest

pytestmark = pytest.mark.slow

FROZEN_SECONDS = 60.0
RESUMED_WITHIN = 60.0
FEW = 3  # lanes


async def lanes_of(url: str, owner: str) -> set[str]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        found = await connection.execute("SELECT id FROM lane WHERE owner = %s", [owner])
        return {row[0] for row in await found.fetchall()}


async def shared_out(fleet) -> dict[str, set[str]]:
    """The lanes of each process, once each has a few: a turn takes 30 s at most, and then lanes change hands."""
    owned: dict[str, set[str]] = {}

    async def each_has_a_few() -> bool:
        owned.update({worker.owner: await lanes_of(fleet.url, worker.owner) for worker in fleet.workers})
        return min(map(len, owned.values())) >= FEW

    await fleet.until(each_has_a_few, seconds=180)
    fleet.note(f"lanes by process: {sorted(map(len, owned.values()))}")
    return owned


async def test_one_is_frozen_for_a_minute_and_one_is_killed(fleet) -> None:
    workers = [await fleet.start(rate=0.2, lease=None) for _ in range(4)]
    await fleet.settle_in(lanes=50, channels=20)  # whoever wins the next minute plans it
    await fleet.until_sent(50)
    owned = await shared_out(fleet)
    busiest = sorted(workers, key=lambda worker: -len(owned[worker.owner]))
    frozen, killed = busiest[0], busiest[1]
    frozen.send(signal.SIGSTOP)
    left, died = await lanes_of(fleet.url, killed.owner), datetime.now(UTC)
    await killed.end(signal.SIGKILL)
    await asyncio.sleep(FROZEN_SECONDS)
    frozen.send(signal.SIGCONT)
    await fleet.until_over()
    verdict = await fleet.verdict()
    assert len(await fleet.ledger()) == len(fleet.channels) == 1000
    assert (verdict.lost, verdict.repeated, verdict.marked, verdict.overtaken) == ((), (), (), ())
    pauses = await resumed(fleet, left, died)
    fleet.note(
        f"lanes of the killed process: {len(left)}, resumed after at most {max(pauses.values()):.1f} s"
    )
    assert max(pauses.values()) <= RESUMED_WITHIN
    ends = [await worker.end() for worker in workers if worker is not killed]
    assert ends == [0, 0, 0]


async def resumed(fleet, lanes: set[str], died: datetime) -> dict[str, float]:
    """How long each of these lanes was silent, by the ledger's own times."""
    pauses: dict[str, float] = {}
    for one in await fleet.ledger():
        if one.lane_id in lanes and one.sent_at and one.sent_at > died:
            pause = (one.sent_at - died).total_seconds()
            pauses[one.lane_id] = min(pause, pauses.get(one.lane_id, pause))
    return pauses


async def test_each_role_does_its_part(fleet) -> None:
    await fleet.settle_in(lanes=10, channels=5)
    for role in ("worker", "gateway", "worker", "scheduler"):
        await fleet.start(role=role, rate=50.0)
    await fleet.until_over(seconds=90)
    assert (await fleet.verdict()).kept
    assert [await worker.end() for worker in fleet.workers] == [0, 0, 0, 0]
