"""Calls into adapters, which may be a stranger's: what one does with time and cancellations stays its own trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

R = TypeVar("R")

GRACE_SECONDS = 1.0  # a call that was cancelled may tidy up; then it is left to itself

_left: set[asyncio.Task[Any]] = (
    set()
)  # calls that did not end when they were cancelled: a loop keeps no task alive


async def answer_of(call: Callable[[], Awaitable[R]], *, what: str, seconds: float) -> R:
    """What an adapter's method answers, or raises, within so many seconds.

    Raises TimeoutError after that, and RuntimeError when it ended in a cancellation nobody asked for.
    """
    task = asyncio.create_task(_called(call), name=what)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        await _given_up(task)
        raise
    if not done:
        await _given_up(task)
        raise TimeoutError(f"{what} did not answer within {seconds:g} seconds")
    if task.cancelled():
        raise RuntimeError(f"{what} ended in a cancellation nobody asked for")
    return task.result()


async def _called(call: Callable[[], Awaitable[R]]) -> R:
    return await call()


async def _given_up(task: asyncio.Task[Any]) -> None:
    """Cancel it, and wait no longer than it may take to tidy up; what it says from now on counts for nothing."""
    task.cancel()
    _left.add(task)
    task.add_done_callback(_forgotten)
    await asyncio.wait({task}, timeout=GRACE_SECONDS)
    if not task.done():
        log.warning("adapter.does_not_end", call=task.get_name())


def _forgotten(task: asyncio.Task[Any]) -> None:
    _left.discard(task)
    if not task.cancelled():
        task.exception()  # or it would be reported as never looked at
