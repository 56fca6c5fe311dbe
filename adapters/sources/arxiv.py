"""arXiv: today's announcement from its feeds, earlier days from its query API."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.domain.clean import arxiv_id_of
from bot.domain.paper import Batch, Freshness
from bot.errors import SourceError
from bot.packed import beginning, unpacked
from bot.ports import Page, SourceContext

from .arxiv_api import MOST_IDS, ArxivApi
from .arxiv_calendar import days_before, feed_day, newest_due, newest_on
from .arxiv_entries import ARCHIVE_OR_CLASS
from .arxiv_feed import FEED_CAP, batch_of
from .arxiv_xml import read_document

FEEDS = "https://rss.arxiv.org/atom/"
TOGETHER = 4  # categories in one request: with more, a busy day comes near the feed's cap
ASKED_AT_ONCE = 20  # categories in one question to the API
MOST_BYTES = 20 * 2**20  # a full feed is about 5 MiB
LOOK_BACK = 14  # announcement days that are made up for after a pause
ONE_DAY = timedelta(days=1)
_XML = (b"<?xml", b"<feed", b"<rss", b"<rdf")
# The namespace alone is no sign: others use it too.
_OURS = (
    b"updates on arxiv.org",
    b"rss.arxiv.org",
    b"arxiv.org/api/",
    b"arxiv query:",
    b"arxiv search results",
    b"feed error for query",
)

_Days: TypeAlias = Mapping[date, tuple[str, ...]]  # days, newest first, and the categories to ask for on each


class ArxivSource:
    """The categories of the context; `origin` of a batch is the categories asked for together."""

    name = "arxiv"

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        settings = context.settings
        self._feeds = (settings.get("PAPERROUND_ARXIV_FEED_URL") or FEEDS).rstrip("/") + "/"
        home = settings.get("PAPERROUND_ARXIV_API_URL", "")
        self.api = ArxivApi(context.fetcher, context.clock, home)
        named = dict.fromkeys(category.strip() for category in context.categories)
        self._categories = tuple(category for category in named if ARCHIVE_OR_CLASS.fullmatch(category))

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """Yield today's announcement, then the days missed since the last fetch, then those of the back-fill.

        A feed that has not changed since the last good fetch yields no listings. Where days were missed, today's batch comes
        once more, now with its validators: only then is there nothing left to make up for. Papers that the context
        wants to know of come before the back-fill, in one batch of no day.
        """
        missed = self._missed(since)
        behind = frozenset(category for categories in missed.values() for category in categories)
        held_back = []
        async for batch in self._today():
            if behind.isdisjoint(batch.origin.split("+")):
                yield batch
                continue
            held_back += [batch] if batch.validators else []
            yield replace(batch, validators=())
        async for batch in self._past(missed, backfill=False):
            yield batch
            if _is_lost(batch):
                return  # arXiv wants to be left alone; the next run goes on
        for batch in held_back:
            yield batch
        async for batch in self._completed():
            yield batch
        async for batch in self._past(self._older(missed), backfill=True):
            yield batch
            if _is_lost(batch):
                return

    async def _today(self) -> AsyncIterator[Batch]:
        for group in _groups(self._categories, TOGETHER):
            async for batch in self._announced(group):
                yield batch

    async def _past(self, days: _Days, *, backfill: bool) -> AsyncIterator[Batch]:
        for day, categories in days.items():
            for group in _groups(categories, ASKED_AT_ONCE):
                yield replace(await self._asked(day, group), backfill=backfill)

    async def _completed(self) -> AsyncIterator[Batch]:
        """What arXiv knows of the papers others list by a bare title; a failure costs nothing, the next run asks again."""
        ids = tuple(dict.fromkeys(filter(None, map(arxiv_id_of, self._context.wanted))))[:MOST_IDS]
        if not ids:
            return
        with contextlib.suppress(SourceError):
            batch = await self.api.by_ids(ids)
            if batch.listings:
                yield batch

    async def _announced(self, group: tuple[str, ...]) -> AsyncIterator[Batch]:
        """Today's announcement for a group; in halves where it is too full, or holds a category nobody knows."""
        try:
            batch = await self._feed(group)
        except SourceError as error:
            if error.status == 400 and len(group) > 1:
                async for part in self._halves(group):
                    yield part
                return
            yield self._failed(group, error)
            return
        if batch is None:
            return
        if len(batch.listings) + len(batch.rejected) >= FEED_CAP and len(group) > 1:
            async for part in self._halves(group):
                yield part
            return
        yield batch

    async def _halves(self, group: tuple[str, ...]) -> AsyncIterator[Batch]:
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            async for batch in self._announced(half):
                yield batch

    async def _feed(self, group: tuple[str, ...]) -> Batch | None:
        url = self._url(group)
        page = await self._context.fetcher.get(
            url,
            validator=self._context.validators.get(url),
            accept="application/atom+xml, application/rss+xml;q=0.9, */*;q=0.1",
            limit=MOST_BYTES,
            pace="arxiv",
        )
        if page.status == 304:
            return self._unchanged(group)
        return await asyncio.to_thread(_read, page, self._context.clock.now(), group)

    def _unchanged(self, group: tuple[str, ...]) -> Batch | None:
        """The good word of earlier today once more, should a failure have come between; of another day nothing."""
        day = feed_day(self._context.clock.now())
        read = self._context.validators[self._url(group)].fetched_at
        if read is None or newest_due(read) != day:
            return None
        return Batch(
            source="arxiv", origin="+".join(group), day=day, freshness=Freshness.FRESH, note="unchanged"
        )

    def _url(self, group: Sequence[str]) -> str:
        return self._feeds + "+".join(group)

    def _failed(self, group: tuple[str, ...], error: SourceError) -> Batch:
        unknown = f"arXiv does not know the category {group[0]}." if error.status == 400 else ""
        day = feed_day(self._context.clock.now())
        return Batch(
            source="arxiv",
            origin="+".join(group),
            day=day,
            freshness=Freshness.FAILED,
            note=unknown or str(error),
        )

    def _before(self, count: int) -> tuple[date, ...]:
        return days_before(feed_day(self._context.clock.now()), count)

    def _missed(self, since: date) -> _Days:
        """The announcement days between a category's last good fetch and today, newest first: a feed holds one day only.

        Before its first fetch that is none, or at a weekend the newest, which the feed no longer holds.
        """
        now, last = self._context.clock.now(), self._last_fetches()
        first = newest_on(feed_day(now)) - ONE_DAY
        had = {name: newest_due(last[name]) if name in last else first for name in self._categories}
        days = (day for day in self._before(LOOK_BACK) if day >= since)
        lacking = {day: tuple(name for name in had if had[name] < day) for day in days}
        return {day: categories for day, categories in lacking.items() if categories}

    def _older(self, missed: _Days) -> _Days:
        """The days of the back-fill, each with the categories that are not made up for on it anyway."""
        days = self._before(self._context.backfill_days)
        return {
            day: tuple(name for name in self._categories if name not in missed.get(day, ())) for day in days
        }

    def _last_fetches(self) -> dict[str, datetime]:
        """When each category last came well, in whatever company: groups change with the categories there are."""
        last: dict[str, datetime] = {}
        for url, validator in self._context.validators.items():
            if validator.fetched_at is None or not url.startswith(self._feeds):
                continue
            for name in url.removeprefix(self._feeds).split("+"):
                last[name] = max(validator.fetched_at, last.get(name, validator.fetched_at))
        return last

    async def _asked(self, day: date, group: tuple[str, ...]) -> Batch:
        try:
            return await self.api.day(day, group)
        except SourceError as error:
            return replace(self._failed(group, error), day=day, note=str(error))

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - the port's signature
        """Whether it is a feed or an API answer of arXiv itself, gzipped or not; not one that only links there."""
        start = beginning(head).lower()
        return start.startswith(_XML) and any(mark in start for mark in _OURS)

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved feed (Atom, RSS 2.0, the RDF of before 2024) or API answer, judged by its own date.

        The days it gives win over `day`.
        """
        return batch_of(read_document(unpacked(body)), now=self._context.clock.now(), otherwise=day)


def _read(page: Page, now: datetime, group: tuple[str, ...]) -> Batch:
    batch = batch_of(read_document(page.body), now=now, asked=group, live=True)
    whole = not batch.rejected and batch.freshness in (Freshness.FRESH, Freshness.EMPTY_EXPECTED)
    return replace(batch, validators=(page.validator,)) if whole else batch


def _is_lost(batch: Batch) -> bool:
    return batch.freshness is Freshness.FAILED and not batch.listings


def _groups(categories: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(categories[start : start + size]) for start in range(0, len(categories), size)]
