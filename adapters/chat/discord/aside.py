"""What is done beside the digests and holds none of them up; at the end it may come to its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

import structlog

from .api.errors import name_of

log = structlog.get_logger()

END_SECONDS = 5.0
MOST = 1000  # at once; what comes on top is left


@dataclass(frozen=True, slots=True)
class Aside:
    """Runs it, and knows what still runs."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Do it as soon as possible; nothing of it raises."""
        if len(self.running) >= MOST:
            work.close()
            return
        task = asyncio.create_task(_done(work))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def end(self) -> None:
        """Wait a few seconds for what runs; then nothing runs any more."""
        here = asyncio.get_running_loop()
        mine = {task for task in self.running if task.get_loop() is here}
        if not mine:
            return
        _, late = await asyncio.wait(mine, timeout=END_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _done(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the digest is there
        log.warning("discord.not_done_beside", reason=name_of(error))
