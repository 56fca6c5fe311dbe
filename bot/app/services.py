"""What commands ask of the application: fetching a feed, posting a digest now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from adapters.sources.entries import listings
from adapters.sources.feed import ACCEPT
from adapters.sources.parsing import parse_feed
from bot.commands.context import FetchedFeed, Posted
from bot.domain.delivery import Slot, SlotState
from bot.domain.subscription import Address, Destination
from bot.ports import ChatAdapter, Clock, Engine, Fetcher
from bot.storage.destinations import lane_id
from bot.storage.store import Store
from jobs.deliver import Sender
from jobs.plan import plan_now
from jobs.rounds import LANE

from .lock import sending_lock

ANSWER_SECONDS = 4.0  # what a person waits for a message to be out before hearing that it is on its way
LOOK_SECONDS = 0.1


async def fetch_feed(fetcher: Fetcher, clock: Clock, url: str) -> FetchedFeed:
    """Fetch and read a feed, stored nowhere; raises `SourceError`."""
    page = await fetcher.get(url, accept=ACCEPT)
    parsed = await parse_feed(page.body, content_type=page.content_type, url=page.url)
    today = clock.now().date()
    read = listings(parsed, origin=url, today=today, undated=today)
    newest = sorted(read.listings, key=lambda one: (one.day, -one.rank), reverse=True)
    return FetchedFeed(title=parsed.title, listings=tuple(newest))


@dataclass(frozen=True, slots=True)
class Outbox:
    """What it takes to have something sent now."""

    store: Store
    sender: Sender
    engine: Engine | None
    adapters: Mapping[str, ChatAdapter]

    async def sent(self, address: Address, slot: Slot) -> bool:
        """Have a planned slot sent, here or by whoever sends; whether all of it was within a few seconds."""
        if self.engine is None:
            await self._alone(address)
            return await self._state(slot) is SlotState.SENT
        await self.engine.wake(LANE, [lane_id(address)])
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while await self._state(slot) is SlotState.OPEN:  # noqa: ASYNC110 - another process may be sending it
                    await asyncio.sleep(LOOK_SECONDS)
        return await self._state(slot) is SlotState.SENT

    async def _alone(self, address: Address) -> None:
        """Send it in this process, unless a bot runs that will: its sweep finds it."""
        with sending_lock(self.store.path) as alone:
            if alone and address.platform in self.adapters:
                await self.sender.drain_all_of(lane_id(address))

    async def _state(self, slot: Slot) -> SlotState | None:
        now = await self.store.slot_by_id(slot.id)
        return now.state if now else None


async def post_now(outbox: Outbox, clock: Clock, destination: Destination) -> Posted | None:
    """Make a digest outside the schedule and have it sent; None when nothing is new."""
    planned = await plan_now(outbox.store, destination, clock=clock)
    if planned.slot is None:
        return None
    return Posted(digest=planned.digest, arrived=await outbox.sent(destination.address, planned.slot))
