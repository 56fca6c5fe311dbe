"""What a chat says once is written down in spite of a database that is busy for minutes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.errors import StoreBusy
from bot.ports import Clock

WAITS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 60.0, 60.0)  # seconds between two tries to write it down
log = logging.getLogger(__name__)


async def insisted(clock: Clock, work: Callable[[], Awaitable[None]]) -> None:
    """Do it, again and again while the database is busy; a chat that was heard says it no more."""
    for wait in WAITS:
        try:
            await work()
        except StoreBusy as busy:
            log.warning("what a chat said is not written down yet: %s", busy)
        else:
            return
        await clock.sleep(wait)
    await work()
