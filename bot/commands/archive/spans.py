"""The papers of a day, a week or a month, and those with the most votes of the last days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict, Unpack

from bot.commands.matched import parsed
from bot.domain.notes import SOURCE_NAMES, source_notes
from bot.domain.query import Query
from bot.errors import UserError
from bot.storage import ListedPage

from .reader import PAGE_SIZE, Reader, offset_of, pages_of, size_of, tidied, trouble_of
from .values import DayCount, Newest, Period, Sort, SourceCount, Span

ONE_DAY = timedelta(days=1)
BACK = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30}
MOST_DAYS = 400  # counted at once
FEW = 10  # a day with less than a tenth of its week's fullest has no real list
OTHER_SOURCES = {"feed": "Feeds"}


class Choices(TypedDict, total=False):
    """What a reader may choose of some days: one source, one topic, an order, a page and its size."""

    source: str
    topic: str
    sort: Sort
    page: int
    size: int


class Spans(Reader):
    """Days and what was listed on them."""

    async def newest(self) -> Newest:
        """The newest day of every source; a date more than a day ahead is a source's mistake."""
        sources = await self.store.newest_days(now=self.now())
        return Newest(day=max(sources.values(), default=None), sources=sources)

    async def day(self, day: date | None = None, **choices: Unpack[Choices]) -> Span:
        """The papers of a day; of the newest with a real list, when no day is given."""
        chosen = day or await self.front()
        return await self.span(chosen, chosen, **choices)

    async def front(self) -> date:
        """The newest day with a real list: the two items of a feed on a Sunday do not hide Friday's hundreds."""
        newest = await self._newest()
        counts = await self.store.papers_a_day(_earlier(newest, 6), newest)
        enough = max(counts.values(), default=0) / FEW
        return max((day for day, papers in counts.items() if papers >= enough), default=newest)

    async def week(self, day: date, **choices: Unpack[Choices]) -> Span:
        """The papers of the ISO week of a day, Monday to Sunday."""
        return await self.span(*week_of(day), **choices)

    async def month(self, year: int, month: int, **choices: Unpack[Choices]) -> Span:
        """The papers of a month; `ValueError` where there is no such month."""
        first = date(year, month, 1)
        return await self.span(first, first.replace(day=monthrange(year, month)[1]), **choices)

    async def trending(self, period: Period = Period.WEEK, **choices: Unpack[Choices]) -> Span:
        """The papers of the last day, week or month, most votes first; counted back from the newest day there is."""
        newest = await self._newest()
        first = _earlier(newest, BACK[period] - 1)
        return await self.span(first, newest, **choices)

    async def days(self, since: date, until: date) -> tuple[DayCount, ...]:
        """How many papers each of these days has, oldest first; days without any are left out. At most 400 days."""
        since = max(since, _earlier(until, MOST_DAYS))
        counts = await self.store.papers_a_day(since, until)
        return tuple(DayCount(day=day, papers=papers) for day, papers in counts.items())

    async def list_days(self, limit: int = 10_000) -> tuple[date, ...]:
        """The days that have papers, newest first: what a site map names."""
        return await self.store.list_days(until=self._latest(), limit=limit)

    async def span(self, first: date, last: date, **choices: Unpack[Choices]) -> Span:
        """The papers of these days, one page of them; of a topic that is none, the trouble and no papers."""
        size = size_of(choices.get("size", PAGE_SIZE))
        page, offset = offset_of(choices.get("page", 1), size)
        asked = Span(
            first=first,
            last=last,
            page=page,
            start=offset + 1,
            sort=choices.get("sort", Sort.VOTES),
            source=tidied(choices.get("source", "")),
            topic=tidied(choices.get("topic", "")),
        )
        try:
            topic, query = await self._topic(asked.topic)
        except UserError as error:
            return replace(asked, trouble=trouble_of(error))
        listed = await self.store.listed_page(
            since=first,
            until=last,
            latest=self._latest(),
            source=asked.source,
            query=query,
            order=asked.sort.value,
            limit=size,
            offset=offset,
        )
        return await self._filled(replace(asked, topic=topic), listed, size)

    async def _filled(self, asked: Span, listed: ListedPage, size: int) -> Span:
        return replace(
            asked,
            papers=await self.entries(listed.papers, days=listed.days),
            total=listed.total,
            pages=pages_of(listed.total, size),
            sources=_counts(listed.sources),
            previous=listed.before,
            next=listed.after,
            notes=await self._notes(asked.first, asked.last),
        )

    async def _newest(self) -> date:
        return (await self.newest()).day or self.today()

    def _latest(self) -> date:
        """The last day that can have a list anywhere on earth."""
        return self.now().date() + ONE_DAY

    async def _topic(self, name: str) -> tuple[str, Query | None]:
        """A topic's own name and its query; `InvalidQuery` when there is no such topic."""
        if not name:
            return "", None
        topics = await self.catalogue()
        known = topics.term(name)
        return known.name, await parsed(f"topic:{known.name}", topics)

    async def _notes(self, first: date, last: date) -> tuple[str, ...]:
        """Honest lines about the sources of one day; of older days nobody knows any more."""
        if first != last:
            return ()
        return source_notes(await self.store.freshness(since=_earlier(first, 1), until=last), first)


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of a day's week, as far as dates go."""
    first = _earlier(day, day.weekday())
    return first, first + min(6 * ONE_DAY, date.max - first)


def _earlier(day: date, days: int) -> date:
    return day - min(timedelta(days=days), day - date.min)


def _counts(sources: Mapping[str, int]) -> tuple[SourceCount, ...]:
    """Sources by how much they listed."""
    names = SOURCE_NAMES | OTHER_SOURCES
    counts = (
        SourceCount(source=source, name=names.get(source, source), papers=papers)
        for source, papers in sources.items()
    )
    return tuple(sorted(counts, key=lambda count: (-count.papers, count.name)))
