"""The crowd at nine o'clock: where many lanes are due at once, their sending begins spread over a minute or so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

AT_ONCE = 200  # lanes that may begin together
CROWD = 1_000  # lanes for which it takes the whole spread
SPREAD = timedelta(seconds=60)
LONGEST = timedelta(minutes=5)  # whatever is set: a digest at nine is still one of nine o'clock
_HASHES = 2**32


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """When each lane may begin; the same lane at the same place of the spread, whoever plans it."""

    now: datetime
    lanes: int  # how many are due
    over: timedelta = SPREAD

    def begins(self, lane: str) -> datetime | None:
        """When a lane may begin; None means at once."""
        if self.lanes <= AT_ONCE:
            return None
        window = min(self.over, LONGEST) * min(self.lanes / CROWD, 1.0)
        delay = window * (crc32(lane.encode()) / _HASHES)
        return self.now + delay if delay else None
