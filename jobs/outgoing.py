"""What messages are sent with: their channel, and bytes that are frozen before anything leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4
from weakref import WeakKeyDictionary

from bot.domain.delivery import Delivery, Freeze
from bot.domain.digest import Digest
from bot.domain.subscription import Destination
from bot.errors import Rejected, StoreBusy
from bot.ports import ChatAdapter, Clock, Part
from bot.storage.store import Store

from .commits import Commits
from .crash import CrashPoint, Reached
from .drawing import Drawn, Stuck, all_drawn
from .lane_lease import Leases

PREPARED_AT_ONCE = 8  # lanes: of a hundred at once none would be ready soon, and all would come back together


@dataclass(frozen=True, slots=True)
class InFlight:
    """What this process is sending from one store, and the name it does so under."""

    owner: str = field(default_factory=lambda: uuid4().hex)
    lanes: dict[str, asyncio.Event] = field(default_factory=dict)  # being drained; set to have it look again


# All senders of a process must know of each other: its own name lets anybody in it take a lane of its own again.
_IN_FLIGHT: WeakKeyDictionary[Store, InFlight] = WeakKeyDictionary()


def in_flight(store: Store) -> InFlight:
    """What this process is sending from a store."""
    return _IN_FLIGHT.setdefault(store, InFlight())


@dataclass(frozen=True, slots=True)
class Asking:
    """When the platform may be asked: as the ledger has it, and the same moment on the monotonic clock."""

    lane_id: str
    ask_from: datetime
    monotonic: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What every step of sending needs."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    clock: Clock
    jitter: Callable[[], float]  # 0 to 1
    settle: timedelta  # a late commit on the platform's side is visible by then
    reached: Reached
    commits: Commits
    leases: Leases
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    preparing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PREPARED_AT_ONCE))
    rests: dict[int, float] = field(default_factory=dict)  # by destination, until when on the monotonic clock
    asked_from: dict[int, Asking] = field(default_factory=dict)  # by delivery, what is uncertain
    stuck: dict[str, Stuck] = field(default_factory=dict)  # by platform, what its adapter draws for too long
    proven: set[str] = field(default_factory=set)  # lanes whose token was taken since this process began


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message ready to be sent."""

    delivery: Delivery
    adapter: ChatAdapter
    part: Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Unready:
    """A message that could not be made ready, and why."""

    delivery: Delivery
    error: Exception


async def prepared(
    tools: Tools, adapter: ChatAdapter, deliveries: Sequence[Delivery]
) -> list[Outgoing | Unready]:
    """Each with its frozen bytes, drawn and frozen now where they are not yet; none that another froze meanwhile."""
    if not deliveries:
        return []
    frozen, troubles = await _frozen(tools, adapter, [one for one in deliveries if one.payload is None])
    openings = await openings_of(tools, deliveries)
    homes = await tools.store.destinations_by_id({one.destination_id for one in deliveries})
    ready: list[Outgoing | Unready] = list(troubles)
    for delivery in deliveries:
        payload = delivery.payload or frozen.get(delivery.id)
        if payload is None:
            continue
        home = homes.get(delivery.destination_id)
        if home is None:
            ready.append(_unready(delivery, Rejected("The destination is gone.")))
            continue
        part = part_of(delivery, home, payload, openings.get(delivery.slot_id, ""))
        ready.append(Outgoing(delivery=delivery, adapter=adapter, part=part))
    return ready


async def openings_of(tools: Tools, deliveries: Sequence[Delivery]) -> dict[int, str]:
    """By slot, what the platform calls the first message of the digests of which these are later ones."""
    later = {one.slot_id for one in deliveries if one.part_no}
    return await tools.store.openings(later) if later else {}


def platform_of(lane_id: str) -> str:
    """The platform of a lane: "slack" of "slack:T01"."""
    return lane_id.partition(":")[0]


def part_of(delivery: Delivery, home: Destination, payload: bytes, opening: str) -> Part:
    """A delivery as its adapter takes it; `opening` is what the platform calls the digest's first message."""
    return Part(
        number=delivery.part_no,
        payload=payload,
        channel=delivery.channel or home.address.channel,
        workspace=home.address.workspace,
        repeated=delivery.repeated,
        opening=opening if delivery.part_no else "",
    )


def _unready(delivery: Delivery, error: Exception) -> Unready:
    return Unready(delivery=delivery, error=error)


async def _frozen(
    tools: Tools, adapter: ChatAdapter, deliveries: Sequence[Delivery]
) -> tuple[dict[int, bytes], list[Unready]]:
    """The bytes of first parts by delivery, drawn off the event loop and committed together; and what failed."""
    if not deliveries:
        return {}, []
    slots = [one.slot_id for one in deliveries]
    stuck = tools.stuck.setdefault(platform_of(deliveries[0].lane_id), {})
    async with tools.preparing:
        digests = await _digests(tools, deliveries)
    # Not in that queue: drawing takes as long as a stranger's adapter takes.
    drawn = await all_drawn(adapter, list(zip(slots, digests, strict=True)), stuck)
    tools.reached(CrashPoint.BEFORE_FREEZE)
    kept: dict[int, bytes] = {}
    failed: list[Unready] = []
    async with tools.preparing:
        froze = await asyncio.gather(
            *(_kept(tools, one, parts) for one, parts in zip(deliveries, drawn, strict=True))
        )
    tools.reached(CrashPoint.AFTER_FREEZE)
    for delivery, payload in zip(deliveries, froze, strict=True):
        if isinstance(payload, Exception):
            failed.append(_unready(delivery, payload))
        elif payload is not None:
            kept[delivery.id] = payload
    return kept, failed


async def _digests(tools: Tools, deliveries: Sequence[Delivery]) -> list[Digest | Exception]:
    """The frozen content of each; one that cannot be read takes no other with it."""
    try:
        found = await tools.store.digests([one.slot_id for one in deliveries])
    except StoreBusy:
        raise
    except Exception as error:  # noqa: BLE001 - told of the one it belongs to
        if len(deliveries) == 1:
            return [error]
        return [digest for one in deliveries for digest in await _digests(tools, [one])]
    gone = Rejected("The digest of this slot is gone.")
    return [found.get(one.slot_id, gone) for one in deliveries]


async def _kept(tools: Tools, delivery: Delivery, drawn: Drawn) -> bytes | Exception | None:
    """Freeze one; all that are frozen at once are one transaction. None when it was frozen meanwhile."""
    if isinstance(drawn, Exception):
        return drawn
    try:
        (took,) = await tools.commits.record(_freeze(delivery, drawn), ahead=True)
    except StoreBusy:
        raise
    except Exception as error:  # noqa: BLE001 - one that cannot be kept is that one's trouble
        return error
    return drawn[0].payload if took else None


def _freeze(delivery: Delivery, parts: Sequence[Part]) -> Freeze:
    return Freeze(
        delivery_id=delivery.id,
        payloads=tuple(part.payload for part in parts),
        papers=tuple(part.papers for part in parts),
    )
