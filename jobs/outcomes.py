"""What came of a message, recorded: every outcome is, however long the database is busy."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count

import structlog

from bot.domain.delivery import Delivery
from bot.domain.schedule import CATCH_UP
from bot.errors import AuthFailed, DestinationGone, Rejected, StoreBusy, Throttled, Transient, Unknown

from .outgoing import Tools

log = structlog.get_logger()

SEND_SECONDS = 60.0  # an adapter that has not answered by then has an unknown outcome
SETTLE = timedelta(seconds=SEND_SECONDS + 5)  # a late commit on the platform's side must be visible by then
LAST_ATTEMPT = 8  # for errors of no known class
FIRST_WAIT, LONGEST_BACKOFF = 1.0, 15 * 60.0  # seconds
LONGEST_WAIT = CATCH_UP.total_seconds()  # whoever asks for more patience than a digest has
MARK_SECONDS = 1.0  # between two tries to record an outcome in a busy database
TRIES_TOLD = 60  # a line in the log for every so many of them
LONGEST_ERROR = 500  # characters of a platform's words that are kept


async def not_begun(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """Record why it was not even tried; nothing was sent, so it may simply be tried later."""
    known = isinstance(error, Transient | StoreBusy)
    last = not known and delivery.attempt + 1 >= LAST_ATTEMPT
    if last or isinstance(error, Rejected):
        return await dead(tools, delivery, error)
    return await _again(tools, delivery, error, wait=_backoff(tools, delivery.attempt + 1))


async def unsent(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """Record what the platform, or the lack of its answer, said."""
    match error:
        case Throttled():
            step = _again(tools, delivery, error, wait=patience(error.retry_after), deferral=True)
        case AuthFailed():
            log.error("delivery.auth_failed", lane=delivery.lane_id, error=told(error))
            step = _again(tools, delivery, error, wait=LONGEST_BACKOFF, deferral=True)
        case Transient():
            step = _again(tools, delivery, error, wait=_backoff(tools, delivery.attempt))
        case DestinationGone():
            step = held(tools, delivery, told(error))
        case Rejected():
            step = dead(tools, delivery, error)
        case Unknown() | TimeoutError():
            step = uncertain(tools, delivery, error)
        case _:
            step = _unforeseen(tools, delivery, error)
    return await step


async def sent(tools: Tools, delivery: Delivery, remote_id: str) -> str:
    """Record that the platform has it."""
    at = tools.clock.now()
    await record(tools, lambda: tools.store.mark_sent(delivery.id, storable(remote_id), at))
    return "sent"


async def uncertain(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """Record that nobody knows; a late commit shows within `SETTLE` from now."""
    ask_from = tools.clock.now() + SETTLE
    await record(tools, lambda: tools.store.mark_uncertain(delivery.id, error=told(error), ask_from=ask_from))
    return "uncertain"


async def held(tools: Tools, delivery: Delivery, why: str) -> str:
    """Record that it waits for a person."""
    await record(tools, lambda: tools.store.mark_held(delivery.id, error=why))
    return "held"


async def dead(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """Record that it will never be sent."""
    await record(tools, lambda: tools.store.mark_dead(delivery.id, error=told(error)))
    return "dead"


async def record(tools: Tools, mark: Callable[[], Awaitable[Delivery]]) -> None:
    """Record an outcome, however long the database is busy: one that is forgotten blocks its channel.

    Whoever stops the bot meanwhile leaves the message `sending`, which the next start looks into.
    """
    for tried in count(1):
        try:
            await mark()
        except StoreBusy as busy:
            if tried % TRIES_TOLD == 0:
                log.warning("delivery.outcome_not_recorded_yet", tried=tried, reason=told(busy))
            await tools.clock.sleep(MARK_SECONDS)
        else:
            return


def patience(seconds: float) -> float:
    """The seconds to wait when a platform names them: a number, and no longer than a digest can wait."""
    if math.isnan(seconds):
        return LONGEST_BACKOFF
    return min(max(seconds, FIRST_WAIT), LONGEST_WAIT)


def told(error: BaseException) -> str:
    """What an error says, fit for the ledger."""
    return storable(str(error)) or type(error).__name__


def storable(text: str) -> str:
    """Somebody else's words, short and free of what no database takes."""
    short = text if len(text) <= LONGEST_ERROR else f"{text[: LONGEST_ERROR - 1]}…"
    return short.replace("\0", "").encode(errors="replace").decode()


async def _unforeseen(tools: Tools, delivery: Delivery, error: Exception) -> str:
    """An adapter's bug may have struck after the message went out."""
    log.error("delivery.unforeseen", key=delivery.key, lane=delivery.lane_id, exc_info=error)
    if delivery.attempt >= LAST_ATTEMPT:
        return await dead(tools, delivery, error)
    return await uncertain(tools, delivery, error)


async def _again(
    tools: Tools, delivery: Delivery, error: Exception, *, wait: float, deferral: bool = False
) -> str:
    not_before = tools.clock.now() + timedelta(seconds=max(wait, FIRST_WAIT))
    await record(
        tools,
        lambda: tools.store.mark_pending(
            delivery.id, error=told(error), not_before=not_before, deferral=deferral
        ),
    )
    return "retried"


def _backoff(tools: Tools, attempt: int) -> float:
    """Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/."""
    return tools.jitter() * min(LONGEST_BACKOFF, FIRST_WAIT * 2.0 ** min(attempt, 20))
