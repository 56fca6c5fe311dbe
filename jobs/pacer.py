"""The pace of one lane: evenly spaced calls, never more than its rate in any second, nobody early after a 429.

The spacing is GCRA (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm) with a burst of one, and above it a window
of one second that nothing overrides. Both run on the monotonic clock, so a wall clock set wrong by a day changes nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque

from bot.ports import Clock

HALVED_SECONDS = 600.0  # how long a lane goes at half its rate after a platform asked all of it for patience
MARGIN = 1.02  # a caller's clock and a platform's never tick quite alike, and a call may leave a moment late
MOST_WATCHED = 1000  # calls per second above which a window is not watched: no platform allows as many
AHEAD_SECONDS = 1.0  # so much of the lane's pace is committed ahead: a slow commit then costs no turn
MOMENT = 1e-6  # seconds: as finely as clocks that count in `datetime` can wait


class Pacer:
    """One lane's turns; everybody who sends in the lane takes them from here."""

    def __init__(self, rate_per_s: float, *, clock: Clock) -> None:
        self._clock = clock
        self._rate = rate_per_s
        self._next = clock.monotonic()  # GCRA's "theoretical arrival time"
        self._blocked = 0.0
        self._halved = 0.0
        self._calls: deque[float] = deque()
        self._gate = asyncio.Lock()

    async def soon(self) -> None:
        """Wait until the next turn is near: who has committed an intent must not wait for long."""
        while (wait := self.next_in() - AHEAD_SECONDS) > MOMENT:
            await self._clock.sleep(wait)

    async def turn(self, *, within: float = math.inf) -> bool:
        """Wait for the lane's next turn, right before the platform is called; in the order of asking.

        A turn is due from when it was asked for, so waking late costs the lane none, and being idle saves up none.
        False as soon as it is known not to come within so many seconds; then none was taken.
        """
        asked = self._clock.monotonic()
        async with self._gate:
            start = max(self._next, asked)
            while (wait := (at := max(start, self._window_free())) - self._clock.monotonic()) > MOMENT:
                if at > asked + within:
                    return False
                await self._clock.sleep(wait)
                start = max(start, self._blocked)  # put off meanwhile
            self._next = max(self._next, start + self._spacing())
            self._calls.append(self._clock.monotonic())
            return True

    def block(self, seconds: float) -> None:
        """Give nobody a turn for so long; the turns after it are spaced again, at half the rate."""
        now = self._clock.monotonic()
        self._halved = now + seconds + HALVED_SECONDS
        self.resume_in(seconds)

    def resume_in(self, seconds: float) -> None:
        """Give nobody a turn for so long, as the platform asked an earlier owner of the lane."""
        self._blocked = max(self._blocked, self._clock.monotonic() + seconds)
        self.begin_in(seconds)

    def begin_in(self, seconds: float) -> None:
        """Give the next turn then, where an earlier owner's pace left off."""
        self._next = max(self._next, self._clock.monotonic() + seconds)

    def blocked_for(self) -> float:
        """The seconds the platform still wants to hear nothing; 0 when it does not mind."""
        return max(0.0, self._blocked - self._clock.monotonic())

    def next_in(self) -> float:
        """The seconds until the next turn; 0 when it may be taken at once."""
        return max(0.0, self._next - self._clock.monotonic())

    def _spacing(self) -> float:
        return MARGIN / self._rate_now()

    def _rate_now(self) -> float:
        return self._rate / 2 if self._clock.monotonic() < self._halved else self._rate

    def _window_free(self) -> float:
        """When one more call keeps the rate, counting those of the last second."""
        rate = self._rate_now()
        if rate > MOST_WATCHED:
            self._calls.clear()
            return 0.0
        most = max(1, int(rate))
        while len(self._calls) > most:
            self._calls.popleft()
        return self._calls[0] + most * MARGIN / rate if len(self._calls) == most else 0.0
