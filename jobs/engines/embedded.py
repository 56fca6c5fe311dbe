"""Wake-ups inside one process: nothing to install, nothing to lose but hints."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from .handlers import Handler, Handlers


class EmbeddedEngine:
    """Carries wake-ups to the handlers of its own process; those nobody answers here are forgotten.

    Several processes on one PostgreSQL may each have one: the leases exclude, the sweeps find what no hint reached.
    """

    def __init__(self, handlers: Handlers | None = None) -> None:
        self._handlers = handlers or Handlers()
        self._early: dict[tuple[str, str], None] = {}  # woken before anything runs
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_running = False

    def handler(self, kind: str, fn: Handler) -> None:
        """Answer wake-ups of a kind."""
        self._handlers.add(kind, fn)

    async def wake(self, kind: str, keys: Sequence[str]) -> None:
        """Have the handler run for these keys, each once however often it is asked for meanwhile."""
        for key in keys:
            if self._is_running:
                self._start((kind, key))
            else:
                self._early[kind, key] = None

    async def run(self, stop: asyncio.Event) -> None:
        """Run handlers until told to stop, then wait for those that run; cancelled, it cancels them."""
        self._handlers.open()
        self._is_running = True
        for name in self._early:
            self._start(name)
        self._early.clear()
        try:
            await stop.wait()
            self._handlers.close()
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._is_running = False
            self._handlers.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, name: tuple[str, str]) -> None:
        task = asyncio.create_task(self._turns(*name), name=":".join(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _turns(self, kind: str, key: str) -> None:
        more = True
        while more and not self._handlers.is_closed:
            more = await self._handlers.turn(kind, key)
            await asyncio.sleep(0)  # a handler that never waits must not keep everybody else from running
