"""What may have been posted: the platform is asked, side by side, before anything is sent again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Delivery, Doubt, Hold, Settled, Step
from bot.domain.schedule import CATCH_UP
from bot.errors import Throttled
from bot.ports import CannotTell, Found, NotFound

from . import outcomes
from .crash import CrashPoint
from .lane_open import OpenLane
from .outcomes import LONGEST_BACKOFF, Outcome, code_of, patience, storable, told
from .outgoing import openings_of, part_of
from .strangers import answer_of
from .tasks import together

log = structlog.get_logger()

ASK_SECONDS = 20.0  # a question that is not answered by then is asked again later
ASK_AGAIN_SECONDS = 60.0
WRONG_CLOCK = timedelta(hours=27)  # a clock that was a day ahead when it was sent must not hide what is there
MOST_ASKED = 1000  # in one drain
TWICE_UNKNOWN = (
    "Twice nobody could tell whether it was posted. Look into the channel: `deliveries replay` sends it again, "
    "`deliveries drop` gives it up."
)


async def settle(lane: OpenLane) -> None:
    """Ask about everything a late commit would be visible of by now; one after the other settles."""
    known = _known_of(lane)
    uncertain = await lane.tools.store.uncertain(lane.lease.lane.id, limit=MOST_ASKED)
    for gone in known.difference(one.id for one in uncertain):  # a person saw to it, or another process did
        lane.tools.asked_from.pop(gone, None)
    ripe = [one for one in uncertain if _is_ripe(lane, one)]
    questions = asyncio.Semaphore(lane.concurrency)  # questions take no message's place
    await together(*(_settle_one(lane, one, questions) for one in ripe))


def _known_of(lane: OpenLane) -> set[int]:
    return {one for one, asking in lane.tools.asked_from.items() if asking.lane_id == lane.lease.lane.id}


def _is_ripe(lane: OpenLane, delivery: Delivery) -> bool:
    """What this process knows by the monotonic clock counts more than the wall clock, which may have been set."""
    tools, now = lane.tools, lane.tools.clock.now()
    known = tools.asked_from.get(delivery.id)
    if known is not None and known.ask_from == delivery.not_before:
        return tools.clock.monotonic() >= known.monotonic
    return (delivery.not_before or (delivery.sending_at or now) + tools.settle) <= now


async def _settle_one(lane: OpenLane, delivery: Delivery, questions: asyncio.Semaphore) -> None:
    """One that cannot be settled is left for later, and in the end for a person."""
    async with questions:
        lane.tools.reached(CrashPoint.BEFORE_FIND)
        try:
            outcome, step = await _answered(lane, delivery)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's own trouble
            log.warning("delivery.unsettled", key=delivery.key, code=code_of(error), reason=told(error))
            outcome, step = _unsettled(lane, delivery, error)
        lane.tools.reached(CrashPoint.AFTER_FIND)
        await _record(lane, delivery, step)
        lane.tools.reached(CrashPoint.AFTER_SETTLED)
    if outcome:
        lane.done[outcome] += 1
        lane.news.set()


async def _record(lane: OpenLane, delivery: Delivery, step: Step) -> None:
    """Record the answer while the lane is ours: it is about what *we* found there, not about another's sending."""
    if not await lane.tools.leases.kept(lane.lease):
        lane.close(more=False)
        return
    try:
        await outcomes.record(lane.tools, step)
    except Exception:  # it stays uncertain and is asked about again
        log.exception("delivery.not_recorded", key=delivery.key)
        return
    if not isinstance(step, Doubt):
        lane.tools.asked_from.pop(delivery.id, None)


async def _answered(lane: OpenLane, delivery: Delivery) -> Outcome:
    """What the platform says, as a step."""
    now = lane.tools.clock.now()
    answer = await _asked(lane, delivery, since=(delivery.sending_at or now) - WRONG_CLOCK)
    match answer:
        case Found():
            found = storable(str(answer.remote_id))
            return "sent", Settled(delivery_id=delivery.id, found=found, at=now)
        case NotFound():
            return "settled", Settled(delivery_id=delivery.id, found=None, at=now)
        case CannotTell() if delivery.repeated:
            return "held", Hold(delivery_id=delivery.id, error=TWICE_UNKNOWN)
        case CannotTell():
            return "settled", Settled(delivery_id=delivery.id, found=None, at=now, repeated=True)
    raise TypeError(f"find() of {delivery.lane_id} answered {type(answer).__name__}")


async def _asked(lane: OpenLane, delivery: Delivery, *, since: datetime) -> object:
    homes = await lane.tools.store.destinations_by_id([delivery.destination_id])
    opening = (await openings_of(lane.tools, [delivery])).get(delivery.slot_id, "")
    part = part_of(delivery, homes[delivery.destination_id], delivery.payload or b"", opening)
    return await answer_of(
        lambda: lane.adapter.find(part, key=delivery.key, since=since), what="find()", seconds=ASK_SECONDS
    )


def _unsettled(lane: OpenLane, delivery: Delivery, error: Exception) -> Outcome:
    """After the catch-up window a message nobody answers for must not hold up its channel unseen."""
    tools, now = lane.tools, lane.tools.clock.now()
    if now - (delivery.sending_at or now) >= CATCH_UP:
        why = f"Nobody could tell whether it was posted: {told(error)}"
        return "held", Hold(delivery_id=delivery.id, error=why)
    wait = patience(error.retry_after) if isinstance(error, Throttled) else _asking_again(now, delivery)
    return "", outcomes.doubt(tools, delivery, error, wait=wait)


def _asking_again(now: datetime, delivery: Delivery) -> float:
    """The longer nobody answers, the more seldom it is asked: after an hour every six minutes."""
    waited = (now - (delivery.sending_at or now)).total_seconds()
    return min(LONGEST_BACKOFF, max(ASK_AGAIN_SECONDS, waited / 10))
