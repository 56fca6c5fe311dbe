"""A rehearsed bot that was killed is back at work at once, as a real one is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.rehearse import Wish, rehearse
from jobs.rehearse.course import SOON
from jobs.rehearse.process import Process


async def test_after_every_start_there_is_a_turn_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[float] = []
    turns: list[float] = []
    start, turn = Process.start, Process.turn

    async def started(*url: Any, **parts: Any) -> Process:
        starts.append(parts["clock"].monotonic())
        return await start(*url, **parts)

    async def took_turn(self: Process, reached: Any) -> None:
        turns.append(self.clock.monotonic())
        await turn(self, reached)

    monkeypatch.setattr(Process, "start", started)
    monkeypatch.setattr(Process, "turn", took_turn)
    await rehearse(Wish(start=date(2026, 3, 1), days=4, destinations=4, kills=12, seed=1))
    assert len(starts) == 13
    idle = [began for began in starts if not any(began <= at <= began + 2 * SOON for at in turns)]
    assert idle == []
