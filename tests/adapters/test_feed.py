"""Any feed as a source."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.sources import feed
from adapters.sources.entries import listings
from adapters.sources.feed import FeedSource
from adapters.sources.http import HttpFetcher
from bot.domain.paper import Announcement, Batch, Freshness, Validator
from bot.errors import SourceError
from bot.ports import Fetcher, SourceContext
from bot.testing import check_batch, check_source
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher, make_page
from bot.testing.http import FakeServer, unless_known

URL = "https://lab.example/feed.xml"
TODAY = date(2026, 6, 1)
KNOWN = {URL: Validator(url=URL, etag='"old"')}


def rss(*items: str) -> bytes:
    names = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:arxiv='http://arxiv.org/schemas/atom'"
    body = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {names}><channel><title>Lab</title><link>https://lab.example/</link>{body}</channel></rss>".encode()


def item(number: int, *, day: int | None = None, more: str = "") -> str:
    dated = f"<pubDate>{day:02} May 2026 10:00:00 GMT</pubDate>" if day else ""
    return f"<title>Paper {number}</title><link>https://lab.example/{number}</link>{dated}{more}"


def source(fetcher: Fetcher, *feeds: str, validators: dict[str, Validator] | None = None) -> FeedSource:
    known = KNOWN if validators is None else validators
    return FeedSource(
        SourceContext(
            fetcher=fetcher, clock=FakeClock(), settings={}, feeds=feeds or (URL,), validators=known
        )
    )


async def fetched(body: bytes, *, validators: dict[str, Validator] | None = None) -> list[Batch]:
    fetcher = FakeFetcher({URL: make_page(URL, body, etag='"new"')})
    batches = [batch async for batch in source(fetcher, validators=validators).fetch(since=TODAY)]
    for batch in batches:
        check_batch(batch)
    return batches


async def one(body: bytes) -> Batch:
    (batch,) = await fetched(body)
    return batch


def titles(batch: Batch) -> list[str]:
    return [listing.facts.title for listing in batch.listings]


async def test_entries_become_listings_on_their_own_days():
    batch = await one(rss(item(1, day=30), item(2, day=29), item(3)))
    assert (batch.source, batch.origin, batch.day) == ("feed", URL, TODAY)
    assert (batch.freshness, batch.backfill, batch.note) == (Freshness.FRESH, False, "")
    assert [(each.rank, each.day) for each in batch.listings] == [
        (1, date(2026, 5, 30)),
        (2, date(2026, 5, 29)),
        (3, TODAY),
    ]
    assert [each.facts.submitted for each in batch.listings] == [date(2026, 5, 30), date(2026, 5, 29), None]
    assert batch.listings[0].facts.keys == ("url:https://lab.example/1",)
    assert batch.validators == (
        Validator(url=URL, etag='"new"', fetched_at=datetime(2026, 6, 1, 6, tzinfo=UTC)),
    )


async def test_an_entry_is_known_by_the_strongest_identifier_it_holds():
    batch = await one(
        rss(
            "<title>A</title><link>https://arxiv.org/abs/2606.00001v2</link>",
            "<title>B</title><guid isPermaLink='false'>oai:arXiv.org:2606.00002v1</guid>",
            "<title>C</title><link>https://doi.org/10.1234/ABC</link>",
            "<title>D</title><dc:identifier>doi:10.1234/d</dc:identifier><link>https://lab.example/d</link>",
            "<title>E</title><guid isPermaLink='false'>42</guid>",
        )
    )
    keys = [listing.facts.keys[0] for listing in batch.listings]
    assert keys[:4] == ["arxiv:2606.00001", "arxiv:2606.00002", "doi:10.1234/abc", "doi:10.1234/d"]
    assert keys[4].startswith("hash:")
    assert batch.listings[3].facts.doi == "10.1234/d"


async def test_text_is_cleaned_of_html_and_tex():
    more = "<description>&lt;p&gt;Na\\\"ive &lt;b&gt;bold&lt;/b&gt; text.&lt;/p&gt;</description><dc:creator>Paulo Andr\\'e</dc:creator>"
    facts = (await one(rss(item(1, more=more)))).listings[0].facts
    assert facts.abstract == "Naïve bold text."
    assert facts.authors == ("Paulo André",)


async def test_an_arxiv_feed_added_as_any_feed_is_understood():
    more = (
        "<description>arXiv:2606.00001v1 Announce Type: cross \nAbstract: Robots knit.</description>"
        "<guid isPermaLink='false'>oai:arXiv.org:2606.00001v1</guid><category>cs.RO</category>"
        "<arxiv:announce_type>cross</arxiv:announce_type>"
    )
    listing = (await one(rss(item(1, more=more)))).listings[0]
    assert listing.facts.abstract == "Robots knit."
    assert listing.facts.categories == ("cs.RO",)
    assert listing.kind is Announcement.CROSS


async def test_a_first_fetch_floods_nobody():
    older, newest = await fetched(rss(item(1, day=20), item(2, day=30), item(3, day=10)), validators={})
    assert (titles(older), older.backfill, older.validators) == (["Paper 1", "Paper 3"], True, ())
    assert (titles(newest), newest.backfill) == (["Paper 2"], False)
    assert newest.validators[0].etag == '"new"'


async def test_the_newest_of_an_undated_feed_is_its_first():
    _, newest = await fetched(rss(item(1), item(2), item(3)), validators={})
    assert titles(newest) == ["Paper 1"]


async def test_an_unchanged_feed_says_so():
    fetcher = FakeFetcher({URL: make_page(URL, rss(item(1)), etag='"old"')})
    (batch,) = [batch async for batch in source(fetcher).fetch(since=TODAY)]
    assert (batch.freshness, batch.note, batch.listings) == (Freshness.FRESH, "unchanged", ())
    assert batch.validators == (KNOWN[URL],)
    assert fetcher.calls[0].validator == KNOWN[URL]


async def test_a_feed_that_fails_is_a_batch_and_the_others_go_on():
    answers = {URL: rss(item(1)), "https://html.example/": b"<html><body>Sign in</body></html>"}
    feeds = ("https://gone.example/", "https://html.example/", URL, URL)
    batches = [batch async for batch in source(FakeFetcher(answers), *feeds).fetch(since=TODAY)]
    assert [batch.origin for batch in batches] == list(feeds[:3])
    assert [batch.freshness for batch in batches] == [Freshness.FAILED, Freshness.FAILED, Freshness.FRESH]
    assert "HTML" in batches[1].note
    assert all("\n" not in batch.note and not batch.validators for batch in batches[:2])


async def test_a_cut_feed_keeps_its_whole_entries_and_is_fetched_anew():
    body = rss(item(1), item(2), item(3))
    batch = await one(body[: body.index(b"Paper 3") + 3])
    assert titles(batch) == ["Paper 1", "Paper 2"]
    assert [(each.where, each.code) for each in batch.rejected] == [(f"{URL}[3]", "cut_off")]
    assert "cut" in batch.note
    assert batch.validators[0].etag == ""


async def test_bad_entries_are_reported_and_the_rest_stands():
    batch = await one(rss(item(1), "<guid>x</guid>", item(1), item(2)))
    assert titles(batch) == ["Paper 1", "Paper 2"]
    assert [(each.where, each.code) for each in batch.rejected] == [
        (f"{URL}[2]", "no_title"),
        (f"{URL}[3]", "repeated"),
    ]


async def test_a_feed_of_nothing_but_bad_entries_has_failed():
    batch = await one(rss("<guid>x</guid>"))
    assert (batch.freshness, len(batch.rejected), batch.validators) == (Freshness.FAILED, 1, ())
    assert "None" in batch.note


async def test_a_feed_without_entries_is_quiet():
    assert (await one(rss())).freshness is Freshness.EMPTY_EXPECTED


async def test_entries_that_all_link_to_one_page_stay_apart():
    items = [f"<title>Paper {n}</title><link>https://lab.example/news</link>" for n in (1, 2, 3)]
    batch = await one(rss(*items))
    assert titles(batch) == ["Paper 1", "Paper 2", "Paper 3"]
    assert len({each.facts.keys for each in batch.listings}) == 3


async def test_an_entry_without_a_title_is_called_by_its_first_words():
    more = "<link>https://lab.example/1</link><description>" + "Robots knit. " * 30 + "</description>"
    title = (await one(rss(more))).listings[0].facts.title
    assert title.startswith("Robots knit. Robots")
    assert title.endswith(" …")
    assert len(title) < 130
    endless = "<description>" + "x" * 300 + "</description>"
    assert (await one(rss(endless))).listings[0].facts.title == "x" * 120 + " …"


@pytest.mark.parametrize("year", ["2099", "1670", "0001"])
async def test_a_date_nobody_can_believe_is_no_date(year: str):
    more = f"<dc:date>{year}-05-05T10:00:00Z</dc:date>"
    listing = (await one(rss(item(1, more=more)))).listings[0]
    assert (listing.day, listing.facts.submitted) == (TODAY, None)


@pytest.mark.parametrize(
    ("head", "mine"),
    [
        (rss(), True),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", True),
        (b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='x'>", True),
        (b"<html><head>", False),
        (b"<opml version='2.0'>", False),
        (b'[{"paper": {}}]', False),
        (b"Jun 6\n\nA title\n", False),
        (b"", False),
    ],
)
def test_saved_feeds_are_recognised(head: bytes, mine: bool):
    assert source(FakeFetcher()).recognises(head, "saved.xml") is mine


def test_a_saved_feed_is_read_with_its_own_days_and_the_given_one_for_the_rest():
    batch = source(FakeFetcher()).parse(rss(item(1, day=30), item(2)), day=date(2026, 5, 1))
    check_batch(batch)
    assert (batch.origin, batch.day) == ("https://lab.example/", date(2026, 5, 1))
    assert [each.day for each in batch.listings] == [date(2026, 5, 30), date(2026, 5, 1)]


def test_a_saved_feed_of_nothing_but_bad_entries_says_so():
    batch = source(FakeFetcher()).parse(rss("<guid>x</guid>"), day=None)
    check_batch(batch)
    assert (batch.freshness, batch.day) == (Freshness.FAILED, None)


def test_a_saved_file_of_another_kind_is_refused():
    with pytest.raises(SourceError, match="not a feed"):
        source(FakeFetcher()).parse(b"<html></html>", day=None)


async def test_the_source_keeps_the_contract_of_sources():
    await check_source(source(FakeFetcher({URL: rss(item(1), item(2))}), URL, "https://gone.example/"))


async def test_over_the_wire_a_second_fetch_asks_conditionally():
    clock = FakeClock()
    server = FakeServer().on("/feed", unless_known('"v1"', rss(item(1), item(2))))
    async with server, HttpFetcher(clock=clock, allow_private_networks=("127.0.0.0/8",)) as fetcher:
        url = server.url("/feed")
        first = [batch async for batch in source(fetcher, url, validators={}).fetch(since=TODAY)]
        known = {url: first[-1].validators[0]}
        second = [batch async for batch in source(fetcher, url, validators=known).fetch(since=TODAY)]
    assert [len(batch.listings) for batch in first] == [1, 1]
    assert [batch.note for batch in second] == ["unchanged"]
    assert server.requests[1].headers["if-none-match"] == '"v1"'


async def test_reading_the_entries_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    read_by = []

    def noting(*given: Any, **more: Any) -> Any:
        read_by.append(threading.current_thread())
        return listings(*given, **more)

    monkeypatch.setattr(feed, "listings", noting)
    assert titles(await one(rss(item(1)))) == ["Paper 1"]
    assert threading.main_thread() not in read_by


async def test_whoever_stops_listening_leaves_nothing_running():
    feeds = [f"https://lab.example/{number}" for number in range(20)]
    fetcher = FakeFetcher({url: rss(item(1)) for url in feeds})
    before = asyncio.all_tasks()
    batches = source(fetcher, *feeds).fetch(since=TODAY)
    assert (await anext(batches)).origin == feeds[0]
    await batches.aclose()
    assert asyncio.all_tasks() == before
    assert len(fetcher.calls) < len(feeds)
