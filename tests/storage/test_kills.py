"""kill -9 while papers come in: the store opens, nothing is half-written, the next run completes."""

from __future__ import annotations

import random
import runpy
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.storage import Store
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW

CHILD = Path(__file__).with_name("ingest_for_ever.py")


def killed_at_some_moment(url: str, first: int, chance: random.Random) -> int:
    """Run the child, kill it a little later; the last batch it said was committed."""
    command = [sys.executable, str(CHILD), url, str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        killer = threading.Timer(chance.uniform(0, 0.25), child.kill)
        killer.start()
        said = child.stdout.read().split()
        killer.cancel()
    return int(said[-1]) if said else first - 1


async def last_written(store: Store) -> int:
    """The batch that wrote last, from the verdict on the day, which each batch writes at its end."""
    notes = [one.note for one in await store.freshness(since=SAMPLE_DAY)]
    return int(notes[0].removeprefix("batch ")) if notes else -1


async def survives(url: str, rounds: int) -> None:
    chance = random.Random(1)
    numbered = runpy.run_path(str(CHILD))["numbered"]
    done = -1
    for _ in range(rounds):
        said = killed_at_some_moment(url, done + 1, chance)
        async with await Store.open(url) as store:
            assert await store.check() == ()
            written = await last_written(store)
            assert written in {said, said + 1}  # committed, and perhaps killed before saying so
            papers = await store.listed(since=SAMPLE_DAY, limit=100_000)
            assert {paper.votes for paper in papers} == set(range(written + 1))
            newest = [paper for paper in papers if paper.votes == written]
            assert len(newest) == (40 if written >= 0 else 0)
            again = await store.add_batch(numbered(written + 1), now=SAMPLE_NOW)
            assert again.listings == 40
            done = written + 1
    async with await Store.open(url) as store:
        assert await store.check() == ()


async def test_two_kills_during_ingest_leave_nothing_half_written(url: str) -> None:
    await survives(url, 2)


@pytest.mark.slow
async def test_fifty_kills_during_ingest_leave_nothing_half_written(url: str) -> None:
    await survives(url, 50)
