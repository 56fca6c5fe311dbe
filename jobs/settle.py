"""What may have been posted: the platform is asked, side by side, before anything is sent again."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.domain.delivery import Delivery
from bot.domain.schedule import CATCH_UP
from bot.ports import CannotTell, Found, NotFound

from . import outcomes
from .outcomes import SETTLE, storable, told
from .outgoing import Tools, limit, prepared

log = structlog.get_logger()

ASK_SECONDS = 20.0  # a question that is not answered by then is asked again by the next run
TWICE_UNKNOWN = (
    "Twice nobody could tell whether it was posted. Look into the channel: `deliveries replay` sends it again, "
    "`deliveries drop` gives it up."
)


async def settle(tools: Tools) -> list[str]:
    """Ask about everything a late commit would be visible of by now; what came of each."""
    now = tools.clock.now()
    lost = await tools.store.recover_lost(
        owner=tools.in_flight.owner, sending=tools.in_flight.ids, before=now - SETTLE
    )
    for delivery in lost:
        log.warning("delivery.lost", key=delivery.key)
    ripe = [one for one in await tools.store.uncertain() if _ask_from(one, now) <= now]
    return await asyncio.gather(*(_settle_one(tools, delivery) for delivery in ripe))


def _ask_from(delivery: Delivery, now: datetime) -> datetime:
    return delivery.not_before or (delivery.sending_at or now) + SETTLE


async def _settle_one(tools: Tools, delivery: Delivery) -> str:
    """One that cannot be settled is left for the next run, and in the end for a person."""
    async with limit(tools.asks, delivery):
        try:
            return await _settled(tools, delivery)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's own trouble
            log.warning("delivery.unsettled", key=delivery.key, error=told(error))
            return await _unsettled(tools, delivery, error)


async def _settled(tools: Tools, delivery: Delivery) -> str:
    adapter, part = await prepared(tools, delivery)
    since = delivery.sending_at or tools.clock.now()
    async with asyncio.timeout(ASK_SECONDS):
        answer = await adapter.find(part, key=delivery.key, since=since)
    match answer:
        case Found():
            await _resolve(tools, delivery, found=storable(str(answer.remote_id)))
            return "sent"
        case NotFound():
            await _resolve(tools, delivery)
            return ""
        case CannotTell() if delivery.repeated:
            return await outcomes.held(tools, delivery, TWICE_UNKNOWN)
        case CannotTell():
            await _resolve(tools, delivery, repeated=True)
            return ""
    raise TypeError(f"find() of {delivery.lane_id} answered {type(answer).__name__}")


async def _resolve(
    tools: Tools, delivery: Delivery, *, found: str | None = None, repeated: bool = False
) -> None:
    now = tools.clock.now()
    await tools.store.resolve_uncertain(delivery.id, found=found, now=now, repeated=repeated)


async def _unsettled(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """After the catch-up window a message nobody answers for must not hold up its channel unseen."""
    began = delivery.sending_at or tools.clock.now()
    if tools.clock.now() - began < CATCH_UP:
        return ""
    try:
        return await outcomes.held(tools, delivery, f"Nobody could tell whether it was posted: {told(error)}")
    except Exception:
        log.exception("delivery.not_recorded", key=delivery.key)
        return ""
