"""What old lists and empty answers may say of counts: nothing that was known better."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.notes import IMPORT
from bot.domain.paper import Batch, Freshness, Paper
from bot.storage import Store
from bot.storage import tables as t
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

LATER = SAMPLE_NOW + timedelta(hours=3)
FEED = "https://lab.example/feed.xml"


async def counted(store: Store, votes: int, stars: int | None = None, **batch: Any) -> Paper:
    listing = make_listing(1, votes=votes, comments=votes, facts=make_facts(1, stars=stars))
    await store.add_batch(make_batch(listing, **batch), now=LATER)
    paper = await store.paper("arxiv:2606.00001")
    assert paper is not None
    return paper


async def column(store: Store, wanted: Any) -> list[Any]:
    return await store.database.read(lambda db: list(db.execute(select(wanted)).scalars()))


async def test_an_old_list_lowers_no_count(store: Store) -> None:
    await counted(store, 90, stars=12)
    paper = await counted(store, 3, stars=1, backfill=True, source=IMPORT)
    assert (paper.votes, paper.comments, paper.stars) == (90, 90, 12)
    assert await column(store, t.listing.c.votes) == [90]
    assert await column(store, t.vote.c.votes) == [90]


async def test_an_old_list_tells_what_nobody_knew(store: Store) -> None:
    await counted(store, 3)
    paper = await counted(store, 5, stars=7, backfill=True)
    assert (paper.votes, paper.comments, paper.stars) == (5, 5, 7)
    assert await column(store, t.listing.c.votes) == [5]


async def test_a_count_that_falls_today_is_believed(store: Store) -> None:
    await counted(store, 5, backfill=True)
    assert (await counted(store, 4)).votes == 4


async def test_a_file_says_nothing_of_today_s_votes(store: Store) -> None:
    await counted(store, 5, backfill=True, source=IMPORT)
    assert await column(store, t.vote.c.votes) == []
    await counted(store, 6, backfill=True)
    assert await column(store, t.vote.c.votes) == [6]


async def test_an_unchanged_day_keeps_its_number_of_items_and_is_well_again(store: Store) -> None:
    async def say(freshness: Freshness, **more: Any) -> None:
        batch = Batch(source="feed", origin=FEED, day=SAMPLE_DAY, freshness=freshness, **more)
        await store.add_batch(batch, now=LATER)

    listings = tuple(make_listing(number, source="feed", origin=FEED) for number in (1, 2))
    await say(Freshness.FRESH, listings=listings)
    await say(Freshness.FAILED, note="no answer")
    (failed,) = await store.freshness(since=SAMPLE_DAY)
    await say(Freshness.FRESH, note="unchanged")
    (well,) = await store.freshness(since=SAMPLE_DAY)
    assert [(row.verdict, row.items) for row in (failed, well)] == [
        (Freshness.FAILED, 2),
        (Freshness.FRESH, 2),
    ]
    await say(Freshness.EMPTY_UNEXPECTED)
    assert [row.items for row in await store.freshness(since=SAMPLE_DAY)] == [0]


async def test_back_fill_of_no_day_is_no_word_on_today(store: Store) -> None:
    await counted(store, 1, day=None, backfill=True)
    assert await store.freshness(since=SAMPLE_DAY) == ()
    await counted(store, 1, day=None)
    assert len(await store.freshness(since=SAMPLE_DAY)) == 1
