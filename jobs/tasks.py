"""Tasks that belong together, and tasks that must not die."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

R = TypeVar("R")

RESTART_SECONDS = 1.0


async def together(*work: Coroutine[Any, Any, R]) -> list[R]:
    """Run all of it side by side; the first failure ends the rest and is raised as it is, when all have ended."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        await end(*tasks)


async def end(*tasks: asyncio.Task[Any], seconds: float | None = None) -> None:
    """Cancel what still runs, and wait until it has ended, or for so long."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)


async def supervised(
    name: str, work: Callable[[], Awaitable[None]], *, until: asyncio.Event | None = None
) -> None:
    """Run it for ever, or until told to stop: what ends before, or fails, is told in the log and started again."""
    stop = until or asyncio.Event()
    while not stop.is_set():
        try:
            await work()
        except Exception:
            log.exception("background.failed", task=name)
        else:
            if not stop.is_set():
                log.error("background.ended", task=name)
        if not stop.is_set():
            await asyncio.sleep(RESTART_SECONDS)
