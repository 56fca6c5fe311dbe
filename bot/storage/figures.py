"""How everything stands, in numbers: what monitoring reads. No name of anybody and no address is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, func, select

from bot.domain.delivery import SlotState, Status
from bot.domain.paper import Freshness

from . import tables as t
from .engine import Stored, reading

LATELY = timedelta(days=1)
MOST_LATE = 20_000  # of the newest messages; enough for a percentile
GOOD = (Freshness.FRESH.value, Freshness.EMPTY_EXPECTED.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """How long after their time the digests of the last day came, in seconds."""

    half: float = 0.0  # half of them at most
    most: float = 0.0  # 95 of 100 at most
    last: float = 0.0  # the latest
    digests: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How everything stands."""

    slots: Mapping[str, int]  # by state
    parts: Mapping[tuple[str, str], int]  # by platform and status; those not yet pruned
    lanes: Mapping[str, tuple[int, int]]  # by platform: those that may send now, and all
    sources: Mapping[str, datetime]  # when each last answered well
    lateness: Lateness
    papers: int
    destinations: int
    last_run: datetime | None


class Measured(Stored):
    """The store's method that monitoring asks."""

    @reading
    def figures(self, db: Connection, now: datetime) -> Figures:
        """Count everything; a whole read of the ledger, so not more often than a few times a minute."""
        run = t.cron_run.c
        return Figures(
            slots=_slots(db),
            parts=_parts(db),
            lanes=_lanes(db, now),
            sources=_sources(db),
            lateness=_lateness(db, now - LATELY),
            papers=_count(db, "paper"),
            destinations=_count(db, "destination"),
            last_run=db.execute(select(func.max(run.started_at)).where(run.name != "once")).scalar(),
        )


def _slots(db: Connection) -> dict[str, int]:
    state = t.slot.c.state
    counted = {row[0]: row[1] for row in db.execute(select(state, func.count()).group_by(state))}
    return {one.value: counted.get(one.value, 0) for one in SlotState}


def _parts(db: Connection) -> dict[tuple[str, str], int]:
    platform, status = t.lane.c.platform, t.delivery.c.status
    every = (
        select(platform, status, func.count())
        .join(t.lane, t.lane.c.id == t.delivery.c.lane_id)
        .group_by(platform, status)
    )
    counted = {(row[0], row[1]): row[2] for row in db.execute(every)}
    platforms = {name for (name,) in db.execute(select(platform).distinct())}
    return {
        (name, one.value): counted.get((name, one.value), 0) for name in sorted(platforms) for one in Status
    }


def _lanes(db: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    lane = t.lane.c
    found: dict[str, tuple[int, int]] = {}
    for platform, paused, blocked in db.execute(select(lane.platform, lane.paused, lane.blocked_until)):
        free, every = found.get(platform, (0, 0))
        is_free = not paused and (blocked is None or blocked <= now)
        found[platform] = (free + is_free, every + 1)
    return found


def _sources(db: Connection) -> dict[str, datetime]:
    said = t.freshness.c
    good = (
        select(said.source, func.max(said.requested_at)).where(said.verdict.in_(GOOD)).group_by(said.source)
    )
    return {row[0]: row[1] for row in db.execute(good)}


def _lateness(db: Connection, since: datetime) -> Lateness:
    """Of first parts: what follows in a thread is not what anybody waits for."""
    part, slot = t.delivery.c, t.slot.c
    sent = (
        select(slot.due_at, part.sent_at)
        .join(t.delivery, part.slot_id == slot.id)
        .where(
            part.part_no == 0, part.status == Status.SENT.value, part.sent_at >= since, slot.day.is_not(None)
        )
        .order_by(part.id.desc())
        .limit(MOST_LATE)
    )
    late = sorted(max(0.0, (at - due).total_seconds()) for due, at in db.execute(sent))
    if not late:
        return Lateness()
    return Lateness(half=_of(late, 0.5), most=_of(late, 0.95), last=late[-1], digests=len(late))


def _of(ordered: list[float], share: float) -> float:
    return ordered[ceil(len(ordered) * share) - 1]


def _count(db: Connection, table: str) -> int:
    return int(db.execute(select(func.count()).select_from(t.metadata.tables[table])).scalar_one())
