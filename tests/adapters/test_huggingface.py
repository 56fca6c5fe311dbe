"""Fetching Daily Papers: which days are asked for, and what an empty, late or failing one means."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.sources.huggingface import HuggingFaceSource
from bot.domain.paper import Batch, Freshness, Validator
from bot.errors import SourceError
from bot.ports import Page, SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher, make_page
from bot.testing.sources import check_source

MONDAY = date(2026, 6, 1)
FRIDAY = date(2026, 5, 29)


def url(day: date, page: int = 0) -> str:
    return f"https://hf.example.org/api/daily_papers?date={day}&limit=100&p={page}"


def body(count: int, first: int = 1) -> bytes:
    items = [
        {"paper": {"id": f"2606.{first + n:05d}", "title": f"Knit {first + n}", "upvotes": 1}}
        for n in range(count)
    ]
    return json.dumps(items).encode()


def not_open() -> SourceError:
    return SourceError("hf.example.org answered 400.", reason="bad_status", status=400)


async def fetched(
    fetcher: FakeFetcher, *, since: date, now: datetime | None = None, **context: Any
) -> list[Batch]:
    clock = FakeClock(now or datetime(2026, 6, 1, 18, 0, tzinfo=UTC))
    settings = {"PAPERROUND_HUGGINGFACE_URL": "https://hf.example.org/"}
    source = HuggingFaceSource(SourceContext(fetcher=fetcher, clock=clock, settings=settings, **context))
    return [batch async for batch in source.fetch(since=since)]


async def test_each_list_day_is_a_batch_newest_first_and_weekends_are_not_asked_for() -> None:
    fetcher = FakeFetcher({url(MONDAY): body(2), url(FRIDAY): body(3)})
    batches = await fetched(fetcher, since=FRIDAY)
    assert [(batch.day, batch.freshness, len(batch.listings)) for batch in batches] == [
        (MONDAY, Freshness.FRESH, 2),
        (date(2026, 5, 31), Freshness.EMPTY_EXPECTED, 0),
        (date(2026, 5, 30), Freshness.EMPTY_EXPECTED, 0),
        (FRIDAY, Freshness.FRESH, 3),
    ]
    assert fetcher.urls == [url(MONDAY), url(FRIDAY)]


async def test_a_full_page_is_followed_by_the_next() -> None:
    fetcher = FakeFetcher({url(MONDAY): body(100), url(MONDAY, 1): body(4, first=101)})
    (batch,) = await fetched(fetcher, since=MONDAY)
    assert len(batch.listings) == 104
    assert batch.listings[-1].rank == 104
    assert len(batch.validators) == 2


def dated(number: int, day: str) -> dict[str, Any]:
    return {"paper": {"id": f"2606.{number:05d}", "title": f"Knit {number}", "submittedOnDailyAt": day}}


async def test_an_item_is_listed_near_the_day_asked_for_or_on_it() -> None:
    days = ("2199-01-01T00:00:00.000Z", "2026-06-03T00:00:00.000Z", "1999-01-01T00:00:00.000Z", "2026-05-29")
    answer = json.dumps([dated(number, day) for number, day in enumerate(days, 1)]).encode()
    (batch,) = await fetched(FakeFetcher({url(MONDAY): answer}), since=MONDAY)
    assert [listing.day for listing in batch.listings] == [MONDAY, MONDAY, MONDAY, FRIDAY]


async def test_a_server_that_gives_one_page_for_ever_is_asked_no_further() -> None:
    fetcher = FakeFetcher({url(MONDAY, page): body(150) for page in range(10)})
    (batch,) = await fetched(fetcher, since=MONDAY)
    assert len(batch.listings) == 100
    assert fetcher.urls == [url(MONDAY), url(MONDAY, 1)]


async def test_a_paper_on_two_pages_is_listed_once() -> None:
    fetcher = FakeFetcher({url(MONDAY): body(100), url(MONDAY, 1): body(4, first=99)})
    (batch,) = await fetched(fetcher, since=MONDAY)
    assert [listing.rank for listing in batch.listings] == list(range(1, 103))


@pytest.mark.parametrize("answer", [b"[]", not_open()])
@pytest.mark.parametrize(
    ("hour", "freshness"), [(6, Freshness.EMPTY_EXPECTED), (13, Freshness.EMPTY_UNEXPECTED)]
)
async def test_todays_list_may_be_missing_in_the_morning_only(
    answer: bytes | SourceError, hour: int, freshness: Freshness
) -> None:
    now = datetime(2026, 6, 1, hour, tzinfo=UTC)
    (batch,) = await fetched(FakeFetcher({url(MONDAY): answer}), since=MONDAY, now=now)
    assert batch.freshness is freshness
    assert batch.note


async def test_an_empty_weekday_in_the_past_is_unexpected() -> None:
    batches = await fetched(FakeFetcher({url(MONDAY): body(1), url(FRIDAY): b"[]"}), since=FRIDAY)
    assert batches[-1].freshness is Freshness.EMPTY_UNEXPECTED


@pytest.mark.parametrize("answer", [b"<!doctype html><p>Busy</p>", b'{"error": "x"}', b"[{", not_open()])
async def test_a_bad_answer_fails_its_day_and_the_other_days_go_on(answer: bytes | SourceError) -> None:
    batches = await fetched(FakeFetcher({url(MONDAY): body(1), url(FRIDAY): answer}), since=FRIDAY)
    assert [batch.freshness for batch in (batches[0], batches[-1])] == [Freshness.FRESH, Freshness.FAILED]
    assert batches[-1].note


async def test_a_day_that_has_not_changed_says_so() -> None:
    fetcher = FakeFetcher({url(MONDAY): make_page(url(MONDAY), body(1), etag='"a"')})
    known = {url(MONDAY): Validator(url=url(MONDAY), etag='"a"')}
    (batch,) = await fetched(fetcher, since=MONDAY, validators=known)
    assert (batch.day, batch.freshness, batch.note) == (MONDAY, Freshness.FRESH, "unchanged")
    assert (batch.listings, batch.validators) == ((), ())


async def test_a_batch_with_rejected_items_keeps_no_validators() -> None:
    page = make_page(url(MONDAY), b'[1, {"paper": {"title": "Knit"}}]', etag='"a"')
    (batch,) = await fetched(FakeFetcher({url(MONDAY): page}), since=MONDAY)
    assert batch.listings
    assert batch.validators == ()


async def test_with_no_request_left_it_stops_and_says_so() -> None:
    page = Page(
        url=url(MONDAY),
        status=200,
        body=body(1),
        content_type="application/json",
        validator=Validator(url=url(MONDAY)),
        headers={"ratelimit": '"api";r=0;t=55'},
    )
    fetcher = FakeFetcher({url(MONDAY): page})
    batches = await fetched(fetcher, since=MONDAY, backfill_days=1)
    assert [(batch.day, batch.freshness) for batch in batches] == [
        (MONDAY, Freshness.FRESH),
        (FRIDAY, Freshness.FAILED),
    ]
    assert "55 s" in batches[-1].note
    assert fetcher.urls == [url(MONDAY)]


async def test_a_first_run_also_brings_the_list_days_before_as_back_fill() -> None:
    thursday = date(2026, 5, 28)
    fetcher = FakeFetcher(
        {url(MONDAY): body(1), url(FRIDAY): body(1, first=2), url(thursday): body(1, first=3)}
    )
    batches = await fetched(fetcher, since=MONDAY, backfill_days=2)
    assert [(batch.day, batch.backfill) for batch in batches] == [
        (MONDAY, False),
        (FRIDAY, True),
        (thursday, True),
    ]


async def test_a_since_long_ago_is_bounded() -> None:
    days = [date.fromordinal(MONDAY.toordinal() - n) for n in range(400)]
    batches = await fetched(FakeFetcher({url(day): body(1) for day in days}), since=date(2000, 1, 1))
    assert len(batches) == 32


@pytest.mark.parametrize("reason", ["unreachable", "throttled"])
async def test_a_host_that_is_down_is_asked_once(reason: str) -> None:
    fetcher = FakeFetcher({url(MONDAY): SourceError("down", reason=reason)})
    batches = await fetched(fetcher, since=FRIDAY)
    assert [(batch.day, batch.freshness) for batch in batches] == [(MONDAY, Freshness.FAILED)]
    assert len(fetcher.calls) == 1


async def test_it_keeps_the_contract_of_every_source() -> None:
    settings = {"PAPERROUND_HUGGINGFACE_URL": "https://hf.example.org"}
    fetcher = FakeFetcher({url(MONDAY): body(2), url(FRIDAY): b"<p>Busy</p>"})
    source = HuggingFaceSource(SourceContext(fetcher=fetcher, clock=FakeClock(), settings=settings))
    await check_source(source, since=FRIDAY)
