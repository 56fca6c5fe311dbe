"""The time one call may spend on the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Budget:
    """Seconds to spend over several requests; waiting for one's turn between them costs nothing.

    It is counted in the event loop's own time, not on the bot's clock: a server that drips is slow in real time.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """Run the block in what is left; raises `TimeoutError` when that runs out."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(max(self._left, 0.0)):
                yield
        finally:
            self._left -= loop.time() - started
