"""Every feed at its address: the newest day, a day, a topic, a query, and a destination for whoever has its link."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.answers import answer, origin_of
from adapters.web.pages.asked import day_of, question_of
from adapters.web.pages.days import found
from adapters.web.pages.digests import LONGEST_TOKEN
from adapters.web.pages.paths import Paths
from adapters.web.pages.site import NAME, Site
from bot.commands.archive import Entries, Trouble
from bot.domain.subscription import Visibility
from bot.errors import PaperRoundError

from . import atom, json_feed
from .items import Feed, items_of, line
from .lists import ListRoutes

LONGEST_NAME = 100
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without any paper changed last
WRITERS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": (atom.KIND, atom.atom),
    "json": (json_feed.KIND, json_feed.json_feed),
}
Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What a feed is made of: its papers, and where the feed and its page are."""

    entries: Entries
    what: str  # "topic/robotics": its address without the ending
    home: str
    query: str = ""  # the end of its address: "?q=rlhf"
    private: bool = False


def feed_routes(site: Site) -> list[BaseRoute]:
    """The addresses of all feeds, of the OPML that lists them, of the site map and of robots.txt."""
    feeds = _Feeds(site)
    routes = [
        Route("/feeds/newest.{kind}", _patiently(feeds.newest)),
        Route("/feeds/search.{kind}", _patiently(feeds.query)),
        Route("/feeds/day/{day}.{kind}", _patiently(feeds.day)),
        Route("/feeds/topic/{name}.{kind}", _patiently(feeds.topic)),
        Route("/feeds/digest/{token}.{kind}", _patiently(feeds.digest)),
    ]
    lists = [Route(path, _patiently(act)) for path, act in ListRoutes(site).all().items()]
    return [*lists, *routes]


class _Feeds:
    """One answer for each kind of feed."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._paths = Paths(site.root, {})

    async def newest(self, request: Request) -> Response:
        """The newest day with a real list."""
        entries = await self._site.archive.feed_of_day()
        return await self._written(request, _Told(entries=entries, what="newest", home=self._paths.home()))

    async def day(self, request: Request) -> Response:
        """One day."""
        day = found(day_of(request.path_params["day"]))
        entries = await self._site.archive.feed_of_day(day)
        return await self._written(
            request, _Told(entries=entries, what=f"day/{day}", home=self._paths.day(day))
        )

    async def topic(self, request: Request) -> Response:
        """A topic by its name."""
        name = request.path_params["name"]
        entries = await self._site.archive.feed_of_topic(name) if len(name) <= LONGEST_NAME else None
        if entries is None:
            raise HTTPException(404)
        own = entries.query.removeprefix("topic:") or name
        home = self._paths.topic(own)
        what = home.removeprefix(f"{self._site.root}/")
        return await self._written(request, _Told(entries=entries, what=what, home=home))

    async def query(self, request: Request) -> Response:
        """A query with its filters, in the words of the search page."""
        question = question_of(request.query_params)
        if not question.q and not question.is_narrowed:
            return _trouble(Trouble(what="This feed is of a search.", fix="Say of which: ?q=diffusion"))
        entries = await self._site.archive.feed_of_query(question.q, filters=question.filters)
        asked = question.but()
        home = self._paths.plain("/search") + asked
        return await self._written(request, _Told(entries=entries, what="search", home=home, query=asked))

    async def digest(self, request: Request) -> Response:
        """What a destination was shown, for whoever has its link."""
        token, digests = request.path_params["token"], self._site.digests
        opened = await digests.destination(token) if digests and len(token) <= LONGEST_TOKEN else None
        if opened is None:
            raise HTTPException(404)
        entries = await self._site.archive.feed_of_destination(opened)
        home = self._paths.digest(token)
        what = home.removeprefix(f"{self._site.root}/")
        private = opened.archive is not Visibility.PUBLIC
        return await self._written(request, _Told(entries=entries, what=what, home=home, private=private))

    async def _written(self, request: Request, told: _Told) -> Response:
        kind = request.path_params["kind"]
        if kind not in WRITERS:
            raise HTTPException(404)
        if told.entries.trouble is not None:
            return _trouble(told.entries.trouble)
        media, write = WRITERS[kind]
        origin = origin_of(self._site.address, request)
        feed = await asyncio.to_thread(self._feed, told, kind, origin)
        return answer(
            request,
            await asyncio.to_thread(write, feed),
            media,
            changed=told.entries.updated,
            now=self._site.archive.now(),
            private=told.private,
        )

    def _feed(self, told: _Told, kind: str, origin: str) -> Feed:
        def address(ending: str) -> str:
            return origin + self._paths.feed(ending, told.what) + told.query

        return Feed(
            title=f"{line(told.entries.title)} · {NAME}",
            self_url=address(kind),
            other_url=address("json" if kind == "atom" else "atom"),
            home=origin + told.home,
            updated=told.entries.updated or BEFORE_ALL,
            items=items_of(told.entries, f"{origin}{self._paths.plain('/paper/')}"),
        )


def _patiently(act: Answering) -> Answering:
    """The same, with an honest answer while the store does not give any."""

    @wraps(act)
    async def answering(request: Request) -> Response:
        try:
            return await act(request)
        except PaperRoundError:
            return PlainTextResponse(
                "The archive cannot be read right now. Try again in a minute.",
                status_code=503,
                headers={"retry-after": "60"},
            )

    return answering


def _trouble(trouble: Trouble) -> Response:
    return PlainTextResponse(f"{trouble.what} {trouble.fix}".strip(), status_code=400)
