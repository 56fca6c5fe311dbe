"""The topics, and the papers of each."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from bot.commands.matched import parsed
from bot.commands.topic_search import like
from bot.domain.topics import Topic
from bot.errors import UserError

from .reader import PAGE_SIZE, Reader, offset_of, pages_of, size_of, topic_entry, trouble_of
from .values import Shelf, TopicPage


class TopicPages(Reader):
    """Topics and their papers."""

    async def topics(self, text: str = "") -> tuple[Shelf, ...]:
        """Every topic by category, the installation's own first; or those like a text, best first, on one shelf."""
        catalogue = await self.catalogue()
        if text.strip():
            found = tuple(map(topic_entry, like(catalogue, text)))
            return (Shelf(category="", topics=found),) if found else ()
        ordered = sorted(catalogue.all(), key=_shelf)
        return tuple(
            Shelf(category=category, topics=tuple(map(topic_entry, topics)))
            for (_, category), topics in groupby(ordered, key=lambda topic: _shelf(topic)[:2])
        )

    async def topic(self, name: str, page: int = 1, *, size: int = PAGE_SIZE) -> TopicPage | None:
        """The papers of the topic of this name, title or synonym, newest first; None when there is none."""
        size = size_of(size)
        page, offset = offset_of(page, size)
        catalogue = await self.catalogue()
        topic = catalogue.get(name)
        if topic is None:
            return None
        asked = TopicPage(topic=topic_entry(topic), synonyms=topic.synonyms, page=page, start=offset + 1)
        try:
            query = await parsed(f"topic:{topic.name}", catalogue)
        except UserError as error:
            return replace(asked, trouble=trouble_of(error))
        found = await self.store.newest(query, limit=size, offset=offset)
        return replace(
            asked,
            papers=await self.entries([hit.paper for hit in found.hits], query=query),
            total=found.total,
            exact_total=found.exact_total,
            pages=pages_of(found.total, size),
        )


def _shelf(topic: Topic) -> tuple[bool, str, str]:
    """The installation's own first, then by category."""
    return not topic.own, "" if topic.own else topic.category, topic.name
