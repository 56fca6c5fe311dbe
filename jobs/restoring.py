"""Restoring: an older copy takes the database's place, and nobody is sent again what came out meanwhile.

A copy does not know what was sent after it was made. So whatever may have been sent is taken for sent: slots due by
now are recorded as skipped, and papers that are out by now come no more by themselves. `--resend` skips all of that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.domain.delivery import RESTORED, SlotPlan, SlotState
from bot.domain.schedule import is_too_late, next_due, overdue
from bot.domain.subscription import Destination
from bot.errors import ConfigError, UserError
from bot.storage import put_back
from bot.storage.store import Store

log = structlog.get_logger()

MOST_RECORDED = 31  # slots of one destination recorded one by one


@dataclass(frozen=True, kw_only=True, slots=True)
class Restoration:
    """What was put back, and what was set aside so that it is not sent again."""

    kept: Path | None = None  # where the database is that stood there before
    slots: int = 0  # recorded as skipped (restored)
    messages: int = 0  # under way in the copy, given up
    papers: int = 0  # come no more by themselves


async def restore(backup: Path, database: Path, *, now: datetime, resend: bool = False) -> Restoration:
    """Put a backup in a database's place; nobody may have the database open.

    Marked first and put in place then, so that a crash leaves either the old database or a marked copy.
    """
    copy = await asyncio.to_thread(put_back.copied, backup, database)
    async with await Store.open(f"sqlite:///{copy}") as store:
        await _check(store, backup)
        done = Restoration() if resend else await mark(store, now=now)
    kept = await asyncio.to_thread(put_back.swap_in, copy, database)
    log.info("restore.done", kept=str(kept), slots=done.slots, papers=done.papers)
    return Restoration(kept=kept, slots=done.slots, messages=done.messages, papers=done.papers)


async def mark(store: Store, *, now: datetime) -> Restoration:
    """Set aside, in a store that was put back, whatever may have been sent since the copy was made."""
    aside = await store.mark_restored(now)
    missed = [plan for one in await store.destinations() for plan in _missed(one, now)]
    written = await store.plan_many(missed)
    slots = aside.slots + sum(slot is not None for slot in written)
    return Restoration(slots=slots, messages=aside.messages, papers=aside.papers)


async def _check(store: Store, backup: Path) -> None:
    if problems := await store.check():
        raise ConfigError(
            f"{backup} is damaged: {problems[0]}. Nothing was changed.", fix="Put another backup back."
        )


def _missed(destination: Destination, now: datetime) -> Iterator[SlotPlan]:
    """Every slot due by now; of a paused destination only one that could still be caught up with."""
    expected = destination.next_due_at
    if expected is None:
        return
    try:
        due_slots = overdue(destination.schedule, expected, now)[-MOST_RECORDED:]
        due_slots = [due for due in due_slots if not (destination.paused and is_too_late(due.at, now))]
        for due in due_slots:
            _, following = next_due(destination.schedule, due.at)
            yield SlotPlan(
                destination_id=destination.id,
                slot_key=due.day.isoformat(),
                day=due.day,
                due_at=due.at,
                state=SlotState.SKIPPED,
                reason=RESTORED,
                expected_next_due_at=expected,
                next_due_at=following,
            )
            expected = following
    except (ConfigError, UserError) as error:  # its zone is gone; planning pauses it with the same words
        log.warning("restore.destination_left", destination=destination.id, code=error.code)
