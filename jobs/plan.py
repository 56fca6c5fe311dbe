"""Planning: freeze what is due into slots, digests and deliveries, and never the same twice.

Destinations are planned a batch at a time: read together, composed in a thread, written in one short transaction.
What cannot be done together is done one by one, so that trouble stays where it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.compose import Composer
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import Due
from bot.domain.subscription import WEEKDAYS, Destination
from bot.errors import ConfigError, StoreBusy, UserError
from bot.ports import Clock
from bot.storage.codec import Freezer
from bot.storage.destinations import lane_id
from bot.storage.store import Store

from .collector import Collector
from .crash import CrashPoint, Reached, nothing
from .overdue import Calendar
from .plan_now import Planned, plan_now
from .quiet import tell_once
from .skipping import Late, skip
from .spread import SPREAD, Spread

__all__ = ["NOTHING_NEW", "QUIET", "PlanReport", "Planned", "plan_due", "plan_now"]

log = structlog.get_logger()

BATCH = 500
LATE_AFTER = timedelta(minutes=10)  # a minute's tick and a busy start are not late
QUIET_WEEKDAYS = 3  # after so many the channel is told once (`QUIET`)
NOTHING_NEW = "nothing new"
QUIET = "nothing new, three weekdays running"

R = TypeVar("R")
Ready = tuple[Destination, Due]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanReport:
    """What one planning run wrote."""

    planned: int = 0
    empty: int = 0
    skipped: int = 0
    failed: int = 0  # destinations that could not be planned; they stay as they were
    lanes: frozenset[str] = field(
        default=frozenset(), compare=False
    )  # where there is something to send at once

    def __add__(self, other: PlanReport) -> PlanReport:
        """Both runs together."""
        return PlanReport(
            planned=self.planned + other.planned,
            empty=self.empty + other.empty,
            skipped=self.skipped + other.skipped,
            failed=self.failed + other.failed,
            lanes=self.lanes | other.lanes,
        )


async def plan_due(
    store: Store, *, clock: Clock, reached: Reached = nothing, spread: timedelta = SPREAD
) -> PlanReport:
    """Plan every destination that is due; a destination that cannot be planned never stops the others.

    Level-triggered: whatever a lost or repeated run left is done by the next one. `spread` is over how long the lanes
    of a crowd begin to send.
    """
    now, report = clock.now(), PlanReport()
    batch = await store.due(now, limit=BATCH)
    if not batch:
        return report
    with Collector() as collector:
        composer = await Composer.load(store, now=now)
        crowd = Spread(now=now, lanes=await store.lanes_due(now), over=spread)
        planner = Planner(store, composer, crowd, reached)
        while batch:
            collector.rest()
            report += await planner.plan(batch)
            composer.forget()
            batch = await store.due(now, limit=BATCH, after=batch[-1])
    if report != PlanReport():
        log.info(
            "plan.done",
            planned=report.planned,
            empty=report.empty,
            skipped=report.skipped,
            failed=report.failed,
        )
    return report


class Planner:
    """One run of planning: what its batches share."""

    def __init__(self, store: Store, composer: Composer, spread: Spread, reached: Reached) -> None:
        self._store = store
        self._composer = composer
        self._spread = spread
        self._reached = reached
        self._calendar = Calendar(composer.now)
        self._freezer = Freezer()
        self._tried: set[int] = set()

    async def plan(self, batch: Sequence[Destination]) -> PlanReport:
        """Plan these destinations, those that were not tried yet in this run."""
        new = [one for one in batch if one.id not in self._tried]
        self._tried |= {one.id for one in new}
        ready, late, report = await self._sort(new)
        caught_up, more = await self._catch_up(late)
        ready += caught_up
        together = await _together(self._plan(ready), len(ready))
        return report + more + (await self._one_by_one(ready) if together is None else together)

    async def _sort(self, batch: Sequence[Destination]) -> tuple[list[Ready], list[Late], PlanReport]:
        """Those to plan at once, those with slots to skip first; who has no calendar is paused."""
        ready: list[Ready] = []
        late: list[Late] = []
        report = PlanReport()
        for destination in batch:
            try:
                missed, due = self._calendar.overdue(destination)
            except (ConfigError, UserError) as error:
                await _pause(self._store, destination, str(error))
                report += PlanReport(failed=1)
                continue
            if missed:
                late.append((destination, missed))
            elif due is not None:
                ready.append((destination, due))
        return ready, late, report

    async def _catch_up(self, late: Sequence[Late]) -> tuple[list[Ready], PlanReport]:
        """Record the slots that come too late; what is to be sent after them."""
        if not late:
            return [], PlanReport()
        together = await _together(skip(self._store, self._calendar, late), len(late))
        if together is not None:
            return self._current(together[0], late), PlanReport(skipped=together[1])
        ready: list[Ready] = []
        report = PlanReport()
        for one in late:
            done = await _alone(one[0], skip(self._store, self._calendar, [one]))
            report += PlanReport(failed=1) if done is None else PlanReport(skipped=done[1])
            ready += self._current(done[0], [one]) if done else []
        return ready, report

    def _current(self, caught_up: Iterable[Destination], late: Iterable[Late]) -> list[Ready]:
        dues = {home.id: self._calendar.overdue(home)[1] for home, _ in late}
        return [(home, due) for home in caught_up if (due := dues[home.id]) is not None]

    async def _plan(self, ready: Sequence[Ready]) -> PlanReport:
        """Plan these in one go; raises what is wrong with all of them."""
        await self._composer.meet([destination for destination, _ in ready])
        made = await asyncio.to_thread(self._compose, ready)
        plans = [plan for plan in made if plan is not None]
        self._reached(CrashPoint.BEFORE_PLAN)
        slots = await self._store.plan_many(plans, freezer=self._freezer) if plans else ()
        self._reached(CrashPoint.AFTER_PLAN)
        homes = {destination.id: destination for destination, _ in ready}
        report = PlanReport(failed=len(made) - len(plans))
        return report + await self._after(plans, slots, homes)

    async def _one_by_one(self, ready: Sequence[Ready]) -> PlanReport:
        report = PlanReport()
        for one in ready:
            done = await _alone(one[0], self._plan([one]))
            report += PlanReport(failed=1) if done is None else done
        return report

    def _compose(self, ready: Sequence[Ready]) -> list[SlotPlan | None]:
        """A plan for each; None for those whose digest cannot be made, which is logged."""
        return [self._composed(destination, due) for destination, due in ready]

    def _composed(self, destination: Destination, due: Due) -> SlotPlan | None:
        composer = self._composer
        try:
            late = composer.now - due.at > LATE_AFTER
            digest = composer.digest(destination, day=due.day, late=late)
            state, reason = _outcome(composer, destination, digest)
            plan = self._calendar.plan(destination, due, state, reason)
        except Exception:
            log.exception("plan.destination_failed", destination=destination.id)
            return None
        return replace(
            plan,
            digest=digest,
            not_before=self._spread.begins(lane_id(destination.address)),
            after_slot=composer.newest_slot(destination),
        )

    async def _after(
        self, plans: Sequence[SlotPlan], slots: Sequence[Slot | None], homes: dict[int, Destination]
    ) -> PlanReport:
        """What became of the plans; who was quiet for long is told."""
        lanes: set[str] = set()
        opened = empty = 0
        for plan, slot in zip(plans, slots, strict=True):
            home = homes[plan.destination_id]
            if slot is None:
                log.info("plan.refused", destination=home.id, day=str(plan.day))
                continue
            if plan.state is SlotState.OPEN:
                opened += 1
                lanes |= {lane_id(home.address)} if plan.not_before is None else set()
                continue
            empty += 1
            if plan.reason == QUIET and plan.digest is not None:
                await tell_once(self._store, home, plan.digest, self._composer.now)
                lanes.add(lane_id(home.address))
        return PlanReport(planned=opened, empty=empty, lanes=frozenset(lanes))


async def _together(work: Awaitable[R], several: int) -> R | None:
    """Do something for several destinations at once; None when they have to be taken one by one instead."""
    try:
        return await work
    except StoreBusy:
        raise
    except Exception:
        log.exception("plan.batch_failed", destinations=several)
        return None


async def _alone(destination: Destination, work: Awaitable[R]) -> R | None:
    """Do one destination's part; what goes wrong there is its own trouble, but a busy store is everybody's."""
    try:
        return await work
    except StoreBusy:
        raise
    except Exception:
        log.exception("plan.destination_failed", destination=destination.id)
        return None


def _outcome(composer: Composer, destination: Destination, digest: Digest) -> tuple[SlotState, str]:
    if digest.shown:
        return SlotState.OPEN, ""
    if not composer.wants_something(destination):
        return SlotState.EMPTY, "no subscriptions"
    if destination.note_empty:
        return SlotState.OPEN, NOTHING_NEW
    running = composer.quiet_weekdays(destination) + (digest.day.weekday() in WEEKDAYS)
    return SlotState.EMPTY, QUIET if running == QUIET_WEEKDAYS else NOTHING_NEW


async def _pause(store: Store, destination: Destination, reason: str) -> None:
    log.warning("plan.destination_paused", destination=destination.id, reason=reason)
    await store.update_destination(destination.id, paused=True, paused_reason=reason)
