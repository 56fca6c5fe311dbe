"""Discord's limit for all requests of a bot together: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit.

The limits of single routes are discord.py's business, which reads them from every answer.
"""

from __future__ import annotations

import asyncio

from bot.errors import Throttled
from bot.ports import Clock

RATE = 40.0  # a second, of Discord's 50: another process may send with the same token
AT_ONCE = 5  # so that even what comes in bunched is below the fifty
LONGEST_WAIT = 5.0  # whoever would wait longer does something else meanwhile
# Requests without an answer yet: where a network stands still for a moment, no more than these arrive bunched.
MOST_UNANSWERED = 25


class Pacer:
    """Lets requests through at an even rate, and none at all while Discord asks for patience."""

    def __init__(self, clock: Clock, *, rate: float = RATE, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._apart = 1.0 / rate
        self._ahead = at_once / rate
        self._next = clock.monotonic()
        self._closed_until = self._next
        self._room = asyncio.Semaphore(MOST_UNANSWERED)

    async def enter(self) -> None:
        """Wait for room and for one's turn, until `left`; raises `Throttled` as `turn` does."""
        await self._room.acquire()
        try:
            await self.turn()
        except BaseException:
            self._room.release()
            raise

    def left(self) -> None:
        """The request has its answer, or will have none."""
        self._room.release()

    async def turn(self) -> None:
        """Wait for one's turn; raises `Throttled` when that is too long to wait for."""
        while (wait := self._taken()) > 0:
            await self._clock.sleep(wait)
            if self._clock.monotonic() >= self._closed_until:
                return  # else Discord asked for patience meanwhile, and turns are given out anew

    def _taken(self) -> float:
        """Take the next turn; the seconds until it comes."""
        now = self._clock.monotonic()
        turn = max(self._next, now - self._ahead, self._closed_until)
        if turn - now > LONGEST_WAIT:
            why = "Discord asked for patience" if turn == self._closed_until else "Much is due at once"
            raise Throttled(f"{why}, so nothing was sent yet.", retry_after=turn - now, whole_lane=True)
        self._next = turn + self._apart
        return turn - now

    def close_for(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)
