"""The clock they all share."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, as an argument: `bot.testing.FakeClock` drives a year in a test."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, going on while the machine sleeps and never set back: for leases and pacing."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so long on this clock."""
        ...
