"""The search: a plain form, and a piece of the same page for whoever is still typing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands.archive import Order, Search
from bot.commands.wording import count

from .asked import Question, question_of
from .drawing import Drawing, FeedLink, Head, answered

PIECE = "results"  # what `part=` asks for


class SearchPages:
    """Papers by query."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [Route("/search", self.search)]

    async def search(self, request: Request) -> Response:
        """The whole page, or what was found alone."""
        question = question_of(request.query_params)
        found = await self._drawing.site.archive.search(
            question.q, question.page, filters=question.filters, order=question.order
        )
        path, feed = self._drawing.paths.plain("/search"), self._feed(question, found)
        values = {"question": question, "found": found, "path": path, "feed": feed}
        if request.query_params.get("part") == PIECE:
            return answered(request, self._drawing.text("found.html", values))
        shelves = await self._drawing.site.archive.topics()
        return self._drawing.page(
            request, "search.html", self._head(question, found), {**values, "shelves": shelves}
        )

    def _head(self, question: Question, found: Search) -> Head:
        path = self._drawing.paths.plain("/search")
        pages = range(1, found.pages + 1)
        before, after = found.page - 1, found.page + 1
        return Head(
            title=f"{found.query} - search" if found.query else "Search",
            description=count(found.total, "paper") if found.query else "Search every paper kept here.",
            path=path + question.but(page=question.page),
            previous=path + question.but(page=before) if before in pages else "",
            next=path + question.but(page=after) if after in pages else "",
            here="search",
            listed=not found.query and found.trouble is None,
            feed=self._feed(question, found),
        )

    def _feed(self, question: Question, found: Search) -> FeedLink | None:
        if not found.query:
            return self._drawing.feed("newest", "The newest papers")
        return self._drawing.feed("search", f"Papers for {found.query}", question.but(order=Order.BEST))
