"""What every page is read with: the store, the clock, the topics, and papers made into entries."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.commands.pieces import TopicEntry
from bot.domain.digest import Pick, Why
from bot.domain.matching import explain
from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.subscription import Schedule
from bot.domain.topics import Topic, Topics
from bot.domain.when import is_zone
from bot.errors import PaperRoundError
from bot.ports import Clock
from bot.storage.storable import plain_text
from bot.storage.store import Store

from .labels import Labels
from .values import Entry, Trouble

PAGE_SIZE = 30
MOST_A_PAGE = 100
LAST_PAGE = 1_000_000  # beyond which a number is a mistake, and databases may not take it
LOCAL = "local"  # the workspace whose own topics hold on the web


class Reader:
    """The base of what reads the archive."""

    def __init__(self, *, store: Store, clock: Clock, schedule: Schedule | None = None) -> None:
        """`schedule` is the operator's: its zone says which day is today."""
        self.store = store
        self.clock = clock
        self.schedule = schedule or Schedule()
        self._own: Mapping[str, str] | None = None
        self._topics = Topics.shipped()
        self._labels: Labels | None = None

    def now(self) -> datetime:
        """Now, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The operator's local date."""
        return self.now().astimezone(ZoneInfo(self.schedule.tz)).date()

    async def catalogue(self) -> Topics:
        """The shipped topics with the installation's own on top; read anew only when those change."""
        own = await self.store.topics(LOCAL)
        if own != self._own:
            self._topics, self._labels = Topics.shipped().with_own(own, check=False), None
            self._own = own
        return self._topics

    async def warm(self) -> None:
        """Read the topics now: the first page would wait a fifth of a second for them."""
        await self.catalogue()
        await asyncio.to_thread(self._names, [])

    async def entries(
        self,
        papers: Sequence[Paper],
        *,
        query: Query | None = None,
        days: Sequence[date | None] = (),
        scores: Mapping[int, float] | None = None,
    ) -> tuple[Entry, ...]:
        """Papers as entries, in order; in a thread, for summaries and reasons take a while."""
        await self.catalogue()
        picks = await asyncio.to_thread(_picks, papers, query, scores or {})
        return await self.labelled(picks, days)

    async def labelled(
        self, picks: Sequence[Pick], days: Sequence[date | None] = (), at: datetime | None = None
    ) -> tuple[Entry, ...]:
        """Picks with the names of their topics."""
        names = await asyncio.to_thread(self._names, [pick.paper for pick in picks])
        listed = [*days] or [None] * len(picks)
        return tuple(
            Entry(pick=pick, topics=names[pick.paper.id], day=day, at=at)
            for pick, day in zip(picks, listed, strict=True)
        )

    def _names(self, papers: Sequence[Paper]) -> dict[int, tuple[str, ...]]:
        labels = self._labels
        if labels is None:
            labels = self._labels = Labels(self._topics)
        return labels.of(papers)


def tidied(text: str) -> str:
    """What somebody typed, with single spaces and without what no database takes: half a surrogate, a null."""
    return " ".join(plain_text(text).split())


def offset_of(page: int, size: int) -> tuple[int, int]:
    """A page that can be asked for (from 1), and how many papers come before it."""
    page = min(max(page, 1), LAST_PAGE)
    return page, (page - 1) * size


def size_of(size: int) -> int:
    """A number of papers that may be asked for at once."""
    return min(max(size, 1), MOST_A_PAGE)


def local_date(day: date | None, due_at: datetime, tz: str) -> date:
    """The day of a digest; of one asked for by hand, which is of no day, the local date it was made on."""
    return day or due_at.astimezone(ZoneInfo(tz) if is_zone(tz) else UTC).date()


def pages_of(total: int, size: int) -> int:
    """How many pages so many papers take; one when there is none."""
    return max(1, -(-total // size))


def trouble_of(error: PaperRoundError) -> Trouble:
    """An error as a value."""
    return Trouble(what=error.what, fix=error.fix, code=error.code, column=getattr(error, "column", None))


def topic_entry(topic: Topic) -> TopicEntry:
    """A topic as lists show it."""
    return TopicEntry(
        name=topic.name,
        title=topic.title,
        definition=topic.definition,
        category=topic.category,
        own=topic.own,
    )


def _picks(papers: Iterable[Paper], query: Query | None, scores: Mapping[int, float]) -> tuple[Pick, ...]:
    return tuple(
        Pick(paper=paper, why=_why(paper, query), score=scores.get(paper.id, float(paper.votes)))
        for paper in papers
    )


def _why(paper: Paper, query: Query | None) -> tuple[Why, ...]:
    if query is None:
        return ()
    return (Why(query=query.canonical, subscription_id=None, hits=explain(query, paper)),)
