"""Feeds out: what is in them, whether readers take them, and whether anything hostile gets out of its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from adapters.web.answers import AT_REST
from adapters.web.feeds import feed_routes
from adapters.web.host import make_host
from adapters.web.pages import Site
from bot.commands.archive import Archive, Entries, Entry
from bot.domain.digest import Pick
from bot.domain.subscription import Destination, Visibility
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_paper

from .conftest import NOW
from .feed_rules import ATOM, checked_atom, checked_json
from .test_web_pages_hostile import AnyToken

HERE = "https://papers.example.org"
Asked = Callable[..., Awaitable[httpx.Response]]


def follower_of(site: Site, address: str = HERE) -> httpx.AsyncClient:
    async def ready() -> str:
        return ""

    transport = httpx.ASGITransport(app=make_host({}, ready=ready, beside=feed_routes(site)))
    return httpx.AsyncClient(transport=transport, base_url=address)


@pytest.fixture
async def follow(site: Site) -> AsyncIterator[Asked]:
    async with follower_of(site) as client:
        yield client.get


@pytest.mark.parametrize(
    ("path", "home", "papers"),
    [
        ("/feeds/newest", "/", 2),
        ("/feeds/day/2026-05-28", "/day/2026-05-28", 1),
        ("/feeds/topic/robotics", "/topic/robotics", 4),
        ("/feeds/search.KIND?q=knitting", "/search?q=knitting", 2),
        ("/feeds/search.KIND?q=knitting&code=1", "/search?q=knitting&code=1", 1),
        ("/feeds/day/2026-05-30", "/day/2026-05-30", 0),
    ],
)
async def test_a_feed_has_the_papers_of_its_page(follow: Asked, path: str, home: str, papers: int) -> None:
    path = path if "KIND" in path else f"{path}.KIND"
    atoms = await follow(path.replace("KIND", "atom"))
    assert atoms.headers["content-type"].startswith("application/atom+xml")
    top = checked_atom(atoms.content)
    assert top.find(f"{ATOM}link[@rel='alternate']").attrib["href"] == HERE + home
    assert top.find(f"{ATOM}link[@rel='self']").attrib["href"] == HERE + path.replace("KIND", "atom")
    jsons = await follow(path.replace("KIND", "json"))
    assert jsons.headers["content-type"].startswith("application/feed+json")
    feed = checked_json(jsons.content)
    assert (feed["home_page_url"], feed["feed_url"]) == (HERE + home, HERE + path.replace("KIND", "json"))
    assert len(feed["items"]) == len(top.findall(f"{ATOM}entry")) == papers


async def test_a_reader_program_takes_it_and_shows_the_paper(follow: Asked) -> None:
    parsed = feedparser.parse((await follow("/feeds/newest.atom")).content)
    assert parsed.bozo == 0
    first = parsed.entries[0]
    assert first.title == "Flow Matching for Knitting Robots"
    assert first.link == f"{HERE}/paper/2026060100001"
    assert first.id == "https://arxiv.org/abs/2606.00001"
    assert [one.name for one in first.authors] == ["Ada Example", "Bo Muster"]
    assert "It works well" in first.content[0].value


async def test_whoever_has_it_is_sent_nothing(follow: Asked) -> None:
    first = await follow("/feeds/newest.atom")
    again = await follow("/feeds/newest.atom", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await follow("/feeds/newest.atom", headers={"if-none-match": '"other"'})).status_code == 200


async def test_a_time_is_believed_once_nothing_can_come_at_the_same_time(store: Store) -> None:
    clock = FakeClock(datetime(2026, 6, 1, 6, tzinfo=UTC) + AT_REST)
    async with follower_of(Site(archive=Archive(store=store, clock=clock), address=HERE)) as client:
        first = await client.get("/feeds/newest.atom")
        said = {"if-modified-since": first.headers["last-modified"]}
        assert (await client.get("/feeds/newest.atom", headers=said)).status_code == 304
        older = {"if-modified-since": "Sun, 31 May 2026 00:00:00 GMT"}
        assert (await client.get("/feeds/newest.atom", headers=older)).status_code == 200
        odd = {"if-modified-since": "yesterday"}
        assert (await client.get("/feeds/newest.atom", headers=odd)).status_code == 200


async def test_it_is_packed_where_that_is_taken(follow: Asked) -> None:
    packed = await follow("/feeds/newest.json", headers={"accept-encoding": "br, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = await follow("/feeds/newest.json", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/topic/no-such-topic.atom", 404),
        ("/feeds/day/2026-13-01.atom", 404),
        ("/feeds/newest.rss", 404),
        ("/feeds/digest/guessed.atom", 404),
        ("/feeds/search.atom", 400),
        ("/feeds/search.atom?q=votes%3E%3D", 400),
        ("/sitemap/nothing.xml", 404),
        ("/sitemap/days-1999.xml", 404),
    ],
)
async def test_what_is_no_feed_says_so(follow: Asked, path: str, status: int) -> None:
    assert (await follow(path)).status_code == status


async def test_without_an_address_of_its_own_the_host_that_was_asked_is_told(site: Site) -> None:
    async with follower_of(replace(site, address=""), "http://papers.local:8080") as client:
        text = (await client.get("/feeds/newest.atom")).text
        assert "http://papers.local:8080/paper/2026060100001" in text
        odd = await client.get("/feeds/newest.atom", headers={"host": 'evil"><x.example'})
        assert odd.status_code == 400


async def test_below_another_site_every_address_has_its_root(site: Site) -> None:
    async with follower_of(replace(site, address=f"{HERE}/papers")) as client:
        feed = (await client.get("/feeds/newest.json")).json()
        assert feed["feed_url"] == f"{HERE}/papers/feeds/newest.json"
        assert feed["items"][0]["url"] == f"{HERE}/papers/paper/2026060100001"
        assert f"{HERE}/papers/sitemap.xml" in (await client.get("/robots.txt")).text


async def test_the_opml_names_feeds_that_are_there(follow: Asked) -> None:
    top = ET.fromstring((await follow("/feeds/feeds.opml")).content)
    addresses = [one.attrib["xmlUrl"] for one in top.iter("outline") if "xmlUrl" in one.attrib]
    assert addresses[0] == f"{HERE}/feeds/newest.atom"
    assert f"{HERE}/feeds/topic/robotics.atom" in addresses
    assert top.find("head/title").text
    assert all(one.attrib["text"] for one in top.iter("outline"))


async def test_the_site_map_leads_to_every_day(follow: Asked) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ET.fromstring((await follow("/sitemap.xml")).content)
    parts = [one.text for one in index.iter(f"{space}loc")]
    assert f"{HERE}/sitemap/days-2026.xml" in parts
    pages: list[str] = []
    for part in parts:
        body = (await follow(part)).content
        pages += [one.text for one in ET.fromstring(body).iter(f"{space}loc")]
    assert {f"{HERE}/", f"{HERE}/day/2026-05-28", f"{HERE}/month/2026-05", f"{HERE}/topic/robotics"} <= set(
        pages
    )
    assert f"Sitemap: {HERE}/sitemap.xml" in (await follow("/robots.txt")).text


async def test_the_feed_of_a_destination_is_for_whoever_has_its_link(site: Site, store: Store) -> None:
    archive = ShownOnce(store=store, clock=FakeClock(NOW))
    async with follower_of(replace(site, archive=archive, digests=AnyToken())) as client:
        told = await client.get("/feeds/digest/secret.atom")
    top = checked_atom(told.content)
    assert top.findtext(f"{ATOM}title") == "Papers for x · Paper Round"
    assert top.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-06-01T06:00:00Z"
    assert top.find(f"{ATOM}link[@rel='alternate']").attrib["href"] == f"{HERE}/digest/secret"
    assert told.headers["cache-control"] == "private, no-cache"
    assert told.headers["x-robots-tag"] == "noindex"


async def test_public_digests_may_be_found_by_everybody(site: Site, store: Store) -> None:
    archive = ShownOnce(store=store, clock=FakeClock(NOW))
    async with follower_of(replace(site, archive=archive, digests=Opened())) as client:
        assert f'xmlUrl="{HERE}/feeds/digest/token.atom"' in (await client.get("/feeds/feeds.opml")).text
        assert f"<loc>{HERE}/digest/token</loc>" in (await client.get("/sitemap/pages.xml")).text
        told = await client.get("/feeds/digest/token.json")
    assert "x-robots-tag" not in told.headers
    assert told.headers["cache-control"].startswith("public")


class Opened(AnyToken):
    async def destination(self, token: str) -> Destination:
        return replace(await super().destination(token), archive=Visibility.PUBLIC)


class ShownOnce(Archive):
    async def public(self) -> tuple[Destination, ...]:
        return (await Opened().destination("token"),)

    async def feed_of_destination(self, destination: Destination) -> Entries:
        entry = Entry(pick=Pick(paper=make_paper(1), why=(), score=1.0), at=NOW)
        return Entries(title=f"Papers for {destination.name}", papers=(entry,))
