"""Search over everything stored, with filters beside the text."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.matched import parsed
from bot.domain.query import Query
from bot.errors import UserError
from bot.storage import Found

from .reader import PAGE_SIZE, Reader, offset_of, pages_of, size_of, tidied, trouble_of
from .values import NO_FILTERS, Filters, Order, Search

NOTHING = "Nothing matches. Try fewer words, `OR` between them, or a topic."


class Searches(Reader):
    """Papers by query."""

    async def search(
        self,
        text: str = "",
        page: int = 1,
        *,
        filters: Filters = NO_FILTERS,
        order: Order = Order.BEST,
        size: int = PAGE_SIZE,
    ) -> Search:
        """What a query finds, one page of it; a query that cannot be read is a `Trouble`, nothing asked finds nothing."""
        size = size_of(size)
        page, offset = offset_of(page, size)
        said = tidied(text)
        asked = Search(text=said, filters=filters, order=order, page=page, start=offset + 1)
        try:
            query = await self.query(said, filters)
        except UserError as error:
            return replace(asked, trouble=trouble_of(error))
        if query is None:
            return asked
        found = await self._found(query, order, size, offset)
        scores = {hit.paper.id: hit.score for hit in found.hits}
        papers = await self.entries([hit.paper for hit in found.hits], query=query, scores=scores)
        return replace(
            asked,
            query=query.canonical,
            papers=papers,
            total=found.total,
            exact_total=found.exact_total,
            pages=pages_of(found.total, size),
            hint="" if found.total else NOTHING,
        )

    async def query(self, text: str, filters: Filters = NO_FILTERS) -> Query | None:
        """The query of a text and filters; None when neither says anything. Raises `InvalidQuery`."""
        topics = await self.catalogue()
        said, narrowing = tidied(text), narrowed(filters)
        if not said:
            return await parsed(narrowing, topics) if narrowing else None
        query = await parsed(said, topics)  # alone first: a bracket in it must not swallow the filters
        return await parsed(f"({query.canonical}) {narrowing}", topics) if narrowing else query

    async def _found(self, query: Query, order: Order, size: int, offset: int) -> Found:
        if order is Order.NEWEST:
            return await self.store.newest(query, limit=size, offset=offset)
        return await self.store.search(query, limit=size, offset=offset, now=self.now())


def narrowed(filters: Filters) -> str:
    """Filters as a query of their own; "" when none is set. What was typed into them stays within quotation marks."""
    parts = (
        _said("source", filters.source),
        _said("topic", filters.topic),
        _said("cat", filters.category),
        "has:code" if filters.code else "",
        f"upvotes>={max(filters.votes, 0)}" if filters.votes else "",
        f"since:{filters.since}" if filters.since else "",
        f"until:{filters.until}" if filters.until else "",
    )
    return " ".join(filter(None, parts))


def _said(name: str, value: str) -> str:
    plain = tidied(value.replace('"', " "))
    return f'{name}:"{plain}"' if plain else ""
