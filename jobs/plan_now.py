"""Planning on request: a digest beside the schedule, made now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from bot.compose import MANUAL, compose
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.query import Query
from bot.domain.schedule import CATCH_UP, local_day
from bot.domain.subscription import Destination
from bot.errors import UserError
from bot.ports import Clock
from bot.storage.store import Store

RACES = 3  # how often a digest is made again because its papers were shown meanwhile


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A digest made on request, and its slot; no slot when it was a trial or nothing is new."""

    digest: Digest
    slot: Slot | None


async def plan_now(
    store: Store,
    destination: Destination,
    *,
    clock: Clock,
    query: Query | None = None,
    since: date | None = None,
    day: date | None = None,
    dry_run: bool = False,
) -> Planned:
    """Make a digest on request, outside the schedule; unless it is a trial run, its papers are not shown again.

    `query` stands in for the subscriptions. `since` takes everything listed from that date on, imports too; `day`
    alone takes what was listed on that one date.
    """
    now = clock.now()
    today = local_day(destination.schedule, now)
    asked = None if day == today else day
    for _ in range(RACES):
        made = await compose(
            store, destination, day=day or today, now=now, query=query, since=since or asked, until=asked
        )
        digest = replace(made, at="")
        if dry_run or not digest.shown:
            return Planned(digest=digest, slot=None)
        slot = await store.plan(_manual(destination, digest, now))
        if slot is not None:
            return Planned(digest=digest, slot=slot)
    raise UserError("Another digest took the same papers just now; nothing was posted.", fix="Try it again.")


def _manual(destination: Destination, digest: Digest, now: datetime) -> SlotPlan:
    return SlotPlan(
        destination_id=destination.id,
        slot_key=f"{MANUAL}{uuid4().hex}",
        due_at=now,
        state=SlotState.OPEN,
        digest=digest,
        expires_at=now + CATCH_UP,
    )
