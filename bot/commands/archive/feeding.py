"""What feeds out are made of: the newest papers of a day, a topic, a query or a destination."""

from __future__ import annotations

from datetime import date

from bot.commands.wording import long_date
from bot.domain.mailing import name_on_pages
from bot.domain.subscription import Destination
from bot.errors import UserError

from .digest_pages import DigestPages
from .reader import size_of, tidied, trouble_of
from .searches import Searches
from .spans import Spans
from .topic_pages import TopicPages
from .values import NO_FILTERS, Entries, Filters

MOST_ENTRIES = 50


class Feeding(Spans, Searches, TopicPages, DigestPages):
    """The newest papers of anything one can follow."""

    async def feed_of_day(self, day: date | None = None, *, source: str = "") -> Entries:
        """The papers of a day, most votes first; of the newest that has any, when no day is given."""
        span = await self.day(day, source=source, size=MOST_ENTRIES)
        title = f"Papers of {long_date(day)}" if day else "The newest papers"
        return Entries(title=title, papers=span.papers)

    async def feed_of_topic(self, name: str) -> Entries | None:
        """The newest papers of a topic; None when there is none of that name."""
        page = await self.topic(name, size=MOST_ENTRIES)
        if page is None:
            return None
        query = f"topic:{page.topic.name}"
        return Entries(title=page.topic.title, papers=page.papers, query=query, trouble=page.trouble)

    async def feed_of_query(
        self, text: str, *, filters: Filters = NO_FILTERS, size: int = MOST_ENTRIES
    ) -> Entries:
        """The newest papers that match a query; of one that cannot be read, the trouble and no papers."""
        said = tidied(text)
        try:
            query = await self.query(said, filters)
        except UserError as error:
            return Entries(title=f"Papers for {said}", trouble=trouble_of(error))
        if query is None:
            return Entries(title="Papers for nothing")
        found = await self.store.newest(query, limit=size_of(size))
        papers = await self.entries([hit.paper for hit in found.hits], query=query)
        return Entries(title=f"Papers for {query.canonical}", papers=papers, query=query.canonical)

    async def feed_of_destination(self, destination: Destination) -> Entries:
        """The last papers a destination was shown, each with when."""
        papers = await self.posted_entries(destination, MOST_ENTRIES)
        name = name_on_pages(destination.address, destination.name)
        return Entries(title=f"Papers for {name}", papers=papers)
