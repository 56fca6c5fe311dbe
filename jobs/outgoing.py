"""What one message is sent with: the adapter of its platform, and the part with its frozen bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import uuid4
from weakref import WeakKeyDictionary

from bot.domain.delivery import Delivery
from bot.domain.digest import Digest
from bot.errors import Rejected, Transient
from bot.ports import ChatAdapter, Clock, Part
from bot.storage.store import Store

Limits: TypeAlias = Mapping[str, asyncio.Semaphore]  # by platform


@dataclass(frozen=True, slots=True)
class InFlight:
    """What this process is sending from one store, and the name it does so under."""

    owner: str = field(default_factory=lambda: uuid4().hex)
    ids: set[int] = field(default_factory=set)


# Two runs in one process (the ticker's, and that of a digest asked for by hand) must know of each other.
_IN_FLIGHT: WeakKeyDictionary[Store, InFlight] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What every step of a delivery run needs."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    clock: Clock
    jitter: Callable[[], float]  # 0 to 1
    sends: Limits
    asks: Limits  # questions take no message's place

    @property
    def in_flight(self) -> InFlight:
        """What this process is sending."""
        return _IN_FLIGHT.setdefault(self.store, InFlight())


def limit(limits: Limits, delivery: Delivery) -> asyncio.Semaphore:
    """What a message, or a question about it, waits for."""
    platform = delivery.lane_id.partition(":")[0]
    return limits.get(platform, asyncio.Semaphore())


def tools(
    store: Store, adapters: Mapping[str, ChatAdapter], *, clock: Clock, jitter: Callable[[], float]
) -> Tools:
    """The tools of one run."""
    return Tools(
        store=store,
        adapters=adapters,
        clock=clock,
        jitter=jitter,
        sends=_limits(adapters),
        asks=_limits(adapters),
    )


def _limits(adapters: Mapping[str, ChatAdapter]) -> Limits:
    return {name: asyncio.Semaphore(max(1, adapter.limits.concurrency)) for name, adapter in adapters.items()}


async def prepared(tools: Tools, delivery: Delivery) -> tuple[ChatAdapter, Part]:
    """The adapter and the part to send, whose bytes are frozen before anything leaves."""
    destination = await tools.store.destination_by_id(delivery.destination_id)
    if destination is None:
        raise Rejected("The destination is gone.")
    adapter = tools.adapters.get(destination.address.platform)
    if adapter is None:
        raise Transient(f"{destination.address.platform} is not switched on.")
    payload = delivery.payload
    if payload is None:
        payload = await _frozen(tools, delivery, adapter)
    channel = destination.address.channel
    return adapter, Part(
        number=delivery.part_no, payload=payload, channel=channel, repeated=delivery.repeated
    )


async def _frozen(tools: Tools, delivery: Delivery, adapter: ChatAdapter) -> bytes:
    digest = await tools.store.digest(delivery.slot_id)
    if digest is None:
        raise Rejected("The digest of this slot is gone.")
    parts = await _rendered(adapter, digest)
    frozen = await tools.store.freeze_parts(
        delivery.id, [part.payload for part in parts], [part.papers for part in parts]
    )
    payload = next(one.payload for one in frozen if one.id == delivery.id)
    if payload is None:
        raise Rejected("The digest was rendered as nothing.")
    return payload


async def _rendered(adapter: ChatAdapter, digest: Digest) -> tuple[Part, ...]:
    return tuple(await asyncio.to_thread(adapter.render, digest))
