"""Planning: freeze what is due into slots, digests and deliveries, and never the same twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import structlog

from bot.compose import MANUAL, Composer, compose
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.query import Query
from bot.domain.schedule import CATCH_UP, Due, is_too_late, local_day, next_due, overdue
from bot.domain.subscription import WEEKDAYS, Destination
from bot.errors import ConfigError, StoreBusy, UserError
from bot.ports import Clock
from bot.storage.store import Store

from .quiet import tell_once

log = structlog.get_logger()

BATCH = 500
LATE_AFTER = timedelta(minutes=10)  # a minute's tick and a busy start are not late
MOST_SKIPPED = 31  # slots recorded one by one after a long sleep; older ones share a line
QUIET_WEEKDAYS = 3  # after so many the channel is told once (`QUIET`)
NOTHING_NEW = "nothing new"
QUIET = "nothing new, three weekdays running"
LATE = "late"
RACES = 3  # how often a digest is made again because its papers were shown meanwhile


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanReport:
    """What one planning run wrote."""

    planned: int = 0
    empty: int = 0
    skipped: int = 0
    failed: int = 0  # destinations that could not be planned; they stay as they were


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A digest made on request, and its slot; no slot when it was a trial or nothing is new."""

    digest: Digest
    slot: Slot | None


async def plan_due(store: Store, *, clock: Clock) -> PlanReport:
    """Plan every destination that is due; a destination that cannot be planned never stops the others.

    Level-triggered: whatever a lost or repeated run left is done by the next one.
    """
    now, report, composer = clock.now(), PlanReport(), None
    tried: set[int] = set()
    # What was tried and is still due could not be planned; it takes nobody else's place.
    while batch := [one for one in await store.due(now, limit=BATCH + len(tried)) if one.id not in tried]:
        composer = composer or await Composer.load(store, now=now)
        tried |= {destination.id for destination in batch}
        report = _sum(report, await _plan_batch(store, composer, batch))
    if report != PlanReport():
        log.info(
            "plan.done",
            planned=report.planned,
            empty=report.empty,
            skipped=report.skipped,
            failed=report.failed,
        )
    return report


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
        digest = await compose(
            store, destination, day=day or today, now=now, query=query, since=since or asked, until=asked
        )
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


async def _plan_batch(store: Store, composer: Composer, batch: Sequence[Destination]) -> PlanReport:
    report = PlanReport()
    ready: list[tuple[Destination, Due]] = []
    for destination in batch:
        report = _sum(report, await _alone(destination, _catch_up(store, composer, destination, ready)))
    met = await _met(composer, [destination for destination, _ in ready])
    for destination, due in ready:
        report = _sum(
            report, await _alone(destination, _plan_one(store, composer, destination, due, met=met))
        )
    return report


async def _alone(destination: Destination, work: Awaitable[PlanReport]) -> PlanReport:
    """Do one destination's part; what goes wrong there is its own trouble, but a busy store is everybody's."""
    try:
        return await work
    except StoreBusy:
        raise
    except Exception:
        log.exception("plan.destination_failed", destination=destination.id)
        return PlanReport(failed=1)


async def _catch_up(
    store: Store, composer: Composer, destination: Destination, ready: list[tuple[Destination, Due]]
) -> PlanReport:
    """Record the slots that come too late; what is to be sent now joins `ready`."""
    try:
        late, current = _split(overdue_of(destination, composer.now), composer.now)
    except (ConfigError, UserError) as error:
        await _pause(store, destination, str(error))
        return PlanReport(failed=1)
    moved, skipped = await _skip(store, destination, late)
    if current is not None and moved is not None:
        ready.append((moved, current))
    return PlanReport(skipped=skipped)


async def _met(composer: Composer, destinations: Sequence[Destination]) -> bool:
    """Read everything about them at once, which is quick; False when each has to be read alone."""
    try:
        await composer.meet(destinations)
    except StoreBusy:
        raise
    except Exception:
        log.exception("plan.batch_failed", destinations=len(destinations))
        return False
    return True


def overdue_of(destination: Destination, now: datetime) -> list[Due]:
    """The slots of a destination that are due, in order, each with the moment from which it is late."""
    if destination.next_due_at is None:
        return []
    slots = overdue(destination.schedule, destination.next_due_at, now)
    # A slot whose hour was moved is late from the moment it was moved, not from its new hour.
    return [replace(due, at=max(due.at, destination.next_due_at)) for due in slots[:1]] + slots[1:]


def _split(slots: Sequence[Due], now: datetime) -> tuple[list[Due], Due | None]:
    """The slots that are to be skipped, and the one to send: the last, unless that is too late as well."""
    if slots and not is_too_late(slots[-1].at, now):
        return list(slots[:-1]), slots[-1]
    return list(slots), None


async def _skip(
    store: Store, destination: Destination, late: Sequence[Due]
) -> tuple[Destination | None, int]:
    """Record slots that nobody will get; None when another planner was faster."""
    unrecorded = len(late) - MOST_SKIPPED
    for number, due in enumerate(late[-MOST_SKIPPED:]):
        reason = f"{LATE}, with {unrecorded} earlier dates" if unrecorded > 0 and number == 0 else LATE
        plan = _scheduled(destination, due, SlotState.SKIPPED, reason)
        await store.plan(plan)
        current = await store.destination_by_id(destination.id)
        if current is None or current.next_due_at != plan.next_due_at:
            return None, number
        destination = current
    return destination, min(len(late), MOST_SKIPPED)


async def _plan_one(
    store: Store, composer: Composer, destination: Destination, due: Due, *, met: bool
) -> PlanReport:
    if not met:
        await composer.meet([destination])
    late = composer.now - due.at > LATE_AFTER
    digest = await asyncio.to_thread(composer.digest, destination, day=due.day, late=late)
    state, reason = _outcome(composer, destination, digest)
    plan = replace(_scheduled(destination, due, state, reason), digest=digest)
    if await store.plan(plan) is None:
        log.info("plan.refused", destination=destination.id, day=str(due.day))
        return PlanReport()
    if reason == QUIET:
        await tell_once(store, destination, digest, composer.now)
    return PlanReport(planned=1) if state is SlotState.OPEN else PlanReport(empty=1)


def _outcome(composer: Composer, destination: Destination, digest: Digest) -> tuple[SlotState, str]:
    if digest.shown:
        return SlotState.OPEN, ""
    if not composer.wants_something(destination):
        return SlotState.EMPTY, "no subscriptions"
    if destination.note_empty:
        return SlotState.OPEN, NOTHING_NEW
    running = composer.quiet_weekdays(destination) + (digest.day.weekday() in WEEKDAYS)
    return SlotState.EMPTY, QUIET if running == QUIET_WEEKDAYS else NOTHING_NEW


def _scheduled(destination: Destination, due: Due, state: SlotState, reason: str) -> SlotPlan:
    """The plan of a scheduled slot, which moves `next_due_at` to the slot after it."""
    _, following = next_due(destination.schedule, due.at)
    return SlotPlan(
        destination_id=destination.id,
        slot_key=due.day.isoformat(),
        day=due.day,
        due_at=due.at,
        state=state,
        reason=reason,
        expires_at=due.at + CATCH_UP,
        expected_next_due_at=destination.next_due_at,
        next_due_at=following,
    )


async def _pause(store: Store, destination: Destination, reason: str) -> None:
    log.warning("plan.destination_paused", destination=destination.id, reason=reason)
    await store.update_destination(destination.id, paused=True, paused_reason=reason)


def _sum(one: PlanReport, other: PlanReport) -> PlanReport:
    return PlanReport(
        planned=one.planned + other.planned,
        empty=one.empty + other.empty,
        skipped=one.skipped + other.skipped,
        failed=one.failed + other.failed,
    )
