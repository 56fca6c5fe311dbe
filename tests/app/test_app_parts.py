"""What the application gives commands and sources."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from adapters.chat.console import me
from bot.app import open_app
from bot.app.categories import subscribed_categories
from bot.app.clock import SystemClock
from bot.app.days import check_day, read_date
from bot.app.services import fetch_feed
from bot.app.watching import Watched
from bot.commands.replies import DigestView, Notice, PaperList
from bot.domain.paper import Freshness
from bot.domain.subscription import Address, Schedule
from bot.errors import ConfigError, SourceError, UserError
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW, make_batch
from bot.testing.fetcher import FakeFetcher

THERE = Address(platform="console", workspace="local", channel="terminal")
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Knit Blog</title><id>x</id>
<entry><id>https://e.org/1</id><link href="https://e.org/1"/><title>Old</title><published>2026-05-01T00:00:00Z</published></entry>
<entry><id>https://e.org/2</id><link href="https://e.org/2"/><title>New</title><published>2026-06-01T00:00:00Z</published></entry>
</feed>"""


async def test_categories_of_subscriptions_are_fetched_as_arxiv_writes_them() -> None:
    async with await Store.open("sqlite://") as store:
        made = await store.ensure_destination(
            THERE, name="x", schedule=Schedule(), next_due_at=None, now=SAMPLE_NOW
        )
        for text in (
            "cat:cs.RO,quant-ph knit",
            "knit -cat:cs.CR",
            "topic:rlhf OR cat:cs.SD",
            "cat:cs",
            "topic:gone",
        ):
            await store.subscribe(made.id, text, created_by="x", now=SAMPLE_NOW)
        assert set(await subscribed_categories(store)) == {"cs.RO", "quant-ph", "cs.SD"}


async def test_a_feed_is_fetched_newest_first_and_stored_nowhere() -> None:
    fetcher = FakeFetcher({"https://e.org/atom": ATOM})
    feed = await fetch_feed(fetcher, FakeClock(), "https://e.org/atom")
    assert feed.title == "Knit Blog"
    assert [listing.facts.title for listing in feed.listings] == ["New", "Old"]


async def test_what_is_no_feed_is_an_error() -> None:
    fetcher = FakeFetcher({"https://e.org/": b"<html><body>Hello</body></html>"})
    with pytest.raises(SourceError):
        await fetch_feed(fetcher, FakeClock(), "https://e.org/")


async def test_a_persons_line_goes_through_the_same_door(installation) -> None:
    installation.source.lists(1, 2)
    await installation.once()
    async with open_app(installation.settings, clock=installation.clock) as app:
        asked = {"asker": me(), "address": THERE, "place": "this terminal"}
        assert isinstance(await app.commands("search knitting", **asked), PaperList)
        assert isinstance(await app.commands("post now", **asked), Notice)  # nothing is new
        installation.source.lists(3)
        await app.store.add_batch(installation.source.batches[0], now=installation.clock.now())
        assert isinstance(await app.commands("post now", **asked), DigestView)


async def test_the_feed_source_joins_as_soon_as_there_is_a_feed(installation) -> None:
    async with open_app(installation.settings, clock=installation.clock) as app:
        assert [source.name for source in await app.sources()] == ["huggingface"]
        await app.store.add_feed("local", "https://e.org/atom", "x", "me", SAMPLE_NOW)
        with pytest.raises(
            ConfigError, match="`feed`"
        ):  # it is asked for; this installation does not have it
            await app.sources()


async def test_a_watched_source_tells_what_it_brought_in_one_line() -> None:
    class Source:
        name = "arxiv"
        batches = (
            make_batch(source="arxiv"),
            make_batch(freshness=Freshness.FAILED, listings=(), note="cs.CV did not answer."),
        )

        async def fetch(self, *, since: date):
            for batch in self.batches:
                yield batch

    watched = Watched(Source())
    assert [batch async for batch in watched.fetch(since=date(2026, 6, 1))] == list(Source.batches)
    assert (
        watched.line()
        == "arXiv: 3 listings, the newest of 2026-06-01 (1 lists did not come: cs.CV did not answer.)"
    )
    assert not watched.failed


def test_a_date_is_read_or_its_option_named() -> None:
    assert read_date(" 2026-06-01 ", "--date") == date(2026, 6, 1)
    with pytest.raises(UserError, match="--since cannot be read"):
        read_date("soon", "--since")


@pytest.mark.parametrize("day", [date.min, date(1989, 12, 31), date(2026, 6, 3), date.max])
def test_a_day_on_which_nothing_can_have_been_listed_is_refused(day: date) -> None:
    with pytest.raises(UserError, match="--day cannot be"):
        check_day(day, "--day", today=date(2026, 6, 1))


@pytest.mark.parametrize("day", [None, date(1990, 1, 1), date(2026, 6, 2)])
def test_a_day_on_which_something_may_have_been_listed_is_taken(day: date | None) -> None:
    check_day(day, "--day", today=date(2026, 6, 1))
    check_day(date.min, "--since", today=date(2026, 6, 1), first=date.min)


def test_the_system_clock_is_aware() -> None:
    assert abs((SystemClock().now() - datetime.now(UTC)).total_seconds()) < 60
