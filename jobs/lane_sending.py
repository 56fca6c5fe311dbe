"""One message: its turn, the intent committed, the call, the outcome committed."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.domain.delivery import Claim
from bot.errors import AuthFailed, StoreBusy, Throttled
from bot.ports import Receipt

from . import outcomes
from .crash import CrashPoint
from .lane_open import OpenLane
from .outcomes import SEND_SECONDS, Outcome, code_of, patience, told
from .outgoing import Outgoing
from .strangers import answer_of

log = structlog.get_logger()

PATIENCE_SECONDS = 5.0  # a lane that is to be quiet for longer is left until then
STALE_SECONDS = (
    3.0  # between intent and call; the settle delay counts from the intent and has little more to spare
)


async def deliver(lane: OpenLane, item: Outgoing) -> str:
    """Send it, now that its turn has come; the outcome's name in the report, "" when it was not called."""
    try:
        outcome = await _claimed_and_sent(lane, item)
    except Exception as error:  # whatever it was, the message may be out
        log.exception("delivery.escaped", key=item.delivery.key)
        outcome = await _escaped(lane, item, error)
    log.debug("delivery.done", outcome=outcome, key=item.delivery.key)
    return outcome


async def _claimed_and_sent(lane: OpenLane, item: Outgoing) -> str:
    tools = lane.tools
    async with lane.calls:  # not while the outcome is committed: others may call meanwhile
        outcome = await _called(lane, item)
    if outcome is None:
        return ""
    name, step = outcome
    tools.reached(CrashPoint.AFTER_SEND)
    await outcomes.record(tools, step)
    tools.reached(CrashPoint.AFTER_SENT)
    return name


async def _called(lane: OpenLane, item: Outgoing) -> Outcome | None:
    """Commit the intent and call in the lane's turn; None when it was not called."""
    if not await _turn_came(lane, item):
        return None
    return await _sent(lane, item)


async def _turn_came(lane: OpenLane, item: Outgoing) -> bool:
    tools = lane.tools
    intended = tools.clock.monotonic()
    try:
        tools.reached(CrashPoint.BEFORE_SENDING)
        if not lane.goes_on() or not await _claimed(lane, item):
            return False
        came = await lane.pacer.turn(within=intended + STALE_SECONDS - tools.clock.monotonic())
    finally:
        lane.ahead.release()
    tools.reached(CrashPoint.AFTER_SENDING)
    return await _may_call(lane, item, intended, came=came)


async def _claimed(lane: OpenLane, item: Outgoing) -> bool:
    """Commit the intent; when that cannot be done, the lane is no longer ours to send in."""
    tools = lane.tools
    if not await tools.leases.kept(lane.lease):
        lane.close(more=False)
        return False
    claim = Claim(delivery_id=item.delivery.id, at=tools.clock.now(), channel=item.part.channel)
    try:
        (took,) = await tools.commits.record(claim)
    except StoreBusy as busy:  # committed or not: the next owner of the lane looks into it
        log.warning("lane.claim_failed", lane=lane.lease.lane.id, reason=told(busy))
        lane.close(more=False)
        return False
    except Exception:
        log.exception("lane.claim_failed", lane=lane.lease.lane.id)
        lane.close(more=False)
        return False
    if not took:
        await _refused(lane, item)
    return took


async def _refused(lane: OpenLane, item: Outgoing) -> None:
    """The message changed since it was read, or the lane did: a lane that is another's now is left at once."""
    lane.passed_over.add(item.delivery.id)
    if not await lane.tools.leases.checked(lane.lease):
        lane.close(more=False)


async def _may_call(lane: OpenLane, item: Outgoing, intended: float, *, came: bool) -> bool:
    """The last look before the platform is called; what may not be called any more is given back."""
    tools, wait = lane.tools, lane.pacer.blocked_for()
    if not tools.leases.lasts(lane.lease):
        why = "the lane was another's before this was sent"
        lane.close(more=False)
    elif lane.refused:
        why = "the lane was paused before this was sent"
    elif wait:
        why = "the platform asked for patience before this was sent"
    elif not came or tools.clock.monotonic() - intended > STALE_SECONDS:
        why = "the intent was committed too long before this was sent"
        wait = STALE_SECONDS * (1 + tools.jitter())  # at once, a slow database would only get slower
    else:
        return True
    step = outcomes.not_called(tools, item.delivery, why, wait=wait)
    await outcomes.record(tools, step)
    return False


async def _sent(lane: OpenLane, item: Outgoing) -> Outcome:
    try:
        receipt = await _receipt(item)
    except Exception as error:  # noqa: BLE001 - each class has its answer, and so have those nobody foresaw
        log.info("delivery.failed", key=item.delivery.key, code=code_of(error), reason=told(error))
        await _heeded(lane, error)
        return outcomes.unsent(lane.tools, item.delivery, error, attempt=item.delivery.attempt + 1)
    return outcomes.sent(lane.tools, item.delivery, receipt.remote_id)


async def _receipt(item: Outgoing) -> Receipt:
    """What `send` answers, if it is a receipt; an adapter may be a stranger's."""
    receipt: object = await answer_of(
        lambda: item.adapter.send(item.part, key=item.delivery.key), what="send()", seconds=SEND_SECONDS
    )
    if not isinstance(receipt, Receipt) or not isinstance(receipt.remote_id, str):
        raise TypeError(f"send() answered {type(receipt).__name__}, no receipt with an id")
    return receipt


async def _heeded(lane: OpenLane, error: Exception) -> None:
    """What holds for every message of the token stops the lane, before anybody else calls."""
    match error:
        case Throttled(whole_lane=True):
            await _blocked(lane, patience(error.retry_after))
        case AuthFailed():
            await _paused(lane, error)


async def _blocked(lane: OpenLane, seconds: float) -> None:
    tools, lane_id = lane.tools, lane.lease.lane.id
    lane.pacer.block(seconds)
    if seconds > PATIENCE_SECONDS:
        lane.close(more=False)
    log.warning("lane.throttled", lane=lane_id, seconds=seconds)
    until = tools.clock.now() + timedelta(seconds=seconds)
    owner = tools.leases.owner
    await outcomes.insisted(tools, lambda: tools.store.block_lane(lane_id, owner=owner, until=until))


async def _paused(lane: OpenLane, error: AuthFailed) -> None:
    if lane.refused:
        return
    lane.refused = True
    lane.close(more=False)
    tools, lane_id, reason = lane.tools, lane.lease.lane.id, told(error)
    log.error("lane.auth_failed", lane=lane_id, error=reason)
    owner = tools.leases.owner
    await outcomes.insisted(tools, lambda: tools.store.pause_lane(lane_id, reason=reason, owner=owner))


async def _escaped(lane: OpenLane, item: Outgoing, error: Exception) -> str:
    try:
        name, step = outcomes.uncertain(lane.tools, item.delivery, error)
        await outcomes.record(lane.tools, step)
    except Exception:  # what stays `sending` becomes uncertain when the lane is taken again
        log.exception("delivery.not_recorded", key=item.delivery.key)
        return ""
    return name
