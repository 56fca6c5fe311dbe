"""What carries wake-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol


class Engine(Protocol):
    """What carries wake-ups: "run the handler of this key soon".

    A wake-up may be lost, repeated or late: every handler reads from the tables what is due, and a sweep repeats what
    was lost. `bot/storage` excludes and remembers; an engine never does.
    """

    def handler(self, kind: str, fn: Callable[[str], Awaitable[bool]]) -> None:
        """Answer wake-ups of a kind; the handler returns True when there is more to do for its key."""
        ...

    async def wake(self, kind: str, keys: Sequence[str]) -> None:
        """Ask that the handler be run for these keys; called after the commit that made them due."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Run handlers until told to stop; what runs then comes to its end."""
        ...
