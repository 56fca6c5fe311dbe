"""Requests of one route and place stand in line: discord.py counts what a limit leaves by the answer that came last.

Where answers overtake each other it takes more to be left than is, and Discord refuses what comes then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from discord.http import Route


class Lines:
    """One line for each route and channel, server or webhook."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, route: Route) -> AsyncIterator[None]:
        """Wait until no other such request is on its way."""
        async with self._lines.setdefault(f"{route.key} {route.major_parameters}", asyncio.Lock()):
            yield
