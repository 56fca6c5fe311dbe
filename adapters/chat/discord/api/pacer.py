"""Discord's limit for all requests of a bot together: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit.

The limits of single routes are discord.py's business, which reads them from every answer.
"""

from __future__ import annotations

from bot.errors import Throttled
from bot.ports import Clock

RATE = 40.0  # a second, of Discord's 50: another process may send with the same token
AT_ONCE = 5  # so that even what comes in bunched is below the fifty
LONGEST_WAIT = 5.0  # whoever would wait longer does something else meanwhile


class Pacer:
    """Lets requests through at an even rate, and none at all while Discord asks for patience."""

    def __init__(self, clock: Clock, *, rate: float = RATE, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._apart = 1.0 / rate
        self._ahead = at_once / rate
        self._next = clock.monotonic()
        self._closed_until = self._next

    async def turn(self) -> None:
        """Wait for one's turn; raises `Throttled` when that is too long to wait for."""
        now = self._clock.monotonic()
        self._next = max(self._next, now - self._ahead)
        wait = max(self._next, self._closed_until) - now
        if wait > LONGEST_WAIT:
            why = "Discord asked for patience" if self._closed_until >= self._next else "Much is due at once"
            raise Throttled(f"{why}, so nothing was sent yet.", retry_after=wait, whole_lane=True)
        self._next += self._apart
        if wait > 0:
            await self._clock.sleep(wait)

    def close_for(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)
