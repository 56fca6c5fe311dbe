"""An event loop in a thread of its own, for tests that drive a browser step by step while something else goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 120.0  # seconds, on a busy machine


class Beside:
    """What is started in it goes on; `do(...)` waits for one thing and gives what came of it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="beside")
        self._thread.start()

    def __call__(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE)

    def end(self) -> None:
        """Cancel what still goes on."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._over.wait())


@contextmanager
def beside() -> Iterator[Beside]:
    """The loop, until the end of the block."""
    one = Beside()
    try:
        yield one
    finally:
        one.end()
