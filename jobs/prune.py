"""Pruning: forget what is long finished."""

from __future__ import annotations

import structlog

from bot.ports import Clock
from bot.storage.store import Store
from bot.storage.upkeep import KEEP_DAYS

log = structlog.get_logger()


async def prune(store: Store, *, clock: Clock, keep_days: int = KEEP_DAYS) -> dict[str, int]:
    """Remove old deliveries, frozen digests and run records; how many rows of each went."""
    gone = await store.prune(clock.now(), keep_days=keep_days)
    log.info("prune.done", **gone)
    return gone
