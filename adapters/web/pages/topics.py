"""Every topic, and the papers of one."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.commands.archive import TopicPage
from bot.commands.wording import count

from .asked import name_of, page_of, text_of
from .drawing import Drawing, Head

LONGEST_NAME = 200


class TopicPages:
    """Topics and their papers."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [Route("/topics", self.topics), Route("/topic/{name}", self.topic)]

    async def topics(self, request: Request) -> Response:
        """Every topic, or those like a text."""
        text = text_of(request.query_params, "q")[:LONGEST_NAME]
        shelves = await self._drawing.site.archive.topics(text)
        head = Head(
            title="Topics",
            description="Every topic papers are labelled with, and what each looks for.",
            path=self._drawing.paths.topics(),
            here="topics",
            listed=not text,
        )
        return self._drawing.page(request, "topics.html", head, {"shelves": shelves, "text": text})

    async def topic(self, request: Request) -> Response:
        """The papers of one topic, newest first; whoever used another of its names is led to its own."""
        name = name_of(request.path_params["name"], LONGEST_NAME)
        number = page_of(request.query_params)
        page = await self._drawing.site.archive.topic(name, number) if name else None
        if page is None:
            raise HTTPException(404)
        path = self._drawing.paths.topic(page.topic.name)
        if name != page.topic.name:
            return RedirectResponse(path, status_code=302)
        values = {"page": page, "path": path}
        return self._drawing.page(request, "topic.html", self._head(page, path), values)

    def _head(self, page: TopicPage, path: str) -> Head:
        return Head(
            title=page.topic.title,
            description=f"{count(page.total, 'paper')} on {page.topic.title.lower()}",
            path=numbered(path, page.page),
            previous=numbered(path, page.page - 1) if page.page > 1 else "",
            next=numbered(path, page.page + 1) if page.page < page.pages else "",
            here="topics",
            listed=bool(page.papers),
            feed=self._drawing.feed(path.removeprefix(f"{self._drawing.site.root}/"), page.topic.title),
        )


def numbered(path: str, page: int) -> str:
    """A page of a list."""
    return f"{path}?page={page}" if page > 1 else path
