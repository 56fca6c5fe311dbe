"""Days, weeks, months and what is trending, as the web reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.commands.archive import Archive, Newest, Period, Sort, Span
from bot.domain.paper import Freshness
from bot.domain.subscription import Schedule
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing

MONDAY = date(2026, 6, 1)
FRIDAY, THURSDAY = MONDAY - timedelta(days=3), MONDAY - timedelta(days=4)
NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)


@pytest.fixture
def archive(store: Store, clock: FakeClock) -> Archive:
    return Archive(store=store, clock=clock)


def titles(span: Span) -> list[str]:
    return [entry.paper.title for entry in span.papers]


async def test_the_newest_day_is_read_when_none_is_given(archive: Archive) -> None:
    span = await archive.day()
    assert (span.first, span.last) == (MONDAY, MONDAY)
    assert titles(span) == ["Flow Matching for Knitting Robots", "A Survey of Knitting"]
    assert (span.total, span.page, span.pages, span.start) == (2, 1, 1, 1)
    assert (span.previous, span.next) == (FRIDAY, None)
    assert [(one.source, one.name, one.papers) for one in span.sources] == [
        ("huggingface", "Hugging Face", 2)
    ]
    assert await archive.newest() == Newest(day=MONDAY, sources={"huggingface": MONDAY})


async def test_a_few_items_of_a_feed_do_not_hide_the_last_real_list(archive: Archive, store: Store) -> None:
    many = [make_listing(number, day=MONDAY) for number in range(100, 120)]
    await store.add_batch(make_batch(*many), now=NOW)
    tuesday = MONDAY + timedelta(days=1)
    one = make_listing(130, day=tuesday, source="feed", origin="https://example.org/feed")
    await store.add_batch(make_batch(one), now=NOW)
    span = await archive.day()
    assert (span.first, span.next, span.total) == (MONDAY, tuesday, 22)
    assert (await archive.newest()).day == tuesday


async def test_a_warmed_archive_answers_the_same(archive: Archive, store: Store, clock: FakeClock) -> None:
    warmed = Archive(store=store, clock=clock)
    await warmed.warm()
    assert await warmed.day() == await archive.day()


async def test_every_paper_comes_summarised_with_its_topics_and_its_day(archive: Archive) -> None:
    entry = (await archive.day()).papers[0]
    assert entry.paper.summary
    assert "robotics" in entry.topics
    assert entry.day == MONDAY
    assert entry.updated == NOW
    assert entry.published == datetime(2026, 5, 29, tzinfo=UTC)


async def test_a_day_without_papers_tells_the_days_around(archive: Archive) -> None:
    sunday = await archive.day(date(2026, 5, 31))
    assert (sunday.papers, sunday.total, sunday.pages) == ((), 0, 1)
    assert (sunday.previous, sunday.next) == (FRIDAY, MONDAY)
    assert sunday.updated is None


async def test_an_empty_archive_is_of_today(tmp_path, clock: FakeClock) -> None:
    async with await Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as store:
        archive = Archive(
            store=store, clock=FakeClock(NOW - timedelta(hours=5)), schedule=Schedule(tz="America/New_York")
        )
        span = await archive.day()
        assert (span.first, span.total, span.previous, span.next) == (date(2026, 5, 31), 0, None, None)
        assert await archive.newest() == Newest()
        assert (await archive.trending()).papers == ()


async def test_a_week_and_a_month_hold_their_days(archive: Archive) -> None:
    week = await archive.week(date(2026, 5, 27))
    assert (week.first, week.last) == (date(2026, 5, 25), date(2026, 5, 31))
    assert titles(week) == ["Reward Hacking in Sourdough Starters", "Diffusion Models Bake Bread"]
    assert (week.previous, week.next) == (None, MONDAY)
    assert titles(await archive.week(FRIDAY, sort=Sort.NEWEST)) == titles(week)[::-1]
    month = await archive.month(2026, 6)
    assert (month.first, month.last, month.total) == (MONDAY, date(2026, 6, 30), 2)
    with pytest.raises(ValueError, match="month"):
        await archive.month(2026, 13)


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_the_first_and_the_last_day_there_can_be_have_a_week(archive: Archive, day: date) -> None:
    assert (await archive.week(day)).papers == ()
    assert (await archive.day(day)).papers == ()
    assert (await archive.days(day, day)) == ()


async def test_trending_counts_back_from_the_newest_day(archive: Archive) -> None:
    assert titles(await archive.trending(Period.DAY))[0].startswith("Flow")
    assert titles(await archive.trending(Period.WEEK))[0].startswith("Reward")
    assert (await archive.trending(Period.MONTH)).total == 4


async def test_pages_are_numbered_and_one_past_the_end_is_empty(archive: Archive) -> None:
    second = await archive.week(FRIDAY, page=2, size=1)
    assert titles(second) == ["Diffusion Models Bake Bread"]
    assert (second.page, second.pages, second.start, second.total) == (2, 2, 2, 2)
    beyond = await archive.week(FRIDAY, page=10**30, size=1)
    assert (beyond.papers, beyond.pages, beyond.total) == ((), 2, 2)
    assert (await archive.week(FRIDAY, page=-3, size=0)).page == 1


async def test_a_source_or_a_topic_narrows_a_day(archive: Archive, store: Store) -> None:
    one = make_listing(
        50, facts=make_facts(50, title="Diffusion of Yarn"), source="arxiv", day=MONDAY, votes=None
    )
    await store.add_batch(make_batch(one), now=NOW)
    assert titles(await archive.day(MONDAY, source="arxiv")) == ["Diffusion of Yarn"]
    robots = await archive.day(MONDAY, topic="Robotics")
    assert robots.topic == "robotics"
    assert all("robotics" in entry.topics for entry in robots.papers)
    assert (await archive.day(MONDAY, source="nobody")).total == 0
    unknown = await archive.day(MONDAY, topic="robotix")
    assert (unknown.papers, unknown.trouble and unknown.trouble.code) == ((), "P-QUERY")
    assert "robotics" in (unknown.trouble.fix if unknown.trouble else "")


async def test_a_source_that_failed_is_told_of_on_its_day_only(archive: Archive, store: Store) -> None:
    batch = make_batch(
        make_listing(9), source="arxiv", origin="cs.LG", freshness=Freshness.FAILED, listings=()
    )
    await store.add_batch(batch, now=NOW)
    assert any("arXiv did not answer" in note for note in (await archive.day(MONDAY)).notes)
    assert (await archive.day(THURSDAY)).notes == ()


async def test_days_are_counted(archive: Archive) -> None:
    counts = await archive.days(date(2020, 1, 1), MONDAY)
    assert [(one.day, one.papers) for one in counts] == [(THURSDAY, 1), (FRIDAY, 1), (MONDAY, 2)]
    assert await archive.list_days() == (MONDAY, FRIDAY, THURSDAY)


async def test_imports_of_old_lists_are_no_news(archive: Archive, store: Store) -> None:
    old = date(2019, 5, 6)
    await store.add_batch(make_batch(make_listing(77, day=old), backfill=True), now=NOW)
    (entry,) = (await archive.day(old)).papers
    assert entry.updated == datetime(2019, 5, 6, tzinfo=UTC)
