"""Lists of addresses: the OPML of all feeds, the site map in parts, and robots.txt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.answers import answer, origin_of
from adapters.web.pages.paths import Paths
from adapters.web.pages.site import NAME, Site
from bot.commands.archive import Period

from .items import line
from .xml import add, root, written

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # addresses in one part: https://www.sitemaps.org/protocol.html
# Whoever follows links through these sees nothing new, or takes the machine for searches.
NOT_FOR_ROBOTS = ("/search", "/api/", "/feeds/", "/mail/", "/slack/", "/metrics")


class ListRoutes:
    """One answer for each list."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._paths = Paths(site.root, {})

    def all(self) -> dict[str, Callable[[Request], Awaitable[Response]]]:
        """Each by its address."""
        return {
            "/feeds/feeds.opml": self.opml,
            "/sitemap.xml": self.index,
            "/sitemap/{part}.xml": self.part,
            "/robots.txt": self.robots,
        }

    async def opml(self, request: Request) -> Response:
        """Every feed that anybody may read: https://opml.org/spec2.opml."""
        origin = origin_of(self._site.address, request)
        top = root("opml", version="2.0")
        add(add(top, "head"), "title", f"Feeds of {NAME}")
        body = add(top, "body")
        self._outline(body, "The newest papers", self._paths.home(), origin, what="newest")
        for name, token in await self._public():
            self._outline(body, name, self._paths.digest(token), origin)
        for shelf in await self._site.archive.topics():
            within = add(body, "outline", text=line(shelf.category) or "Our own")
            for topic in shelf.topics:
                self._outline(within, topic.title, self._paths.topic(topic.name), origin)
        return answer(request, written(top), "text/x-opml")

    async def index(self, request: Request) -> Response:
        """The parts of the site map."""
        origin = origin_of(self._site.address, request)
        years = sorted({day.year for day in await self._site.archive.list_days()}, reverse=True)
        top = root("sitemapindex", SITEMAP)
        for part in ("pages", "topics", *(f"days-{year:04}" for year in years)):
            add(add(top, "sitemap"), "loc", origin + self._paths.plain(f"/sitemap/{part}.xml"))
        return answer(request, written(top), "application/xml")

    async def part(self, request: Request) -> Response:
        """One part of the site map."""
        origin = origin_of(self._site.address, request)
        addresses = await self._addresses(request.path_params["part"])
        top = root("urlset", SITEMAP)
        for address in addresses[:MOST]:
            add(add(top, "url"), "loc", origin + address)
        return answer(request, written(top), "application/xml")

    async def robots(self, request: Request) -> Response:
        """What robots may read: https://www.rfc-editor.org/rfc/rfc9309."""
        origin = origin_of(self._site.address, request)
        closed = [f"Disallow: {self._paths.plain(path)}" for path in NOT_FOR_ROBOTS]
        lines = ["User-agent: *", *closed, "", f"Sitemap: {origin}{self._paths.plain('/sitemap.xml')}", ""]
        return answer(request, "\n".join(lines).encode(), "text/plain")

    async def _public(self) -> Sequence[tuple[str, str]]:
        """The destinations whose digests everybody may read: the name of each, and what opens it."""
        digests = self._site.digests
        public = await self._site.archive.public() if digests else ()
        opened = [(one.name, digests.token(one.id)) for one in public if digests]
        return [(name, token) for name, token in opened if token]

    async def _addresses(self, part: str) -> Sequence[str]:
        if part == "pages":
            plain = map(self._paths.plain, ("/topics", "/about"))
            trending = (self._paths.trending(one.value) for one in Period)
            public = [self._paths.digest(token) for _, token in await self._public()]
            return [self._paths.home(), *plain, *trending, *public]
        if part == "topics":
            shelves = await self._site.archive.topics()
            return [self._paths.topic(topic.name) for shelf in shelves for topic in shelf.topics]
        year = part.removeprefix("days-")
        days = [day for day in await self._site.archive.list_days() if f"{day.year:04}" == year]
        if not days:
            raise HTTPException(404)
        return [*self._months(days), *map(self._paths.day, days)]

    def _months(self, days: Iterable[date]) -> Iterable[str]:
        return dict.fromkeys(map(self._paths.month, days))

    def _outline(self, within: Element, title: str, home: str, origin: str, *, what: str = "") -> None:
        """One feed: that of a page, whose address tells the feed's."""
        feed = self._paths.feed("atom", what or home.removeprefix(f"{self._site.root}/"))
        text = line(title) or "(no name)"
        add(within, "outline", type="rss", text=text, title=text, xmlUrl=origin + feed, htmlUrl=origin + home)
