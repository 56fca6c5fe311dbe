"""A clock that only moves when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until `advance`; `sleep` advances it at once."""

    def __init__(self, start: datetime = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._passed = 0.0

    def now(self) -> datetime:
        """The time it was set to."""
        return self._now

    def monotonic(self) -> float:
        """The seconds that passed; setting the clock passes none, `advance` by a negative time neither."""
        return self._passed

    def advance(self, by: timedelta) -> None:
        """Let time pass (or set the clock back)."""
        self._now += by
        self._passed += max(0.0, by.total_seconds())

    def move_to(self, moment: datetime) -> None:
        """Let time pass until a moment (or set the clock back to it)."""
        self.advance(moment - self._now)

    def step(self, by: timedelta) -> None:
        """Set the clock, as NTP or a person does: no time passes."""
        self._now += by

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.advance(timedelta(seconds=seconds))
