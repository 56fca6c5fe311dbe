"""Requests Discord refuses are counted there, and too many close the door to this whole address.

https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans: 10,000 answers of 401,
403 or 429 within ten minutes. We stop at a hundred, which nothing but a mistake of ours ever reaches.
"""

from __future__ import annotations

from collections import deque

from bot.errors import Throttled
from bot.ports import Clock

MOST = 100
SECONDS = 600.0
COUNTED = frozenset({401, 403, 429})
SHARED = "shared"  # the scope of a limit that others have used up: not our fault, and not counted


class Budget:
    """How often Discord may still refuse us."""

    def __init__(self, clock: Clock, *, most: int = MOST, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._most = most
        self._seconds = seconds
        self._refused: deque[float] = deque(maxlen=most)

    @property
    def used(self) -> int:
        """How many refusals there were lately."""
        self._forget()
        return len(self._refused)

    def count(self, status: int, scope: str = "") -> None:
        """Take note of an answer; `scope` is its X-RateLimit-Scope."""
        if status in COUNTED and not (status == 429 and scope == SHARED):
            self._refused.append(self._clock.monotonic())

    def check(self, *, spare: int = 0) -> None:
        """Raise `Throttled` while it is used up: nothing is sent until the oldest refusal is forgotten.

        With `spare`, so many are left to what is refused less likely; then only what asks so waits.
        """
        if self.used >= self._most - spare:
            raise Throttled(
                f"Discord refused {self.used} requests within ten minutes, so this one is not made for now.",
                fix="The log says what was refused; check the bot's permissions and its token.",
                retry_after=self._refused[0] + self._seconds - self._clock.monotonic(),
                whole_lane=self.used >= self._most,
            )

    def _forget(self) -> None:
        before = self._clock.monotonic() - self._seconds
        while self._refused and self._refused[0] <= before:
            self._refused.popleft()
