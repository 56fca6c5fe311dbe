"""Search, papers, topics and feeds of the archive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.archive import Archive, Filters, Order
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.hostile import HOSTILE

FLOW, SURVEY, BREAD, REWARD = (
    "Flow Matching for Knitting Robots",
    "A Survey of Knitting",
    "Diffusion Models Bake Bread",
    "Reward Hacking in Sourdough Starters",
)


@pytest.fixture
def archive(store: Store, clock: FakeClock) -> Archive:
    return Archive(store=store, clock=clock)


def titles(papers) -> list[str]:
    return [entry.paper.title for entry in papers]


async def test_a_search_says_why_each_paper_is_there(archive: Archive) -> None:
    found = await archive.search("  knitting   -survey ")
    assert (found.text, found.query, found.total) == ("knitting -survey", "knitting -survey", 1)
    assert titles(found.papers) == [FLOW]
    assert any("knitting" in hit for hit in found.papers[0].pick.why[0].hits)


async def test_nothing_asked_finds_nothing_and_is_no_trouble(archive: Archive) -> None:
    found = await archive.search("   ")
    assert (found.papers, found.total, found.trouble, found.query, found.hint) == ((), 0, None, "", "")
    assert (await archive.search("zebras")).hint.startswith("Nothing matches")


async def test_a_query_that_cannot_be_read_is_a_value(archive: Archive) -> None:
    found = await archive.search("knitting catt:cs.CV")
    assert found.trouble is not None
    assert found.trouble.code == "P-QUERY"
    assert "cat:" in f"{found.trouble.what} {found.trouble.fix}"
    assert found.papers == ()


async def test_filters_hold_beside_whatever_is_typed(archive: Archive) -> None:
    loved = await archive.search("knitting OR bread", filters=Filters(votes=10))
    assert set(titles(loved.papers)) == {FLOW, SURVEY}
    dated = Filters(since=date(2026, 5, 29), until=date(2026, 5, 31))
    assert titles((await archive.search(filters=dated)).papers) == [BREAD]
    only = await archive.search(
        "knitting", filters=Filters(topic="robotics", category="cs.RO", source="huggingface")
    )
    assert FLOW in titles(only.papers)
    assert (await archive.search("knitting", filters=Filters(code=True))).total == 0
    odd = await archive.search("a) OR (knitting", filters=Filters(votes=1000))
    assert odd.papers == ()


async def test_what_was_put_into_a_filter_stays_in_it(archive: Archive) -> None:
    found = await archive.search("knitting", filters=Filters(source='x" OR bread OR "'))
    assert found.papers == ()


async def test_a_search_turns_pages_and_may_go_by_date(archive: Archive) -> None:
    newest = await archive.search("cat:cs.RO", order=Order.NEWEST, size=3)
    assert (len(newest.papers), newest.total, newest.pages) == (3, 4, 2)
    rest = await archive.search("cat:cs.RO", 2, order=Order.NEWEST, size=3)
    assert titles(rest.papers) == [REWARD]
    assert (await archive.search("cat:cs.RO", 99)).papers == ()


@pytest.mark.parametrize("ref", ["2606.00001", "arxiv:2606.00001", "https://arxiv.org/abs/2606.00001v2"])
async def test_a_paper_is_found_by_whatever_names_it(archive: Archive, ref: str) -> None:
    page = await archive.paper(ref)
    assert page is not None
    assert page.paper.title == FLOW
    assert page.paper.summary
    assert SURVEY in titles(page.similar)
    assert page.bibtex.startswith("@misc{")
    assert page.ris.startswith("TY  - ")
    assert json.loads(page.csl)[0]["title"] == FLOW
    assert page.posted == ()
    assert await archive.paper(str(page.paper.id)) == page


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "knit\x00ting \udfff"], ids=["half", "null", "both"])
async def test_what_no_database_takes_is_no_trouble(archive: Archive, odd: str) -> None:
    assert await archive.paper(odd) is None
    assert (await archive.day(source=odd)).trouble is None
    assert (await archive.search(odd, filters=Filters(source=odd))).papers == ()
    assert (await archive.feed_of_query(odd)).papers == ()
    assert await archive.topic(odd) is None


async def test_a_paper_that_is_not_here_is_none(archive: Archive) -> None:
    assert await archive.paper("1234.56789") is None
    assert await archive.entry("1234.56789") is None
    entry = await archive.entry("2606.00002")
    assert entry is not None
    assert entry.paper.title == SURVEY


async def test_topics_stand_on_shelves_the_own_ones_first(
    archive: Archive, store: Store, clock: FakeClock
) -> None:
    shelves = await archive.topics()
    assert all(shelf.category and shelf.topics for shelf in shelves)
    assert len({shelf.category for shelf in shelves}) == len(shelves)
    await store.define_topic("local", "yarn", "knitting", "me", clock.now())
    await store.define_topic("T1", "hidden", "knitting", "me", clock.now())
    first, *_ = await archive.topics()
    assert [topic.name for topic in first.topics] == ["yarn"]
    assert "hidden" not in {topic.name for shelf in await archive.topics() for topic in shelf.topics}
    assert [topic.name for shelf in await archive.topics("yarn") for topic in shelf.topics] == ["yarn"]
    assert await archive.topics("zzzzqqq") == ()


async def test_a_topic_has_its_papers_newest_first(archive: Archive) -> None:
    page = await archive.topic("Robotics", size=1)
    assert page is not None
    assert page.topic.name == "robotics"
    assert len(page.papers) == 1
    assert page.total == page.pages > 1
    assert await archive.topic("no-such-topic") is None


async def test_labels_follow_the_topics_as_they_change(
    archive: Archive, store: Store, clock: FakeClock
) -> None:
    assert "yarn" not in (await archive.day()).papers[0].topics
    await store.define_topic("local", "yarn", "knitting", "me", clock.now())
    assert "yarn" in (await archive.day()).papers[0].topics
    await store.remove_topic("local", "yarn")
    assert "yarn" not in (await archive.day()).papers[0].topics


async def test_a_topic_that_cannot_be_read_any_more_spoils_no_page(
    archive: Archive, store: Store, clock: FakeClock
) -> None:
    await store.define_topic("local", "round", "topic:trip", "me", clock.now())
    await store.define_topic("local", "trip", "topic:round", "me", clock.now())
    assert (await archive.day()).papers
    page = await archive.topic("round")
    assert page is not None
    assert page.trouble is not None
    assert (await archive.feed_of_topic("round")) is not None


async def test_feeds_hold_the_newest_of_what_is_followed(archive: Archive) -> None:
    assert titles((await archive.feed_of_query("knitting")).papers) == [SURVEY, FLOW]
    assert (await archive.feed_of_query("knitting")).query == "knitting"
    assert (await archive.feed_of_query("catt:x")).trouble is not None
    assert (await archive.feed_of_query("")).papers == ()
    day = await archive.feed_of_day()
    assert titles(day.papers) == [FLOW, SURVEY]
    assert day.updated == day.papers[0].updated
    topic = await archive.feed_of_topic("robotics")
    assert topic is not None
    assert topic.query == "topic:robotics"
    assert await archive.feed_of_topic("no-such-topic") is None


@pytest.fixture(scope="module")
def anywhere(stored) -> Iterator[Archive]:
    opened = Store.open_now(f"sqlite:///{stored}", migrate=False)
    yield Archive(store=opened, clock=FakeClock())
    opened.database.close_now()


PIECES = st.sampled_from(
    [
        "knitting",
        "(",
        ")",
        '"',
        "OR",
        "-",
        "NOT",
        "cat:",
        "topic:",
        "author:",
        "upvotes>=",
        "since:2026-01-01",
        "*",
        "|",
        ",",
    ]
)
TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=8).map(" ".join),
    st.sampled_from([str(one) for one in HOSTILE]),
)


@settings(
    deadline=None, max_examples=25, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=TYPED,
    page=st.integers(-(10**20), 10**20),
    filled=st.builds(Filters, source=TYPED, topic=TYPED, category=TYPED),
)
def test_whatever_is_typed_is_answered(anywhere: Archive, text: str, page: int, filled: Filters) -> None:
    async def ask() -> None:
        for order in Order:
            found = await anywhere.search(text, page, order=order)
            assert found.trouble is None or (found.trouble.what and not found.papers)
        await anywhere.search(text, filters=filled)
        await anywhere.day(date(2026, 6, 1), source=text, topic=text, page=page)
        await anywhere.paper(text)
        await anywhere.topics(text)
        await anywhere.topic(text, page)
        await anywhere.feed_of_query(text)

    asyncio.run(ask())
