"""arXiv's query API: past announcement days and the metadata of ids. Not for "today": its index lags behind.

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from bot.domain.paper import Batch, Freshness, Listing, RejectedItem
from bot.errors import SourceError
from bot.ports import Clock, Fetcher

from .arxiv_calendar import submissions_of
from .arxiv_feed import batch_of
from .arxiv_xml import Document, read_document

HOME = "https://export.arxiv.org/api/query"
SLICE = 2_000  # "max_results ... in slices of at most 2000"
MOST_SLICES = 5  # 10,000 papers: more than any day of all arXiv
MOST_BYTES = 20 * 2**20  # one slice is about 6 MiB
MOST_IDS = 100  # in one request, so that its URL stays short
RETRY_AFTER = 15.0  # seconds before a wrongly empty page is asked for again


class ArxivApi:
    """Questions to the query API, paced with everything arXiv."""

    def __init__(self, fetcher: Fetcher, clock: Clock, home: str = "") -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._home = home or HOME

    async def day(self, day: date, categories: tuple[str, ...]) -> Batch:
        """The papers of these categories submitted for one announcement day, cross-lists included.

        Raises `SourceError`; a batch that arXiv cut short is `failed`, and holds what came.
        """
        first, last = submissions_of(day)
        wanted = " OR ".join(f"cat:{category}" for category in categories)
        window = f"submittedDate:[{_stamp(first)} TO {_stamp(last - timedelta(minutes=1))}]"
        question = {
            "search_query": f"({wanted}) AND {window}",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
        return await self._slices(question, day, categories)

    async def by_ids(self, ids: Sequence[str]) -> Batch:
        """The metadata of these ids, as far as arXiv knows them, listed on the days they were announced for."""
        batches = []
        for start in range(0, len(ids), MOST_IDS):
            asked = ids[start : start + MOST_IDS]
            document = await self._page({"id_list": ",".join(asked), "max_results": str(len(asked))})
            batches.append(batch_of(document, now=self._clock.now(), live=True))
        listings = tuple(listing for batch in batches for listing in batch.listings)
        rejected = tuple(item for batch in batches for item in batch.rejected)
        verdict = Freshness.FRESH if listings else Freshness.EMPTY_UNEXPECTED
        return Batch(
            source="arxiv",
            origin="",
            day=None,
            freshness=verdict,
            listings=listings,
            rejected=rejected,
            backfill=True,
        )

    async def _slices(self, question: dict[str, str], day: date, categories: tuple[str, ...]) -> Batch:
        listings: list[Listing] = []
        rejected: list[RejectedItem] = []
        note, start, total = "", 0, 1
        for _ in range(MOST_SLICES):
            document = await self._filled(question, start)
            total = _total(document)
            batch = await asyncio.to_thread(
                batch_of, document, now=self._clock.now(), day=day, asked=categories, live=True
            )
            listings += batch.listings
            rejected += batch.rejected
            start += len(document.entries)
            if start >= total or not document.entries:
                break
        if start < total:
            note = f"arXiv gave {start} of {total} papers for {day}."
        return _joined(day, categories, listings, rejected, note)

    async def _filled(self, question: dict[str, str], start: int) -> Document:
        """One slice; asked for again when it is empty although there are papers, as happens."""
        asked = question | {"start": str(start), "max_results": str(SLICE)}
        document = await self._page(asked)
        if document.entries or _total(document) <= start:
            return document
        await self._clock.sleep(RETRY_AFTER)
        return await self._page(asked)

    async def _page(self, question: dict[str, str]) -> Document:
        url = f"{self._home}?{urlencode(question)}"
        page = await self._fetcher.get(url, accept="application/atom+xml", limit=MOST_BYTES, pace="arxiv")
        document = await asyncio.to_thread(read_document, page.body)
        if document.kind != "query":
            raise SourceError(
                "arXiv's API answered with something that is no answer to a query.",
                reason="not_the_expected_kind",
            )
        return document


def _joined(
    day: date, categories: tuple[str, ...], listings: list[Listing], rejected: list[RejectedItem], note: str
) -> Batch:
    verdict = Freshness.FRESH if listings else Freshness.EMPTY_UNEXPECTED
    once = {listing.facts.keys[0]: listing for listing in listings}  # slices overlap when the index moves
    ranked = tuple(replace(listing, rank=rank) for rank, listing in enumerate(once.values(), start=1))
    return Batch(
        source="arxiv",
        origin="+".join(categories),
        day=day,
        freshness=Freshness.FAILED if note else verdict,
        listings=ranked,
        rejected=tuple(rejected),
        note=note or ("" if listings else f"arXiv's API knows no paper for {day}."),
    )


def _total(document: Document) -> int:
    said = document.head.text("totalresults")
    return int(said) if said.isascii() and said.isdigit() else 0


def _stamp(moment: datetime) -> str:
    """GMT, as the API wants it."""
    return f"{moment:%Y%m%d%H%M}"
