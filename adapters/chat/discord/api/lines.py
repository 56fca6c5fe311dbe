"""Requests of one route and place stand in line: discord.py counts what a limit leaves by the answer that came last.

Where answers overtake each other it takes more to be left than is, and Discord refuses what comes then. Where it refuses,
the line is closed for as long as it says: discord.py never sees that answer (`attempt.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from discord.http import Route

from bot.errors import Throttled
from bot.ports import Clock

from .errors import Refusal, throttled

MOST_CLOSED = 1000  # lines that are remembered as closed


class Lines:
    """One line for each route and channel, server or webhook."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed: dict[str, float] = {}  # until when
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, route: Route) -> AsyncIterator[None]:
        """Wait until no other such request is on its way; raises `Throttled` while the line is closed."""
        name = _name(route)
        async with self._lines.setdefault(name, asyncio.Lock()):
            left = self._closed.get(name, 0.0) - self._clock.monotonic()
            if left > 0:
                raise Throttled("Discord asked for patience, so nothing was sent yet.", retry_after=left)
            yield

    def heed(self, route: Route, refusal: Refusal | None) -> None:
        """Close a line for as long as Discord asks; what it asks of everything is not a line's business."""
        if refusal is None or refusal.status != 429 or (told := throttled(refusal)).whole_lane:
            return
        now = self._clock.monotonic()
        if len(self._closed) >= MOST_CLOSED:
            self._closed = {name: until for name, until in self._closed.items() if until > now}
        self._closed[_name(route)] = now + told.retry_after


def _name(route: Route) -> str:
    return f"{route.key} {route.major_parameters}"
