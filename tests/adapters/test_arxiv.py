"""Fetching arXiv: groups of categories, days missed, the back-fill, and every way arXiv says no."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.sources.arxiv import ArxivSource
from bot.domain.paper import Batch, Freshness, Validator
from bot.errors import SourceError
from bot.ports import Page, SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher, make_page
from bot.testing.sources import check_source

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOON.date()
FEEDS = "https://feeds.example.org/atom/"
SETTINGS = {"PAPERROUND_ARXIV_FEED_URL": FEEDS, "PAPERROUND_ARXIV_API_URL": "https://api.example.org/query"}
SPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/"'


def feed(*numbers: int, day: str = "2026-06-03", category: str = "cs.RO") -> bytes:
    entries = "".join(
        f"<entry><id>oai:arXiv.org:2605.{number:05d}v1</id><title>Knit {number}</title><category term='{category}'/>"
        f"<published>{day}T00:00:00-04:00</published><arxiv:announce_type>new</arxiv:announce_type></entry>"
        for number in numbers
    )
    return f"<feed {SPACES}><title>x updates on arXiv.org</title><updated>{day}T04:00:00Z</updated>{entries}</feed>".encode()


def answer(*numbers: int, total: int | None = None) -> bytes:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2605.{number:05d}v2</id><title>Knit {number}</title><summary>  We knit.</summary>"
        "<published>2026-06-01T12:00:00Z</published><author><name>Ada Example</name></author>"
        "<arxiv:primary_category term='cs.LG'/><category term='cs.RO'/><category term='cs.LG'/><category term='68T05'/>"
        "<arxiv:comment>8 pages; accepted at KNIT 2026. Code released.</arxiv:comment></entry>"
        for number in numbers
    )
    count = len(numbers) if total is None else total
    return f"<feed {SPACES}><title>arXiv Query</title><o:totalResults>{count}</o:totalResults>{entries}</feed>".encode()


class Arxiv(FakeFetcher):
    """Feeds from the table; the API's answers in order, whatever is asked, the last one again and again."""

    def __init__(
        self, feeds: dict[str, Any] | None = None, api: tuple[bytes | SourceError, ...] = (answer(),)
    ) -> None:
        super().__init__({FEEDS + name: scripted for name, scripted in (feeds or {}).items()})
        self.api = list(api)
        self.asked: list[dict[str, list[str]]] = []

    async def get(self, url: str, **given: Any) -> Page:  # type: ignore[override]  # only more lenient
        if url.startswith(SETTINGS["PAPERROUND_ARXIV_API_URL"]):
            self.asked.append(parse_qs(urlsplit(url).query))
            self.answer(url, self.api.pop(0) if len(self.api) > 1 else self.api[0])
        return await super().get(url, **given)


def source(
    fetcher: FakeFetcher, *, now: datetime = NOON, categories: tuple[str, ...] = ("cs.RO",), **more: Any
) -> ArxivSource:
    return ArxivSource(
        SourceContext(fetcher=fetcher, clock=FakeClock(now), settings=SETTINGS, categories=categories, **more)
    )


async def fetched(fetcher: FakeFetcher, *, since: date = TODAY, **more: Any) -> list[Batch]:
    return [batch async for batch in source(fetcher, **more).fetch(since=since)]


def fetched_at(*parts: int, name: str = "cs.RO") -> dict[str, Validator]:
    moment = datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of a moment
    return {FEEDS + name: Validator(url=FEEDS + name, fetched_at=moment)}


async def test_todays_announcement_is_one_batch_per_group_of_categories() -> None:
    names = ("cs.RO", "cs.LG", "cs.CL", "cs.CV", "stat.ML")
    fetcher = Arxiv({"cs.RO+cs.LG+cs.CL+cs.CV": feed(1, 2, category="cs.LG"), "stat.ML": feed(3)})
    batches = await fetched(fetcher, categories=names)
    assert [(batch.origin, len(batch.listings), batch.day) for batch in batches] == [
        ("cs.RO+cs.LG+cs.CL+cs.CV", 2, TODAY),
        ("stat.ML", 1, TODAY),
    ]
    assert batches[0].listings[0].origin == "cs.LG"
    assert batches[0].validators
    assert {call.pace for call in fetcher.calls} == {"arxiv"}


async def test_what_cannot_be_a_category_is_not_asked_for() -> None:
    fetcher = Arxiv({"cs.RO": feed(1)})
    await fetched(fetcher, categories=("cs.RO", "cs.RO", "../x", "", "CS RO"))
    assert fetcher.urls == [FEEDS + "cs.RO"]


async def test_an_unknown_category_fails_alone() -> None:
    unknown = SourceError("400.", reason="bad_status", status=400)
    fetcher = Arxiv({"cs.RO+cs.XX": unknown, "cs.RO": feed(1), "cs.XX": unknown})
    batches = await fetched(fetcher, categories=("cs.RO", "cs.XX"))
    assert [(batch.origin, batch.freshness) for batch in batches] == [
        ("cs.RO", Freshness.FRESH),
        ("cs.XX", Freshness.FAILED),
    ]
    assert "cs.XX" in batches[1].note


async def test_a_feed_at_its_cap_is_asked_for_in_halves() -> None:
    fetcher = Arxiv(
        {"cs.RO+cs.LG": feed(*range(1, 2_001)), "cs.RO": feed(1), "cs.LG": feed(*range(1, 2_001))}
    )
    batches = await fetched(fetcher, categories=("cs.RO", "cs.LG"))
    assert [(batch.origin, len(batch.listings)) for batch in batches] == [("cs.RO", 1), ("cs.LG", 2_000)]
    assert "may be missing" in batches[1].note


@pytest.mark.parametrize(("read_at", "said"), [(9, ["unchanged"]), (0, [])], ids=["today's", "yesterday's"])
async def test_only_todays_feed_is_known_to_be_unchanged(read_at: int, said: list[str]) -> None:
    fetcher = Arxiv({"cs.RO": make_page(FEEDS + "cs.RO", feed(1), etag='"a"')})
    read = Validator(url=FEEDS + "cs.RO", etag='"a"', fetched_at=NOON.replace(hour=read_at))
    batches = await fetched(fetcher, validators={read.url: read})
    assert [batch.note for batch in batches] == said
    assert all(batch.freshness is Freshness.FRESH and not batch.listings for batch in batches)
    assert not any(batch.validators for batch in batches)


@pytest.mark.parametrize("body", [feed(1, day="2026-06-02"), feed(day="2026-06-02")])
async def test_a_feed_of_yesterday_is_not_fresh_and_keeps_no_validator(body: bytes) -> None:
    (batch,) = await fetched(Arxiv({"cs.RO": body}))
    assert batch.freshness in (Freshness.STALE, Freshness.EMPTY_UNEXPECTED)
    assert batch.validators == ()


async def test_right_after_midnight_yesterdays_feed_is_still_fresh() -> None:
    now = datetime(2026, 6, 3, 4, 20, tzinfo=UTC)
    (batch,) = await fetched(Arxiv({"cs.RO": feed(1, day="2026-06-02")}), now=now)
    assert batch.freshness is Freshness.FRESH


@pytest.mark.parametrize(
    "failure", [SourceError("down", reason="unreachable"), b"<html>Busy</html>", b"Feed error"]
)
async def test_a_failing_feed_is_a_batch_that_says_so(failure: bytes | SourceError) -> None:
    (batch,) = await fetched(Arxiv({"cs.RO": failure}))
    assert (batch.freshness, batch.origin, batch.day) == (Freshness.FAILED, "cs.RO", TODAY)
    assert batch.note


async def test_a_first_run_back_fills_the_announcement_days_before_from_the_api() -> None:
    fetcher = Arxiv({"cs.RO": feed(1)}, api=(answer(2), answer(3)))
    batches = await fetched(fetcher, backfill_days=2)
    assert [(batch.day, batch.backfill) for batch in batches] == [
        (TODAY, False),
        (date(2026, 6, 2), True),
        (date(2026, 6, 1), True),
    ]
    assert fetcher.asked[0]["search_query"] == [
        "(cat:cs.RO) AND submittedDate:[202605291800 TO 202606011759]"
    ]
    assert fetcher.asked[0]["max_results"] == ["2000"]


async def test_days_missed_since_the_last_fetch_are_made_up_for_before_the_feed_counts_as_read() -> None:
    fetcher = Arxiv({"cs.RO": feed(1)}, api=(answer(2),))
    batches = await fetched(fetcher, since=date(2026, 5, 20), validators=fetched_at(2026, 5, 29, 12))
    assert [(batch.day, batch.backfill, bool(batch.validators)) for batch in batches] == [
        (TODAY, False, False),
        (date(2026, 6, 2), False, False),
        (date(2026, 6, 1), False, False),
        (TODAY, False, True),
    ]


async def test_only_the_categories_that_missed_a_day_are_asked_for_again() -> None:
    names = ("cs.RO", "cs.LG", "cs.CL", "cs.CV", "stat.ML")
    fetcher = Arxiv({"cs.RO+cs.LG+cs.CL+cs.CV": feed(1), "stat.ML": feed(2)}, api=(answer(3),))
    known = fetched_at(2026, 6, 2, 12, name="cs.RO+cs.LG+cs.CL+cs.CV") | fetched_at(
        2026, 6, 1, 12, name="stat.ML"
    )
    batches = await fetched(fetcher, since=date(2026, 5, 20), categories=names, validators=known)
    assert [(batch.origin, batch.day, bool(batch.validators)) for batch in batches] == [
        ("cs.RO+cs.LG+cs.CL+cs.CV", TODAY, True),
        ("stat.ML", TODAY, False),
        ("stat.ML", date(2026, 6, 2), False),
        ("stat.ML", TODAY, True),
    ]
    assert len(fetcher.asked) == 1


async def test_a_category_keeps_what_it_had_in_other_company() -> None:
    fetcher = Arxiv({"cs.RO+cs.LG": feed(1)}, api=(answer(2),))
    batches = await fetched(
        fetcher, since=date(2026, 5, 20), categories=("cs.RO", "cs.LG"), validators=fetched_at(2026, 6, 1, 12)
    )
    made_up_for = [(batch.origin, batch.day) for batch in batches if batch.day != TODAY]
    assert made_up_for == [("cs.RO", date(2026, 6, 2))]  # cs.LG is new here


async def test_the_back_fill_of_a_missed_day_is_for_the_other_categories() -> None:
    fetcher = Arxiv({"cs.RO+cs.LG": feed(1)}, api=(answer(2),))
    batches = await fetched(
        fetcher,
        since=date(2026, 5, 20),
        categories=("cs.RO", "cs.LG"),
        validators=fetched_at(2026, 6, 1, 12),
        backfill_days=1,
    )
    before = [(batch.origin, batch.backfill) for batch in batches if batch.day != TODAY]
    assert before == [("cs.RO", False), ("cs.LG", True)]


async def test_when_a_missed_day_fails_the_next_run_tries_again() -> None:
    busy = SourceError("busy", reason="throttled", retry_after=60)
    fetcher = Arxiv({"cs.RO": feed(1)}, api=(busy,))
    batches = await fetched(fetcher, since=date(2026, 5, 20), validators=fetched_at(2026, 5, 29, 12))
    assert [batch.freshness for batch in batches] == [Freshness.FRESH, Freshness.FAILED]
    assert not any(batch.validators for batch in batches)


async def test_a_first_run_at_a_weekend_brings_fridays_announcement_as_news() -> None:
    saturday = datetime(2026, 6, 6, 12, tzinfo=UTC)
    fetcher = Arxiv({"cs.RO": feed(day="2026-06-06")}, api=(answer(2),))
    batches = await fetched(fetcher, now=saturday, since=date(2026, 6, 2))
    assert [(batch.day, len(batch.listings), batch.backfill) for batch in batches] == [
        (date(2026, 6, 6), 0, False),
        (date(2026, 6, 5), 1, False),
        (date(2026, 6, 6), 0, False),
    ]
    assert batches[-1].validators  # so that the next run of the weekend does not ask for Friday again


async def test_a_weekend_is_nothing_to_make_up_for() -> None:
    fetcher = Arxiv({"cs.RO": feed(1, day="2026-06-08")})
    monday = datetime(2026, 6, 8, 12, tzinfo=UTC)
    batches = await fetched(
        fetcher, now=monday, since=date(2026, 6, 1), validators=fetched_at(2026, 6, 5, 12)
    )
    assert [batch.day for batch in batches] == [monday.date()]


async def test_it_keeps_the_contract_of_every_source() -> None:
    await check_source(source(Arxiv({"cs.RO": feed(1)}, api=(answer(2),)), backfill_days=1), since=TODAY)
    await check_source(source(Arxiv(), backfill_days=1), since=TODAY)


async def test_an_answer_of_the_api_is_read_whole() -> None:
    batch = await source(Arxiv(api=(answer(1),))).api.day(date(2026, 6, 2), ("cs.RO",))
    listing = batch.listings[0]
    assert (listing.day, listing.origin, batch.freshness) == (date(2026, 6, 2), "cs.RO", Freshness.FRESH)
    facts = listing.facts
    assert (facts.categories, facts.version, facts.abstract) == (("cs.LG", "cs.RO"), 2, "We knit.")
    assert (facts.submitted, facts.announced) == (date(2026, 6, 1), date(2026, 6, 2))
    assert facts.venue == "accepted at KNIT 2026"
    assert facts.authors == ("Ada Example",)


async def test_slices_are_followed_to_the_total() -> None:
    fetcher = Arxiv(api=(answer(1, 2, total=4), answer(2, 3, total=4)))
    batch = await source(fetcher).api.day(TODAY, ("cs.RO",))
    assert [(listing.rank, listing.facts.title) for listing in batch.listings] == [
        (1, "Knit 1"),
        (2, "Knit 2"),
        (3, "Knit 3"),
    ]
    assert [asked["start"] for asked in fetcher.asked] == [["0"], ["2"]]


async def test_a_wrongly_empty_page_is_asked_for_once_more() -> None:
    batch = await source(Arxiv(api=(answer(total=1), answer(1)))).api.day(TODAY, ("cs.RO",))
    assert (batch.freshness, len(batch.listings)) == (Freshness.FRESH, 1)


async def test_a_page_that_stays_empty_fails_the_batch_and_keeps_what_came() -> None:
    batch = await source(Arxiv(api=(answer(1, total=9), answer(total=9)))).api.day(TODAY, ("cs.RO",))
    assert (batch.freshness, len(batch.listings)) == (Freshness.FAILED, 1)
    assert "1 of 9" in batch.note


async def test_paging_is_bounded_whatever_total_is_claimed() -> None:
    fetcher = Arxiv(api=(answer(1, total=10**9),))
    batch = await source(fetcher).api.day(TODAY, ("cs.RO",))
    assert len(fetcher.asked) == 5
    assert batch.freshness is Freshness.FAILED


async def test_no_paper_on_an_announcement_day_is_unexpected() -> None:
    batch = await source(Arxiv()).api.day(TODAY, ("cs.RO",))
    assert (batch.freshness, bool(batch.note)) == (Freshness.EMPTY_UNEXPECTED, True)


async def test_ids_are_looked_up_in_parts() -> None:
    fetcher = Arxiv(api=(answer(1), answer(2)))
    batch = await source(fetcher).api.by_ids([f"2605.{number:05d}" for number in range(150)])
    assert [len(asked["id_list"][0].split(",")) for asked in fetcher.asked] == [100, 50]
    assert [listing.day for listing in batch.listings] == [date(2026, 6, 2)] * 2
