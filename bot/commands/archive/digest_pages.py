"""The digests of one destination, as they were shown. Whoever asks has proved that they may: here a destination is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from bot.commands.unfolding import picks_of
from bot.domain.digest import Digest, Folded, Pick
from bot.domain.mailing import name_on_pages
from bot.domain.subscription import Destination, Visibility
from bot.storage import PostedSlot

from .digest_values import DigestDay, DigestList, DigestPage, Place
from .reader import PAGE_SIZE, Reader, local_date, offset_of
from .values import Entry

MOST_FOLDED = 100  # shown of those behind "N more"


class DigestPages(Reader):
    """What destinations were shown."""

    async def destination(self, destination_id: int) -> Destination | None:
        """A destination by the number that its links are made of; None when it is gone or wants no pages."""
        found = await self.store.destination_by_id(destination_id)
        return None if found is None or found.archive is Visibility.OFF else found

    async def public(self) -> tuple[Destination, ...]:
        """The destinations whose digests everybody may read, by name."""
        return await self.store.public_destinations()

    async def digests(self, destination: Destination, page: int = 1) -> DigestList:
        """The digests of a destination that showed anything, newest first."""
        page, offset = offset_of(page, PAGE_SIZE)
        slots = await self._posted(destination, PAGE_SIZE + 1, offset)
        return DigestList(
            place=await self.place(destination),
            digests=tuple(_line(destination, slot) for slot in slots[:PAGE_SIZE]),
            page=page,
            more=len(slots) > PAGE_SIZE,
        )

    async def digest(
        self, destination: Destination, day: date | None = None, *, slot_id: int | None = None
    ) -> DigestPage | None:
        """One digest of a destination: the newest, that of a day, or that of a slot; None when there is none."""
        slot = await self.store.posted_one(destination.id, day=day, slot_id=slot_id)
        if slot is None or destination.archive is Visibility.OFF:
            return None
        frozen = await self.store.digest(slot.id)
        before, after = await self.store.posted_around(slot)
        return DigestPage(
            place=await self.place(destination),
            digest=_line(destination, slot),
            entries=await self.labelled(await self._shown(slot, frozen), at=slot.due_at),
            folded=await self._folded(slot, frozen),
            notes=frozen.notes if frozen else (),
            previous=_line(destination, before) if before else None,
            next=_line(destination, after) if after else None,
        )

    async def place(self, destination: Destination) -> Place:
        """A destination as its pages name it."""
        subscribed = (await self.store.subscriptions([destination.id])).get(destination.id, ())
        return Place(
            destination_id=destination.id,
            name=name_on_pages(destination.address, destination.name),
            platform=destination.address.platform,
            schedule=destination.schedule,
            queries=tuple(one.query for one in subscribed if not one.paused),
            paused=destination.paused,
            public=destination.archive is Visibility.PUBLIC,
        )

    async def _posted(self, destination: Destination, limit: int, offset: int = 0) -> tuple[PostedSlot, ...]:
        """Its digests; none of a destination that wants no pages."""
        if destination.archive is Visibility.OFF:
            return ()
        return await self.store.posted(destination.id, limit=limit, offset=offset)

    async def _shown(self, slot: PostedSlot, frozen: Digest | None) -> Sequence[Pick]:
        """What stood in its parts; of a digest that is pruned, its papers without the reasons."""
        if frozen is not None:
            return frozen.picks
        papers = await self.store.papers(await self.store.shown_by(slot.id))
        return await asyncio.to_thread(
            lambda: [Pick(paper=paper, why=(), score=float(paper.votes)) for paper in papers]
        )

    async def _folded(self, slot: PostedSlot, frozen: Digest | None) -> tuple[Entry, ...]:
        folded = frozen.folded if frozen else [Folded(paper_id=one, score=0.0) for one in slot.folded]
        first = folded[:MOST_FOLDED]
        papers = {paper.id: paper for paper in await self.store.papers([one.paper_id for one in first])}
        picks = await asyncio.to_thread(picks_of, first, papers, await self.catalogue())
        return await self.labelled(picks, at=slot.due_at)

    async def posted_entries(self, destination: Destination, limit: int) -> tuple[Entry, ...]:
        """The last papers a destination was shown, newest digest first."""
        slots = _enough(await self._posted(destination, limit), limit)
        frozen = await self.store.digests([slot.id for slot in slots])
        entries: list[Entry] = []
        for slot in slots:
            picks = await self._shown(slot, frozen.get(slot.id))
            entries += await self.labelled(picks, at=slot.due_at)
        return tuple(entries[:limit])


def _enough(slots: Sequence[PostedSlot], papers: int) -> list[PostedSlot]:
    """The first of these that show so many papers together."""
    before = accumulate((slot.shown for slot in slots), initial=0)
    return [slot for slot, earlier in zip(slots, before, strict=False) if earlier < papers]


def _line(destination: Destination, slot: PostedSlot) -> DigestDay:
    return DigestDay(
        slot_id=slot.id,
        day=local_date(slot.day, slot.due_at, destination.schedule.tz),
        at=slot.due_at,
        shown=slot.shown,
        folded=len(slot.folded),
    )
