"""Requests seen before: whoever records one of Slack's cannot send it again."""

from __future__ import annotations

from bot.ports import Clock

# A signature is taken from five minutes before its time to five minutes after it (`signed.py`).
SECONDS = 600.0
MOST = 50_000  # at about 200 bytes each; Slack stops at 30,000 events an hour


class Replays:
    """What came within the last ten minutes."""

    def __init__(self, clock: Clock, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._seen: dict[str, float] = {}  # in the order in which they came

    def is_new(self, key: str) -> bool:
        """Whether this comes for the first time; it is remembered."""
        now = self._clock.monotonic()
        while self._seen and self._seen[self._oldest()] < now - SECONDS:
            del self._seen[self._oldest()]
        if key in self._seen:
            return False
        if len(self._seen) >= self._most:
            del self._seen[self._oldest()]
        self._seen[key] = now
        return True

    def _oldest(self) -> str:
        return next(iter(self._seen))
