"""Delivery: one loop over the ledger. What is due is rendered once, claimed, sent and marked.

The intent (`sending`) is committed right before the platform is called and the outcome after it. What a crash or a
lost answer leaves in between is `uncertain`: the platform is asked before it is sent again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import SystemRandom

import structlog

from bot.domain.delivery import Delivery
from bot.ports import ChatAdapter, Clock, Part, Receipt
from bot.storage.store import Store

from . import outcomes
from .outcomes import SEND_SECONDS
from .outgoing import Tools, limit, prepared, tools
from .settle import settle

log = structlog.get_logger()
_RANDOM = SystemRandom()

BATCH = 100
LOOK_SECONDS = 1.0  # between two looks at what became due while platforms are asked


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReport:
    """What one delivery run did, in messages."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    held: int = 0
    uncertain: int = 0
    expired: int = 0


async def deliver_due(
    store: Store,
    adapters: Mapping[str, ChatAdapter],
    *,
    clock: Clock,
    jitter: Callable[[], float] = _RANDOM.random,
) -> DeliverReport:
    """Send everything that may be sent now; one bad destination never stops the others."""
    run = tools(store, adapters, clock=clock, jitter=jitter)
    done = Counter(expired=len(await store.expire(clock.now())))
    settling = asyncio.create_task(settle(run))
    try:
        while not settling.done():  # a platform that does not answer a question delays no other message
            done.update(await _send_ready(run))
            await asyncio.wait({settling}, timeout=LOOK_SECONDS)
        done.update(settling.result())
        done.update(await _send_ready(run))
    finally:
        settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
    done.pop("", None)
    return DeliverReport(**done)


async def _send_ready(run: Tools) -> Counter[str]:
    """Send what is due until nothing is; how many messages had which outcome."""
    done: Counter[str] = Counter()
    while ready := await run.store.ready_anywhere(run.clock.now(), limit=BATCH):
        came = await asyncio.gather(*(_within(run, delivery) for delivery in ready))
        done.update(came)
        if not any(came):  # somebody else was faster with all of them, or nothing can be recorded
            break
    return done


async def _within(run: Tools, delivery: Delivery) -> str:
    """Deliver it when its turn comes; what came of it, "" when nothing did."""
    async with limit(run.sends, delivery):
        if delivery.id in run.in_flight.ids:
            return ""
        run.in_flight.ids.add(delivery.id)
        try:
            outcome = await _deliver(run, delivery)
        except Exception as error:
            log.exception("delivery.escaped", key=delivery.key)
            outcome = await _escaped(run, delivery, error)
        finally:
            run.in_flight.ids.discard(delivery.id)
        log.info("delivery.done", outcome=outcome, key=delivery.key, destination=delivery.destination_id)
        return outcome


async def _deliver(run: Tools, delivery: Delivery) -> str:
    """Render if need be, claim, send, and record what came of it; the outcome's name in the report."""
    try:
        adapter, part = await prepared(run, delivery)
        claimed = await run.store.claim(run.clock.now(), owner=run.in_flight.owner, only=delivery.id)
    except Exception as error:  # noqa: BLE001 - nothing was sent yet: whatever it is, it is this message's own trouble
        return await outcomes.not_begun(run, delivery, error)
    if not claimed:
        return ""
    return await _send(run, claimed[0], adapter, part)


async def _send(run: Tools, delivery: Delivery, adapter: ChatAdapter, part: Part) -> str:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            receipt = await _receipt(adapter, part, delivery.key)
    except Exception as error:  # noqa: BLE001 - each class has its answer, and so have those nobody foresaw
        return await outcomes.unsent(run, delivery, error)
    return await outcomes.sent(run, delivery, receipt.remote_id)


async def _receipt(adapter: ChatAdapter, part: Part, key: str) -> Receipt:
    """What `send` answers, if it is a receipt; an adapter may be a stranger's."""
    try:
        receipt: object = await adapter.send(part, key=key)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("send() ended in a cancellation nobody asked for") from error
    if not isinstance(receipt, Receipt) or not isinstance(receipt.remote_id, str):
        raise TypeError(f"send() answered {type(receipt).__name__}, no receipt with an id")
    return receipt


async def _escaped(run: Tools, delivery: Delivery, error: Exception) -> str:
    """Whatever it was, it may have been posted."""
    try:
        return await outcomes.uncertain(run, delivery, error)
    except Exception:  # what stays `sending` becomes uncertain in a later run
        log.exception("delivery.not_recorded", key=delivery.key)
        return ""
