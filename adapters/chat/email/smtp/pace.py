"""One pace for all that this process hands to its mail server, whatever workspace it is for."""

from __future__ import annotations

from bot.errors import Throttled
from bot.ports import Clock

LONGEST_WAIT = 5.0  # seconds; whoever would wait longer is told to come back


class Pace:
    """Lets mails through at an even rate, and none while the server asks for patience."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._apart = 1.0 / per_second
        self._next = self._closed_until = clock.monotonic()

    async def turn(self) -> None:
        """Wait for one's turn; raises `Throttled` when that is too long to wait for."""
        now = self._clock.monotonic()
        patience, wait = self._closed_until - now, max(self._next, self._closed_until) - now
        if wait > LONGEST_WAIT:
            raise Throttled("The mail server is busy.", retry_after=wait, whole_lane=patience > LONGEST_WAIT)
        self._next = max(self._next, now) + self._apart
        if wait > 0:
            await self._clock.sleep(wait)

    def close_for(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)
