"""How long the event loop kept others waiting: whoever computes within it holds up every chat and every page."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

EVERY_SECONDS = 0.5
REMEMBERED = 120  # looks: a minute


class LoopLag:
    """Looks twice a second."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """The clock and the waiting are the loop's own but in tests."""
        self._now = now
        self._sleep = sleep
        self._seen: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def worst(self) -> float:
        """The longest wait of the last minute, in seconds."""
        return max(self._seen, default=0.0)

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            asked = self._now()
            await self._sleep(EVERY_SECONDS)
            self._seen.append(max(0.0, self._now() - asked - EVERY_SECONDS))
