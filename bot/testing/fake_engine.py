"""An engine that carries no wake-up anywhere and remembers them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence


class FakeEngine:
    """`woken` holds one tuple per wake-up: the kind and its keys."""

    def __init__(self) -> None:
        self.woken: list[tuple[str, ...]] = []

    def handler(self, kind: str, fn: Callable[[str], Awaitable[bool]]) -> None:
        """Nobody is ever called."""

    async def wake(self, kind: str, keys: Sequence[str]) -> None:
        """Remember it."""
        self.woken.append((kind, *keys))

    async def run(self, stop: asyncio.Event) -> None:
        """Wait for the end."""
        await stop.wait()
