"""What came of a message, as the step to record; every outcome is recorded, however long the database is away."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import TypeAlias, TypeVar

import structlog

from bot.domain.delivery import Again, Bury, Delivery, Doubt, Hold, Sent, Step
from bot.domain.schedule import CATCH_UP
from bot.errors import (
    AuthFailed,
    DestinationGone,
    PaperRoundError,
    Rejected,
    StoreBusy,
    Throttled,
    Transient,
    Unknown,
)

from .outgoing import Asking, Tools

log = structlog.get_logger()

R = TypeVar("R")
Outcome: TypeAlias = tuple[str, Step]  # its name in the report, and what to record

SEND_SECONDS = 60.0  # an adapter that has not answered by then has an unknown outcome
SETTLE = timedelta(seconds=SEND_SECONDS + 5)  # a late commit on the platform's side must be visible by then
LAST_ATTEMPT = 8  # for errors of no known class
FIRST_WAIT, LONGEST_BACKOFF = 1.0, 15 * 60.0  # seconds
LONGEST_WAIT = CATCH_UP.total_seconds()  # whoever asks for more patience than a digest has
MARK_SECONDS = 1.0  # between two tries to record an outcome in a busy database
TRIES_TOLD = 60  # a line in the log for every so many of them
LONGEST_ERROR = 500  # characters of a platform's words that are kept


def not_begun(tools: Tools, delivery: Delivery, error: Exception) -> Outcome:
    """Why it was not even tried; nothing was sent, so it may simply be tried later."""
    known = isinstance(error, Transient | StoreBusy)
    last = not known and delivery.attempt + 1 >= LAST_ATTEMPT
    if last or isinstance(error, Rejected):
        return _dead(delivery, error)
    return _again(tools, delivery, error, wait=_backoff(tools, delivery.attempt + 1))


def unsent(tools: Tools, delivery: Delivery, error: Exception, *, attempt: int) -> Outcome:
    """What the platform, or the lack of its answer, said at that attempt (from 1)."""
    match error:
        case Throttled():
            return _again(tools, delivery, error, wait=patience(error.retry_after), deferral=True)
        case AuthFailed():  # the lane pauses; when it goes on, so does this
            return _again(tools, delivery, error, wait=0.0, deferral=True)
        case Transient():
            return _again(tools, delivery, error, wait=_backoff(tools, attempt))
        case Unknown() | TimeoutError():
            return uncertain(tools, delivery, error)
        case DestinationGone() | Rejected():
            return _refused(delivery, error)
    return _unforeseen(tools, delivery, error, attempt)


def sent(tools: Tools, delivery: Delivery, remote_id: str) -> Outcome:
    """The platform has it."""
    return "sent", Sent(delivery_id=delivery.id, remote_id=storable(remote_id), at=tools.clock.now())


def uncertain(tools: Tools, delivery: Delivery, error: Exception) -> Outcome:
    """Nobody knows; a late commit shows when the settle delay is over, from now."""
    return "uncertain", doubt(tools, delivery, error, wait=tools.settle.total_seconds())


def doubt(tools: Tools, delivery: Delivery, error: Exception, *, wait: float) -> Doubt:
    """Ask the platform, not before so many seconds; remembered here by a clock that nobody sets."""
    ask_from = tools.clock.now() + timedelta(seconds=wait)
    tools.asked_from[delivery.id] = Asking(delivery.lane_id, ask_from, tools.clock.monotonic() + wait)
    return Doubt(delivery_id=delivery.id, error=told(error), ask_from=ask_from)


def not_called(tools: Tools, delivery: Delivery, why: str, *, wait: float = 0.0) -> Step:
    """The lane was stopped between the intent and the call: certainly not posted, and no attempt."""
    not_before = tools.clock.now() + timedelta(seconds=wait)
    return Again(delivery_id=delivery.id, error=why, not_before=not_before, deferral=True)


async def insisted(tools: Tools, write: Callable[[], Awaitable[R]]) -> R:
    """Write, however long the database is away: an outcome that is forgotten blocks its channel.

    Whoever stops the bot meanwhile leaves the message `sending`, which the lane's next owner looks into.
    """
    for tried in count(1):
        try:
            return await write()
        except StoreBusy as busy:
            if tried % TRIES_TOLD == 0:
                log.warning("delivery.outcome_not_recorded_yet", tried=tried, reason=told(busy))
        await tools.clock.sleep(MARK_SECONDS)
    raise AssertionError("counting ended")


async def record(tools: Tools, step: Step) -> bool:
    """Record an outcome; False when the message had moved on without us."""
    (took,) = await insisted(tools, lambda: tools.commits.record(step))
    return took


def patience(seconds: float) -> float:
    """The seconds to wait when a platform names them: a number, and no longer than a digest can wait."""
    if math.isnan(seconds):
        return LONGEST_BACKOFF
    return min(max(seconds, FIRST_WAIT), LONGEST_WAIT)


def told(error: BaseException) -> str:
    """What an error says, fit for the ledger."""
    return storable(str(error)) or type(error).__name__


def code_of(error: BaseException) -> str:
    """The short name an error has in the log."""
    return error.code if isinstance(error, PaperRoundError) else type(error).__name__


def storable(text: str) -> str:
    """Somebody else's words, short and free of what no database takes."""
    short = text if len(text) <= LONGEST_ERROR else f"{text[: LONGEST_ERROR - 1]}…"
    return short.replace("\0", "").encode(errors="replace").decode()


def _refused(delivery: Delivery, error: DestinationGone | Rejected) -> Outcome:
    if isinstance(error, DestinationGone):
        return "held", Hold(delivery_id=delivery.id, error=told(error), pause=True)
    return _dead(delivery, error)


def _dead(delivery: Delivery, error: Exception) -> Outcome:
    return "dead", Bury(delivery_id=delivery.id, error=told(error))


def _unforeseen(tools: Tools, delivery: Delivery, error: Exception, attempt: int) -> Outcome:
    """An adapter's bug may have struck after the message went out."""
    log.error("delivery.unforeseen", key=delivery.key, lane=delivery.lane_id, exc_info=error)
    if attempt >= LAST_ATTEMPT:
        return _dead(delivery, error)
    return uncertain(tools, delivery, error)


def _again(
    tools: Tools, delivery: Delivery, error: Exception, *, wait: float, deferral: bool = False
) -> Outcome:
    # A refused token is no wait of the message's own; everything else waits at least a moment.
    seconds = wait if isinstance(error, AuthFailed) else max(wait, FIRST_WAIT)
    not_before = tools.clock.now() + timedelta(seconds=seconds)
    return "retried", Again(
        delivery_id=delivery.id, error=told(error), not_before=not_before, deferral=deferral
    )


def _backoff(tools: Tools, attempt: int) -> float:
    """Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/."""
    return tools.jitter() * min(LONGEST_BACKOFF, FIRST_WAIT * 2.0 ** min(attempt, 20))
