"""Delivery: one loop over the ledger. What is due is claimed, rendered once, sent and marked.

The intent (`sending`) is committed before the platform is called and the outcome after it. What a crash or a lost
answer leaves in between is `uncertain`: the platform is asked before it is sent again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import SystemRandom
from typing import TypeAlias

import structlog

from bot.domain.delivery import Delivery
from bot.domain.digest import Digest
from bot.errors import AuthFailed, DestinationGone, Rejected, StoreBusy, Throttled, Transient, Unknown
from bot.ports import ChatAdapter, Clock, Found, Part
from bot.storage.store import Store

log = structlog.get_logger()
_RANDOM = SystemRandom()

BATCH = 100
SEND_SECONDS = 60.0  # an adapter that has not answered by then has an unknown outcome
SETTLE = timedelta(seconds=SEND_SECONDS + 5)  # a late commit on the platform's side must be visible by then
LAST_ATTEMPT = 8  # for errors of no known class
FIRST_WAIT, LONGEST_WAIT = 1.0, 15 * 60.0  # seconds
MARK_SECONDS = 1.0  # between two tries to record an outcome in a busy database
LOOK_SECONDS = 1.0  # between two looks for what is due while a platform is still being asked
TRIES_TOLD = 60  # a line in the log for every so many of them
Limits: TypeAlias = Mapping[str, asyncio.Semaphore]  # by platform


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReport:
    """What one delivery run did, in messages."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    held: int = 0
    uncertain: int = 0
    expired: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """What one message is sent with."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    clock: Clock
    jitter: Callable[[], float]  # 0 to 1


async def deliver_due(
    store: Store,
    adapters: Mapping[str, ChatAdapter],
    *,
    clock: Clock,
    jitter: Callable[[], float] = _RANDOM.random,
) -> DeliverReport:
    """Send everything that may be sent now; one bad destination never stops the others."""
    lane = Lane(store=store, adapters=adapters, clock=clock, jitter=jitter)
    done = Counter(expired=len(await store.expire(clock.now())))
    settling = asyncio.create_task(_settle(lane))
    try:
        while not settling.done():  # a platform that does not answer a question delays no other message
            done.update(await _send_ready(lane))
            await asyncio.wait({settling}, timeout=LOOK_SECONDS)
        done.update(sent=settling.result())
        done.update(await _send_ready(lane))
    finally:
        settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
    return DeliverReport(**done)


async def _send_ready(lane: Lane) -> Counter[str]:
    """Send what is due until nothing is; how many messages had which outcome."""
    done: Counter[str] = Counter()
    while claimed := await lane.store.claim(lane.clock.now(), limit=BATCH):
        limits = _limits(lane)
        done.update(await asyncio.gather(*(_within(limits, lane, delivery) for delivery in claimed)))
    return done


def _limits(lane: Lane) -> Limits:
    return {name: asyncio.Semaphore(adapter.limits.concurrency) for name, adapter in lane.adapters.items()}


def _limit(limits: Limits, delivery: Delivery) -> asyncio.Semaphore:
    platform = delivery.lane_id.partition(":")[0]
    return limits.get(platform, asyncio.Semaphore())


async def _within(limits: Limits, lane: Lane, delivery: Delivery) -> str:
    async with _limit(limits, delivery):
        try:
            outcome = await _deliver(lane, delivery)
        except Exception:  # its outcome could not be recorded: it stays `sending`, which a restart looks into
            log.exception("delivery.not_recorded", key=delivery.key)
            return "uncertain"
        log.info("delivery.done", outcome=outcome, key=delivery.key, destination=delivery.destination_id)
        return outcome


async def _deliver(lane: Lane, delivery: Delivery) -> str:
    """Render if need be, send, and record what came of it; the outcome's name in the report."""
    try:
        adapter, part = await _prepared(lane, delivery)
    except Rejected as error:
        return await _dead(lane, delivery, error)
    except Exception as error:  # noqa: BLE001 - nothing was sent yet: whatever it is, it is this message's own trouble
        return await _unclassed(lane, delivery, error)
    return await _send(lane, delivery, adapter, part)


async def _send(lane: Lane, delivery: Delivery, adapter: ChatAdapter, part: Part) -> str:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            receipt = await adapter.send(part, key=delivery.key)
    except Exception as error:  # noqa: BLE001 - each class has its answer, and so have those nobody foresaw
        return await _unsent(lane, delivery, error)
    await _mark(lane, lambda: lane.store.mark_sent(delivery.id, receipt.remote_id, lane.clock.now()))
    return "sent"


async def _unsent(lane: Lane, delivery: Delivery, error: Exception) -> str:
    """Record what the platform, or the lack of its answer, said."""
    match error:
        case Throttled():
            step = _again(lane, delivery, error, wait=error.retry_after, deferral=True)
        case AuthFailed():
            step = _again(lane, delivery, error, wait=LONGEST_WAIT, deferral=True)
        case Transient():
            step = _again(lane, delivery, error, wait=_backoff(lane, delivery))
        case DestinationGone():
            step = _held(lane, delivery, error)
        case Rejected():
            step = _dead(lane, delivery, error)
        case Unknown() | TimeoutError():
            step = _uncertain(lane, delivery, error)
        case _ if delivery.attempt >= LAST_ATTEMPT:
            step = _dead(lane, delivery, error)
        case _:  # an adapter's bug may have struck after the message went out
            step = _uncertain(lane, delivery, error)
    return await step


async def _prepared(lane: Lane, delivery: Delivery) -> tuple[ChatAdapter, Part]:
    """The adapter and the part to send, whose bytes are frozen before anything leaves."""
    destination = await lane.store.destination_by_id(delivery.destination_id)
    if destination is None:
        raise Rejected("The destination is gone.")
    adapter = lane.adapters.get(destination.address.platform)
    if adapter is None:
        raise Transient(f"{destination.address.platform} is not switched on.")
    payload = delivery.payload
    if payload is None:
        payload = await _frozen(lane, delivery, adapter)
    return adapter, Part(number=delivery.part_no, payload=payload, channel=destination.address.channel)


async def _frozen(lane: Lane, delivery: Delivery, adapter: ChatAdapter) -> bytes:
    digest = await lane.store.digest(delivery.slot_id)
    if digest is None:
        raise Rejected("The digest of this slot is gone.")
    parts = await _rendered(adapter, digest)
    frozen = await lane.store.freeze_parts(delivery.id, [part.payload for part in parts])
    payload = next(one.payload for one in frozen if one.id == delivery.id)
    if payload is None:
        raise Rejected("The digest was rendered as nothing.")
    return payload


async def _rendered(adapter: ChatAdapter, digest: Digest) -> tuple[Part, ...]:
    return tuple(await asyncio.to_thread(adapter.render, digest))


async def _settle(lane: Lane) -> int:
    """Ask the platforms, side by side, about what may have been posted, once a late commit would be visible.

    How many turned out to be sent.
    """
    now = lane.clock.now()
    ripe = [one for one in await lane.store.uncertain() if now - (one.sending_at or now) >= SETTLE]
    limits = _limits(lane)
    return sum(await asyncio.gather(*(_settle_one(limits, lane, delivery) for delivery in ripe)))


async def _settle_one(limits: Limits, lane: Lane, delivery: Delivery) -> bool:
    async with _limit(limits, delivery):
        try:
            found = await _found(lane, delivery, delivery.sending_at or lane.clock.now())
            await lane.store.resolve_uncertain(delivery.id, found=found, now=lane.clock.now())
        except Exception as error:  # noqa: BLE001 - an unanswered question is asked again by the next run
            log.warning("delivery.unsettled", key=delivery.key, error=_told(error))
            return False
        return found is not None


async def _found(lane: Lane, delivery: Delivery, since: datetime) -> str | None:
    """The platform's id of it, None when it has to be sent again."""
    adapter, part = await _prepared(lane, delivery)
    async with asyncio.timeout(SEND_SECONDS):
        answer = await adapter.find(part, key=delivery.key, since=since)
    return answer.remote_id if isinstance(answer, Found) else None


async def _again(
    lane: Lane, delivery: Delivery, error: Exception, *, wait: float, deferral: bool = False
) -> str:
    not_before = lane.clock.now() + timedelta(seconds=max(wait, FIRST_WAIT))
    await _mark(
        lane,
        lambda: lane.store.mark_pending(
            delivery.id, error=_told(error), not_before=not_before, deferral=deferral
        ),
    )
    if isinstance(error, AuthFailed):
        log.error("delivery.auth_failed", lane=delivery.lane_id, error=str(error))
    return "retried"


async def _unclassed(lane: Lane, delivery: Delivery, error: Exception) -> str:
    known = isinstance(error, Transient | StoreBusy)
    if not known and delivery.attempt >= LAST_ATTEMPT:
        return await _dead(lane, delivery, error)
    return await _again(lane, delivery, error, wait=_backoff(lane, delivery))


async def _uncertain(lane: Lane, delivery: Delivery, error: Exception) -> str:
    await _mark(lane, lambda: lane.store.mark_uncertain(delivery.id, error=_told(error)))
    return "uncertain"


async def _held(lane: Lane, delivery: Delivery, error: Exception) -> str:
    await _mark(lane, lambda: lane.store.mark_held(delivery.id, error=_told(error)))
    return "held"


async def _dead(lane: Lane, delivery: Delivery, error: Exception) -> str:
    await _mark(lane, lambda: lane.store.mark_dead(delivery.id, error=_told(error)))
    return "dead"


async def _mark(lane: Lane, mark: Callable[[], Awaitable[Delivery]]) -> None:
    """Record an outcome, however long the database is busy: one that is forgotten blocks its channel.

    Whoever stops the bot meanwhile leaves the message `sending`, which the next start looks into.
    """
    for tried in count(1):
        try:
            await mark()
        except StoreBusy as error:
            if tried % TRIES_TOLD == 0:
                log.warning("delivery.outcome_not_recorded_yet", tried=tried, error=_told(error))
            await lane.clock.sleep(MARK_SECONDS)
        else:
            return


def _backoff(lane: Lane, delivery: Delivery) -> float:
    """Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/."""
    return lane.jitter() * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(delivery.attempt, 20))


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
