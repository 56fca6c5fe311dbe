"""Any RSS, Atom or RDF feed as a source.

A feed has no days to ask for: everything it holds is listed at every fetch, and the store knows what it has. A first
fetch floods nobody: all but its newest entry are back-fill, which no digest picks up unasked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

from bot.domain.paper import Batch, Freshness, Validator
from bot.errors import SourceError
from bot.ports import Page, SourceContext

from .entries import Read, listings
from .feed_values import ParsedFeed
from .kinds import looks_like_a_feed
from .parsing import parse_feed
from .reading import read_feed

ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
NAME = "feed"
TOGETHER = 4  # feeds fetched and parsed side by side, so that a slow one holds up few


class FeedSource:
    """Fetches `context.feeds`; a `bot.ports.Source`."""

    name = NAME

    def __init__(self, context: SourceContext) -> None:
        self._context = context

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:  # noqa: ARG002 - feeds have no days
        """Yield the batches of each feed: one, or two for a first fetch; a feed that fails is a batch that says so."""
        few = asyncio.Semaphore(TOGETHER)
        tasks = [asyncio.create_task(self._try(url, few)) for url in dict.fromkeys(self._context.feeds)]
        try:
            for task in tasks:
                for batch in await task:
                    yield batch
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - names of feeds say nothing
        """Whether a file that begins so has the root of an RSS, Atom, RDF or CDF feed."""
        return looks_like_a_feed(head)

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved feed; an undated entry is listed on `day` (or today). Raises `SourceError` for anything else."""
        parsed = read_feed(body)
        batch = self._read(parsed, parsed.link or parsed.title or "file", undated=day or self._today())
        newest = max((listing.day for listing in batch.listings), default=None)
        return replace(batch, day=day or newest)

    async def _try(self, url: str, few: asyncio.Semaphore) -> tuple[Batch, ...]:
        async with few:
            try:
                return await self._fetch(url)
            except SourceError as error:
                return (self._batch(url, Freshness.FAILED, str(error)),)

    async def _fetch(self, url: str) -> tuple[Batch, ...]:
        known = self._context.validators.get(url)
        page = await self._context.fetcher.get(url, validator=known, accept=ACCEPT)
        if page.status == 304:
            return (self._batch(url, Freshness.FRESH, "unchanged", validators=(page.validator,)),)
        parsed = await parse_feed(page.body, content_type=page.content_type, url=page.url)
        # 500 entries are a quarter of a second of work, mostly on their text.
        batch = await asyncio.to_thread(self._read, parsed, url, undated=self._today())
        if batch.freshness is not Freshness.FAILED:
            batch = replace(batch, validators=(_validator(url, page, whole=not parsed.cut),))
        return (batch,) if known else _first_fetch(batch)

    def _read(self, parsed: ParsedFeed, origin: str, *, undated: date) -> Batch:
        read = listings(parsed, origin=origin, today=self._today(), undated=undated)
        verdict = self._batch(origin, *_verdict(read, parsed))
        return replace(verdict, listings=read.listings, rejected=read.rejected)

    def _batch(
        self, url: str, freshness: Freshness, note: str = "", *, validators: tuple[Validator, ...] = ()
    ) -> Batch:
        return Batch(
            source=NAME, origin=url, day=self._today(), freshness=freshness, note=note, validators=validators
        )

    def _today(self) -> date:
        return self._context.clock.now().date()


def _verdict(read: Read, parsed: ParsedFeed) -> tuple[Freshness, str]:
    """The verdict and the line that goes with it; a well-formed feed without entries is simply quiet."""
    if read.listings:
        return Freshness.FRESH, read.note
    if read.rejected:
        return Freshness.FAILED, f"None of the feed's {len(read.rejected)} entries could be used."
    if parsed.note:
        return Freshness.EMPTY_UNEXPECTED, f"The feed holds no entries. {parsed.note}"
    return Freshness.EMPTY_EXPECTED, "The feed holds no entries."


def _first_fetch(batch: Batch) -> tuple[Batch, ...]:
    """All but the newest entry as back-fill; the validator, which marks the feed as known, comes with the last."""
    if len(batch.listings) < 2:
        return (batch,)
    newest = max(batch.listings, key=lambda listing: (listing.day, -listing.rank))
    older = tuple(listing for listing in batch.listings if listing is not newest)
    return (
        replace(batch, listings=older, backfill=True, validators=()),
        replace(batch, listings=(newest,), rejected=()),
    )


def _validator(url: str, page: Page, *, whole: bool) -> Validator:
    """What to ask with next time; after a cut answer nothing, so that the rest is fetched."""
    if whole:
        return replace(page.validator, url=url)
    return Validator(url=url, fetched_at=page.validator.fetched_at)
