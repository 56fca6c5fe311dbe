"""A clock that only moves when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until `advance`; `sleep` advances it at once."""

    def __init__(self, start: datetime = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time it was set to."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move on (or back)."""
        self._now += by

    def move_to(self, moment: datetime) -> None:
        """Jump to a moment."""
        self._now = moment

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self._now += timedelta(seconds=seconds)
