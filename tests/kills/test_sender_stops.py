"""SIGTERM in the middle of a digest: what is on its way is finished, what is not waits, and nobody notices."""

from __future__ import annotations

import signal

import pytest

from bot.domain.delivery import Status

ADAPTERS = ["slack", "slack without history", "discord", "smtp"]
each_adapter = pytest.mark.parametrize("name", ADAPTERS)
everywhere = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True, ids=["sqlite", "postgres"])


async def stops(begin, name, wanted, folder):
    """A stop counts when it came in the middle of something; each must leave nothing in doubt."""
    stopped = 0
    async with begin(name) as kills:
        while stopped < wanted:
            assert await kills.ended_by(signal.SIGTERM) == 0
            in_doubt = await kills.store.deliveries(status=(Status.SENDING, Status.UNCERTAIN))
            assert in_doubt == ()
            stopped += bool(await kills.store.deliveries(status=Status.PENDING, limit=1))
        await kills.finish()
        verdict = await kills.judged()
        assert verdict.marked == ()
        kills.told(verdict, folder, stops=stopped)


async def test_three_stops(begin, tmp_path):
    await stops(begin, "slack without history", 3, tmp_path)


@pytest.mark.slow
@everywhere
@each_adapter
async def test_twenty_stops(begin, name, tmp_path):
    await stops(begin, name, 20, tmp_path)


@pytest.mark.soak
@everywhere
@each_adapter
async def test_five_hundred_stops(begin, name, tmp_path):
    await stops(begin, name, 500, tmp_path)
