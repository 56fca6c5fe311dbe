"""Pages of list days, and pages of what a query finds, newest first: the same on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.query import parse
from bot.storage import ListedPage, Store
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

MONDAY = SAMPLE_DAY
FRIDAY = MONDAY - timedelta(days=3)
FAR = date(2026, 12, 31)


async def add(store: Store, number: int, title: str = "", **listing: Any) -> None:
    facts = make_facts(number, **({"title": title, "abstract": "x"} if title else {}))
    await store.add_batch(make_batch(make_listing(number, facts=facts, **listing)), now=SAMPLE_NOW)


async def page(store: Store, since: date = MONDAY, until: date = MONDAY, **choices: Any) -> ListedPage:
    return await store.listed_page(since=since, until=until, **{"latest": FAR} | choices)


def numbers(listed: ListedPage) -> list[int]:
    return [int(paper.key[-5:]) for paper in listed.papers]


@pytest.fixture
async def week(store: Store) -> Store:
    await add(store, 1, votes=5, day=FRIDAY, rank=1)
    await add(store, 2, votes=50, day=MONDAY, rank=3)
    await add(store, 3, votes=50, day=MONDAY, rank=2)
    await add(store, 4, votes=None, day=MONDAY, rank=1, source="arxiv", origin="cs.RO")
    await add(store, 2, votes=None, day=MONDAY, rank=9, source="arxiv", origin="cs.LG")
    await add(store, 2, votes=None, day=FRIDAY, rank=9, source="arxiv", origin="cs.LG")
    return store


@pytest.mark.parametrize(
    ("order", "expected"), [("votes", [3, 2, 4]), ("rank", [4, 3, 2]), ("newest", [4, 3, 2])]
)
async def test_a_paper_stands_once_on_its_day_however_many_sources_list_it(
    week: Store, order: str, expected: list[int]
) -> None:
    listed = await page(week, order=order)
    assert numbers(listed) == expected
    assert listed.total == 3
    assert listed.sources == {"arxiv": 2, "huggingface": 2}
    assert set(listed.days) == {MONDAY}


async def test_pages_follow_each_other_and_the_one_past_the_end_is_empty(week: Store) -> None:
    pages = [await page(week, FRIDAY, limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [numbers(one) for one in pages] == [[3, 2, 1], [4], []]
    assert [one.total for one in pages] == [4, 4, 4]


async def test_the_days_around_are_those_that_have_papers(week: Store) -> None:
    await add(week, 7, day=date(2027, 3, 1))  # a mistake of its source
    assert ((await page(week)).before, (await page(week)).after) == (FRIDAY, None)
    friday = await page(week, FRIDAY, FRIDAY)
    assert (friday.before, friday.after) == (None, MONDAY)
    empty = await page(week, date(2026, 5, 30), date(2026, 5, 31))
    assert (empty.papers, empty.total, empty.before, empty.after) == ((), 0, FRIDAY, MONDAY)


async def test_one_source_or_one_query_narrows_the_papers_and_not_the_counts(week: Store) -> None:
    await add(week, 5, "Flow matching for scarves", day=MONDAY, votes=1)
    assert numbers(await page(week, source="arxiv", order="rank")) == [4, 2]
    found = await page(week, FRIDAY, query=parse('"flow matching"'))
    assert (numbers(found), found.total) == ([5], 1)
    assert found.sources == {"arxiv": 2, "huggingface": 4}
    assert numbers(await page(week, query=parse('author:"Ada Example" upvotes>=50'))) == [3, 2]
    assert numbers(await page(week, query=parse("upvotes>=50"), limit=1, offset=1)) == [2]
    assert numbers(await page(week, date(2026, 1, 1), date(2026, 1, 2), query=parse("knit"))) == []


async def test_papers_are_counted_by_day(week: Store) -> None:
    assert await week.papers_a_day(FRIDAY, MONDAY) == {FRIDAY: 2, MONDAY: 3}
    assert await week.list_days(until=MONDAY, limit=10) == (MONDAY, FRIDAY)
    assert await week.list_days(until=MONDAY, limit=1) == (MONDAY,)


async def newest(store: Store, query: str, **choices: Any) -> tuple[list[int], int, bool]:
    found = await store.newest(parse(query), **choices)
    return [int(hit.paper.key[-5:]) for hit in found.hits], found.total, found.exact_total


@pytest.mark.parametrize(
    "query", ["scarf", 'author:"Ada Example"', "has:abstract", "scarf cat:cs.RO", "scarf upvotes>=1"]
)
async def test_what_a_query_finds_comes_newest_first_in_pages(store: Store, query: str) -> None:
    await add(store, 1, day=FRIDAY)
    await add(store, 2)
    await add(store, 3, day=MONDAY - timedelta(days=90))
    assert await newest(store, query) == ([2, 1, 3], 3, True)
    assert await newest(store, query, limit=2, offset=2) == ([3], 3, True)
    assert await newest(store, query, limit=2, offset=4) == ([], 3, True)
    assert await newest(store, f"{query} until:2026-05-30") == ([1, 3], 2, True)


async def test_what_is_remembered_of_the_index_ends_with_the_next_batch(store: Store) -> None:
    await add(store, 1, "Fine tuning looms")
    for title, count in (("Finetuning needles", 2), ("Fine-tuning yarn", 3)):
        assert (await newest(store, "finetuning"))[1] == count - 1
        assert (await store.search(parse("finetuning"))).total == count - 1
        await add(store, count, title)
        assert (await newest(store, "finetuning"))[1] == count
        assert (await store.search(parse("finetuning"))).total == count


async def test_votes_that_rise_are_counted_anew(store: Store) -> None:
    await add(store, 1, votes=1)
    assert await newest(store, "upvotes>=9") == ([], 0, True)
    await add(store, 1, votes=9)
    assert await newest(store, "upvotes>=9") == ([1], 1, True)
