"""Who answers wake-ups in this process: one run per key at a time, and one more remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import structlog

from bot.errors import PaperRoundError

log = structlog.get_logger()

Handler: TypeAlias = Callable[[str], Awaitable[bool]]

# Handlers of one kind at once: a lane waits for its platform most of the time, a source for its site.
ROOM: Mapping[str, int] = {"lane": 200, "ingest": 8, "prune": 1}
ROOM_OF_OTHERS = 10


class Handlers:
    """The handlers by kind, run side by side within each kind's room."""

    def __init__(self, room: Mapping[str, int] = ROOM) -> None:
        self._room_for = room
        self._handlers: dict[str, Handler] = {}
        self._room: dict[str, asyncio.Semaphore] = {}
        self._here: set[tuple[str, str]] = set()  # waiting for room, or running
        self._again: set[tuple[str, str]] = set()  # woken once more while running
        self._is_closed = False

    @property
    def room(self) -> int:
        """How many handlers may run at once, over all kinds."""
        return sum(self._room_for.get(kind, ROOM_OF_OTHERS) for kind in self._handlers)

    def add(self, kind: str, fn: Handler) -> None:
        """Answer wake-ups of a kind."""
        self._handlers[kind] = fn
        self._room[kind] = asyncio.Semaphore(self._room_for.get(kind, ROOM_OF_OTHERS))

    @property
    def is_closed(self) -> bool:
        """Whether nothing new is begun."""
        return self._is_closed

    def open(self) -> None:
        """Begin anew after a `close`: an engine that died is started again."""
        self._is_closed = False

    def close(self) -> None:
        """Begin nothing new."""
        self._is_closed = True

    async def turn(self, kind: str, key: str) -> bool:
        """Run the handler once there is room; True when it should run again, at the end of the line or elsewhere.

        A key that is here already is run no second time side by side: it is remembered, and its wake-up ends at once.
        """
        name = (kind, key)
        if kind not in self._handlers:
            return False
        if name in self._here:
            self._again.add(name)
            return False
        self._here.add(name)
        try:
            async with self._room[kind]:  # first come, first served
                return await self._run(name)
        finally:
            self._here.discard(name)
            self._again.discard(name)

    async def _run(self, name: tuple[str, str]) -> bool:
        if self._is_closed:
            return True
        self._again.discard(name)  # whoever woke it while it waited is answered by this run
        more = await self._answer(*name)
        return more or name in self._again

    async def _answer(self, kind: str, key: str) -> bool:
        """Run the handler; its failure is logged and is nobody else's."""
        try:
            return await self._handlers[kind](key)
        except PaperRoundError as error:
            log.warning("engine.handler_failed", kind=kind, key=key, code=error.code, reason=str(error))
        except Exception:
            log.exception("engine.handler_failed", kind=kind, key=key)
        return False
