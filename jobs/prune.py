"""Pruning: forget what is long finished."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.ports import Clock
from bot.storage.store import Store
from bot.storage.upkeep import KEEP_DAYS

KEEP_WORKSPACE = timedelta(days=30)  # after the bot was removed: who installs it again finds everything

log = structlog.get_logger()


async def prune(store: Store, *, clock: Clock, keep_days: int = KEEP_DAYS) -> dict[str, int]:
    """Remove old deliveries, frozen digests, run records and workspaces; how many of each went."""
    now = clock.now()
    gone = await store.prune(now, keep_days=keep_days)
    gone["workspaces"] = await _purge(store, before=now - KEEP_WORKSPACE)
    log.info("prune.done", **gone)
    return gone


async def _purge(store: Store, *, before: datetime) -> int:
    """Forget the workspaces that removed the bot before; how many.

    None for a while after a copy was put back: the copy does not know who has come again since it was made.
    """
    restored = await store.restored_at()
    if restored is not None and restored > before:
        return 0
    ended = await store.ended_installations(before)
    for platform, workspace in ended:
        while await store.purge(platform, workspace, before):
            pass
        log.info("prune.workspace", platform=platform, workspace=workspace)
    return len(ended)
