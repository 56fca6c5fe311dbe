"""The digests a channel was shown."""

from __future__ import annotations

from datetime import date

from bot.compose import MANUAL
from bot.domain.delivery import Slot, SlotState
from bot.domain.digest import Digest
from bot.domain.subscription import Destination

from .context import Context

# A quarter of daily slots; a channel that was silent for longer has forgotten its last digest.
LOOK_BACK_SLOTS = 100
SHOWN = {SlotState.OPEN, SlotState.SENT}


async def shown_digest(context: Context, destination: Destination, day: date | None = None) -> Digest | None:
    """The newest digest (of that day) that showed any papers here; empty and failed days do not count."""
    for slot in await context.store.slots(destination.id, limit=LOOK_BACK_SLOTS):
        if slot.state not in SHOWN or not _may_be_of(slot, day):
            continue
        digest = await context.store.digest(slot.id)
        if digest and digest.picks and day in {None, digest.day}:
            return digest
    return None


def is_by_hand(slot: Slot) -> bool:
    """Whether somebody asked for it, and no schedule."""
    return slot.slot_key.startswith(MANUAL)


def _may_be_of(slot: Slot, day: date | None) -> bool:
    """A scheduled slot is named by its date; one asked for by hand tells it only in its digest."""
    return day is None or slot.slot_key == day.isoformat() or is_by_hand(slot)
