"""Feeds out: what is in them, whether readers take them, and whether anything hostile gets out of its place."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from adapters.web.answers import AT_REST
from adapters.web.feeds import feed_routes
from adapters.web.feeds.atom import atom
from adapters.web.feeds.items import Feed, items_of, lasting_id
from adapters.web.feeds.json_feed import json_feed
from adapters.web.host import make_host
from adapters.web.pages import Site
from bot.commands.archive import Archive, Entries, Entry
from bot.domain.digest import Pick, Why
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_paper
from bot.testing.hostile import HOSTILE

ATOM = "{http://www.w3.org/2005/Atom}"
HERE = "https://papers.example.org"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# RFC 4287, 4.1: which elements an entry has, how often at least, and at most (0: as often as one likes).
OF_A_FEED = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "author": (0, 0),
    "generator": (0, 1),
    "link": (1, 0),
}
OF_AN_ENTRY = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "published": (0, 1),
    "author": (0, 0),
    "link": (1, 0),
    "category": (0, 0),
    "summary": (0, 1),
    "content": (0, 1),
}
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


def checked_atom(body: bytes) -> ET.Element:
    """The feed, once it keeps every rule of RFC 4287 that is a schema's business."""
    top = ET.fromstring(body)
    assert top.tag == f"{ATOM}feed"
    assert not top.attrib.keys() - {"{http://www.w3.org/XML/1998/namespace}lang"}
    entries = top.findall(f"{ATOM}entry")
    _keeps(top, OF_A_FEED | {"entry": (0, 0)})
    for entry in entries:
        _keeps(entry, OF_AN_ENTRY)
        assert entry.find(f"{ATOM}author") is not None or top.find(f"{ATOM}author") is not None
    stamps = [(one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}updated")) for one in entries]
    assert len(stamps) == len(set(stamps))
    return top


def _keeps(element: ET.Element, rule: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= set(rule)
    for name, (least, most) in rule.items():
        assert names.count(name) >= least
        assert not most or names.count(name) <= most
    assert not (element.text or "").strip()
    for child in element:
        _is_one(child)
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel") == "alternate"
    ]
    assert len(alternates) == len(set(alternates))


def _is_one(element: ET.Element) -> None:
    name, words = element.tag.removeprefix(ATOM), element.text or ""
    if name in {"updated", "published"}:
        assert STAMP.fullmatch(words)
    if name == "id":
        assert re.match(r"(https?://|urn:uuid:)\S+$", words)
    if name == "author":
        assert [child.tag for child in element] == [f"{ATOM}name"]
        assert (element[0].text or "").strip()
    if name == "link":
        assert re.match(r"https?://\S+$", element.attrib["href"])
        assert set(element.attrib) <= {"href", "rel", "type"}
    if name == "category":
        assert element.attrib["term"]
    if name in {"title", "summary", "content"}:
        assert element.get("type", "text") in {"text", "html"}
        assert not list(element)


def checked_json(body: bytes) -> dict[str, object]:
    """The feed, once it keeps the rules of JSON Feed 1.1."""
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert all(re.match(r"https?://\S+$", item[name]) for name in ("url", "external_url") if name in item)
        assert all(STAMP.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(list(author) == ["name"] and author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


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


def hostile_entry(text: str) -> Entry:
    paper = make_paper(
        1,
        **dict.fromkeys(("key", "title", "abstract", "url", "doi", "venue", "comment", "summary"), text),
        **dict.fromkeys(("code_url", "project_url", "thumbnail", "organization", "license"), text),
        **dict.fromkeys(("authors", "categories", "keywords", "sources"), (text, text)),
    )
    why = Why(query=text, subscription_id=None, hits=(text,))
    return Entry(pick=Pick(paper=paper, why=(why,), score=1.0), topics=(text,))


ODD = (
    "\x00\x08\x0b",
    "]]>",
    "\ud800",
    "\udfff tail",
    "\u202eright to left",
    "\ufffe\uffff",
    "",
    " ",
    "&amp;lt;",
    "\u05d0" * 99,
)


def test_hostile_words_stay_words_in_both_formats() -> None:
    texts = [*HOSTILE, *ODD]
    assert len(texts) > 200
    for text in texts:
        entries = Entries(title=text, papers=(hostile_entry(text),))
        items = items_of(entries, f"{HERE}/paper/")
        feed = Feed(
            title="t", self_url=f"{HERE}/feeds/a.atom", other_url=f"{HERE}/feeds/a.json", home=f"{HERE}/",
            updated=items[0].updated, items=items,
        )  # fmt: skip
        parsed = feedparser.parse(atom(feed))
        assert parsed.bozo == 0, ascii(text)
        checked_atom(atom(feed))
        item = checked_json(json_feed(feed))["items"][0]
        _links_nowhere_else(item["content_html"], text)


def _links_nowhere_else(html: str, text: str) -> None:
    tags = set(re.findall(r"<\s*/?\s*([a-z!?]+)", html))
    assert tags <= {"p", "a"}, ascii(text)
    assert all(re.match(r"https?://", one) for one in re.findall(r'href="([^"]*)"', html)), ascii(text)
    assert len(re.findall("<a ", html)) <= 3


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("arxiv:2606.00001", "https://arxiv.org/abs/2606.00001"),
        ("arxiv:math/0309136", "https://arxiv.org/abs/math/0309136"),
        ("doi:10.1000/a<b>", "https://doi.org/10.1000/a%3Cb%3E"),
        ("openreview:abc_-1", "https://openreview.net/forum?id=abc_-1"),
        ("acl:2020.acl-main.1", "https://aclanthology.org/2020.acl-main.1"),
        ("url:https://example.org/x", "https://example.org/x"),
        ("url:javascript:x", "urn:uuid:"),
        ("title:something", "urn:uuid:"),
    ],
    ids=["arxiv", "old-arxiv", "doi", "openreview", "acl", "url", "script", "other"],
)
def test_a_paper_has_one_name_for_ever(key: str, expected: str) -> None:
    made = lasting_id(make_paper(1, key=key))
    assert made.startswith(expected)
    assert made == lasting_id(make_paper(2, key=key, title="Another title"))
