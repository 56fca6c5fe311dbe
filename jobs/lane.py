"""One drain of one lane: what is due is read ahead, made ready, and sent at the lane's pace.

Each pass goes through the lane by id, so every destination gets its first part before anybody gets a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress

import structlog

from bot.domain.delivery import Delivery
from bot.errors import StoreBusy

from . import outcomes
from .lane_open import OpenLane
from .lane_sending import deliver
from .outcomes import code_of, told
from .outgoing import Outgoing, Unready, prepared
from .settle import settle
from .tasks import together

log = structlog.get_logger()

LOOK_SECONDS = 1.0  # between two looks at what became due while messages or questions are on their way
PROOF_SECONDS = 3.0  # one slow channel must not hold up the lane for longer
SHORTEST_REST = 0.05  # seconds; channels whose rest ends at nearly the same time are read together


async def drained(lane: OpenLane) -> None:
    """Send and settle what is due; returns when nothing is, or the lane was closed and what was on its way is done."""
    others = (_work_when_proven(lane) for _ in range(lane.workers - 1))
    await together(_settle(lane), _feed(lane), _work(lane), *others)


async def _work(lane: OpenLane) -> None:
    """Send one message after another, each in its turn, until the lane is closed."""
    while (item := await _next(lane)) is not None:
        outcome = await deliver(lane, item)
        lane.finish(item, outcome)


async def _work_when_proven(lane: OpenLane) -> None:
    """`_work`, after the first call of this process: a token that is no good is tried once and not ten times."""
    with lane.idle(), suppress(TimeoutError):
        async with asyncio.timeout(PROOF_SECONDS):
            await lane.proven.wait()
    await _work(lane)


async def _next(lane: OpenLane) -> Outgoing | None:
    """The next message, when its turn has come; None when the lane was closed meanwhile."""
    if not lane.goes_on():
        return None
    with lane.idle():
        item = await lane.queue.get()
        if lane.queue.empty() and lane.finished:
            lane.news.set()
        if await _near(lane):
            return item
    return None


async def _near(lane: OpenLane) -> bool:
    """Wait for a place among those whose turn is near, which `deliver` gives back; whether the lane still goes on."""
    await lane.ahead.acquire()
    try:
        await lane.pacer.soon()
    except BaseException:
        lane.ahead.release()
        raise
    if not lane.goes_on():
        lane.ahead.release()
        return False
    return True


async def _settle(lane: OpenLane) -> None:
    """Ask about what is uncertain, beside the sending."""
    await _tried(lane, settle(lane), "lane.not_settled")
    lane.asking = False
    lane.news.set()


async def _feed(lane: OpenLane) -> None:
    """Read ahead until nothing is due, then close the lane."""
    await _tried(lane, _passes(lane), "lane.not_read")
    lane.close(more=False)


async def _tried(lane: OpenLane, work: Awaitable[None], failed: str) -> None:
    """Do it as long as the lane is open; what goes wrong is logged, the next drain tries again."""
    with lane.idle():
        try:
            await work
        except StoreBusy as busy:
            log.warning(failed, lane=lane.lease.lane.id, reason=told(busy))
        except Exception:
            log.exception(failed, lane=lane.lease.lane.id)


async def _passes(lane: OpenLane) -> None:
    while lane.goes_on():
        lane.news.clear()
        lane.finished = False
        found, rest = await _pass(lane)
        if lane.busy or lane.asking:
            await _news(lane)
        elif found or lane.news.is_set():
            continue
        elif rest is not None:
            await lane.tools.clock.sleep(max(rest, SHORTEST_REST))
        elif blocked := lane.pacer.blocked_for():  # not for long, or the lane would be closed
            await lane.tools.clock.sleep(blocked + SHORTEST_REST)
        else:
            return


async def _pass(lane: OpenLane) -> tuple[bool, float | None]:
    """Go through the lane once: whether anything was sent off, and the seconds the first resting channel still rests."""
    tools, after, found, rests = lane.tools, 0, False, list[float]()
    while lane.goes_on():
        now, limit, busy = tools.clock.now(), lane.load, frozenset(lane.busy)
        heads = await tools.store.ready(lane.lease.lane.id, now, after=after, limit=limit)
        if not heads:
            break
        lane.read_further()
        after = heads[-1].id
        awake, resting = _awake(lane, heads, busy)
        rests += resting
        found = await _sent_off(lane, awake) or found
        if len(heads) < limit:
            break
    return found, min(rests, default=None)


def _awake(
    lane: OpenLane, heads: Sequence[Delivery], busy: frozenset[int]
) -> tuple[list[Delivery], list[float]]:
    """Those whose destination waits for nothing, and the seconds the resting ones still rest.

    `busy` is from before they were read: what was on its way then may have been put off since.
    """
    taken = lane.busy | busy
    idle = [one for one in heads if one.destination_id not in taken and one.id not in lane.passed_over]
    rests = [(one, lane.rests_for(one.destination_id)) for one in idle]
    return [one for one, rest in rests if rest <= 0], [rest for _, rest in rests if rest > 0]


async def _sent_off(lane: OpenLane, heads: Sequence[Delivery]) -> bool:
    """Make them ready and hand them to the workers; whether there were any."""
    lane.busy.update(one.destination_id for one in heads)
    ready = await prepared(lane.tools, lane.adapter, heads)
    lane.busy.difference_update(
        {one.destination_id for one in heads} - {one.delivery.destination_id for one in ready}
    )
    await _put_off(lane, [item for item in ready if isinstance(item, Unready)])
    for item in ready:
        if isinstance(item, Outgoing):
            await lane.queue.put(item)
    return bool(ready)


async def _put_off(lane: OpenLane, items: Sequence[Unready]) -> None:
    for item in items:
        log.info("delivery.unready", key=item.delivery.key, code=code_of(item.error), reason=told(item.error))
    later = [outcomes.not_begun(lane.tools, item.delivery, item.error) for item in items]
    await together(*(outcomes.record(lane.tools, step) for _, step in later))
    lane.done.update(name for name, _ in later)
    lane.busy.difference_update(item.delivery.destination_id for item in items)


async def _news(lane: OpenLane) -> None:
    """Wait until something may have become due; not for ever, as the table may know more than this process."""
    while True:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await lane.news.wait()
        except TimeoutError:
            if not lane.queue.empty():  # enough was read ahead
                continue
        return
