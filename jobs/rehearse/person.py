"""The person behind the bot: looks a few times a day, and does what only a person can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.domain.delivery import Delivery, Status
from bot.domain.subscription import Address, Destination
from bot.errors import PaperRoundError
from bot.storage.store import Store

from .book import Book, Span
from .process import Process
from .stage import Stage


class Person:
    """Resumes what paused, and decides about messages of which nobody could tell whether they are there."""

    def __init__(self, stage: Stage, book: Book) -> None:
        self._stage = stage
        self._book = book
        self._looked = stage.clock.now()
        self._paused: dict[int, datetime] = {}
        self.did: Counter[str] = Counter()

    async def look_after(self, process: Process) -> None:
        """Look once."""
        store = process.store
        homes = {one.id: one for one in await store.destinations()}
        if await store.resume_lanes():
            self.did["lanes resumed"] += 1
        now = self._stage.clock.now()
        for home in homes.values():
            if home.paused:
                self._paused.setdefault(home.id, self._looked)
            if home.paused and not self._is_gone(home.address):
                await store.resume_destination(home.id, process.clock.now())
                self.did["destinations resumed"] += 1
        self._looked = now
        self._note_pauses({home.id for home in homes.values() if not home.paused}, now)
        await self._decide(store, homes, process)

    def _note_pauses(self, awake: AbstractSet[int], now: datetime) -> None:
        for number in [one for one in self._paused if one in awake]:
            self._book.pauses.setdefault(number, []).append(Span(self._paused.pop(number), now))

    async def _decide(self, store: Store, homes: Mapping[int, Destination], process: Process) -> None:
        for held in await store.deliveries(status=Status.HELD, limit=500):
            home = homes[held.destination_id]
            if home.paused:
                continue
            try:
                await self._settle(store, held, home.address, process)
            except PaperRoundError:  # it was settled by the resuming
                self.did["nothing to decide"] += 1

    async def _settle(self, store: Store, held: Delivery, address: Address, process: Process) -> None:
        """Looking into the channel tells: what is there is dropped from the list, what is not goes again."""
        there = self._stage.platforms[address.platform].seen(address.channel, held.key)
        if there:
            await store.drop(held.key)
            self.did["messages dropped"] += 1
            return
        await store.replay(held.key, process.clock.now())
        self.did["messages replayed"] += 1

    def _is_gone(self, address: Address) -> bool:
        return self._stage.platforms[address.platform].faults.is_gone(address.channel)
