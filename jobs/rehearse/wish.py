"""What is asked of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """So many days, with so much going wrong; the same seed brings the same troubles."""

    start: date
    days: int
    faults: float = (
        0.0  # chance of a fault per call to a platform, 0 to 1; sources, store and clock follow it
    )
    kills: int = 0
    restores: int = 0
    seed: int = 0
    destinations: int | None = None  # how many to make; None: those of the operator's own database

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.start, time(), tzinfo=UTC)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return timedelta(days=self.days).total_seconds()
