from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.paper import Announcement, Batch, Facts, Freshness, Listing, Paper, Validator
from bot.domain.query import parse
from bot.storage import Store, ingest
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

LATER = SAMPLE_NOW + timedelta(hours=3)
TOMORROW = SAMPLE_NOW + timedelta(days=1)


async def only(store: Store) -> Paper:
    (paper,) = await store.recent(10_000, now=SAMPLE_NOW)
    return paper


async def window(store: Store) -> tuple[Paper, ...]:
    return await store.window(listed_since=date(2000, 1, 1), seen_before=TOMORROW)


async def test_everything_a_source_says_comes_back_as_it_was(store: Store) -> None:
    facts = make_facts(
        1,
        announced=date(2026, 6, 1),
        doi="10.1/knit",
        venue="KNIT 2026",
        comment="12 pages",
        code_url="https://example.org/code",
        stars=12,
        project_url="https://example.org",
        thumbnail="https://example.org/knit.png",
        organization="Knitting Institute",
        keywords=("knitting", "robots"),
        summary="Robots knit.",
        license="CC BY 4.0",
        withdrawn=True,
    )
    await store.add_batch(make_batch(make_listing(1, facts=facts, votes=7, comments=2)), now=SAMPLE_NOW)
    paper = await only(store)
    kept = {
        name: getattr(paper, name)
        for name in ("title", "abstract", "authors", "categories", "url", "submitted")
    }
    assert kept == {name: getattr(facts, name) for name in kept}
    rest = {
        name: getattr(paper, name) for name in ("announced", "doi", "venue", "comment", "code_url", "stars")
    }
    assert rest == {name: getattr(facts, name) for name in rest}
    more = ("project_url", "thumbnail", "organization", "keywords", "summary", "license", "withdrawn")
    assert all(getattr(paper, name) == getattr(facts, name) for name in more)
    assert (paper.votes, paper.comments, paper.sources) == (7, 2, ("huggingface",))
    assert (paper.listed, paper.first_seen, paper.summary_by) == (SAMPLE_DAY, SAMPLE_NOW, "source")
    assert paper.provenance["title"] == "huggingface"


async def test_ids_grow_with_the_day_and_count_within_it(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1), make_listing(2)), now=SAMPLE_NOW)
    earlier = replace(make_listing(3), day=date(2026, 5, 29))
    await store.add_batch(make_batch(earlier, make_listing(4)), now=SAMPLE_NOW)
    ids = [paper.id for paper in await store.recent(100, now=SAMPLE_NOW)]
    assert ids == [2026060100003, 2026060100002, 2026060100001, 2026052900001]


async def test_the_same_batch_again_adds_nothing(store: Store) -> None:
    first = await store.add_batch(make_batch(), now=SAMPLE_NOW)
    again = await store.add_batch(make_batch(), now=LATER)
    assert (first.listings, len(first.new_ids), first.merged) == (3, 3, 0)
    assert (again.listings, again.new_ids, again.paper_ids) == (3, frozenset(), first.paper_ids)
    counts = await store.counts()
    assert (counts["papers"], counts["listings"]) == (3, 3)
    assert {paper.first_seen for paper in await window(store)} == {SAMPLE_NOW}


async def test_votes_are_refreshed_and_silence_erases_nothing(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1, votes=3, comments=1)), now=SAMPLE_NOW)
    await store.add_batch(make_batch(make_listing(1, votes=9, comments=None)), now=LATER)
    bare = Facts(title=make_facts(1).title, keys=make_facts(1).keys)
    await store.add_batch(make_batch(make_listing(1, facts=bare, votes=None)), now=TOMORROW)
    paper = await only(store)
    assert (paper.votes, paper.comments) == (9, 1)
    assert (paper.abstract, paper.authors) == (make_facts(1).abstract, make_facts(1).authors)


async def test_two_listings_of_one_paper_in_a_batch_are_one_paper(store: Store) -> None:
    twice = (make_listing(1, origin="cs.RO", source="arxiv"), make_listing(1, origin="cs.LG", source="arxiv"))
    added = await store.add_batch(make_batch(*twice), now=SAMPLE_NOW)
    assert (added.listings, len(added.paper_ids), len(added.new_ids)) == (2, 1, 1)
    assert (await store.counts())["listings"] == 2


async def test_arxiv_is_believed_for_text_and_hugging_face_for_summaries(store: Store) -> None:
    key = make_facts(1).keys
    said = {
        "feed": Facts(
            title="Walking robots that knit (feed)",
            keys=key,
            venue="Feed Journal",
            doi="10.1/feed",
            abstract="short",
        ),
        "huggingface": make_facts(
            1, title="HF title", summary="A summary from Hugging Face.", venue="HF venue"
        ),
        "arxiv": make_facts(1, title="The real title", summary="arXiv never summarises.", venue="Real venue"),
    }
    for source, facts in said.items():
        await store.add_batch(make_batch(make_listing(1, source=source, facts=facts)), now=SAMPLE_NOW)
    for source, facts in reversed(said.items()):
        await store.add_batch(make_batch(make_listing(1, source=source, facts=facts)), now=LATER)
    paper = await only(store)
    assert (paper.title, paper.venue, paper.doi) == ("The real title", "Real venue", "10.1/feed")
    assert (paper.summary, paper.summary_by) == ("A summary from Hugging Face.", "source")
    assert paper.provenance["title"] == "arxiv"
    assert paper.provenance["summary"] == "huggingface"
    assert paper.provenance["doi"] == "feed"
    assert paper.sources == ("feed", "huggingface", "arxiv")


async def test_a_source_may_correct_itself(store: Store) -> None:
    for title in ("Frist title", "First title"):
        facts = make_facts(1, title=title)
        await store.add_batch(make_batch(make_listing(1, facts=facts)), now=SAMPLE_NOW)
    assert (await only(store)).title == "First title"


async def test_a_paper_without_a_summary_is_stored_without_one(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1)), now=SAMPLE_NOW)
    paper = await only(store)
    assert (paper.summary, paper.summary_by) == ("", "")


async def test_a_long_summary_is_clipped_between_words(store: Store) -> None:
    facts = make_facts(1, summary="Robots knit scarves. " * 20)
    for _ in range(2):
        await store.add_batch(make_batch(make_listing(1, facts=facts)), now=SAMPLE_NOW)
    paper = await only(store)
    assert len(paper.summary) <= 280
    assert paper.summary.endswith("…")


async def test_a_revision_updates_the_record_but_is_no_news(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1, source="arxiv")), now=SAMPLE_NOW)
    revised = make_listing(
        1,
        source="arxiv",
        day=date(2026, 6, 2),
        kind=Announcement.REPLACE,
        facts=make_facts(1, abstract="Second version.", version=2),
    )
    await store.add_batch(make_batch(revised), now=LATER)
    paper = await only(store)
    assert (paper.abstract, paper.listed, paper.first_seen) == ("Second version.", SAMPLE_DAY, SAMPLE_NOW)


async def test_a_paper_first_met_as_a_revision_is_no_candidate(store: Store) -> None:
    listing = make_listing(1, source="arxiv", kind=Announcement.REPLACE_CROSS)
    await store.add_batch(make_batch(listing), now=SAMPLE_NOW)
    assert (await only(store)).backfill
    assert await window(store) == ()


async def test_back_fill_is_no_candidate_unless_asked_for(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1), backfill=True), now=SAMPLE_NOW)
    assert await window(store) == ()
    everything = await store.window(
        listed_since=date(2000, 1, 1), seen_before=SAMPLE_NOW, include_backfill=True
    )
    assert [paper.key for paper in everything] == ["arxiv:2606.00001"]


async def test_a_back_filled_paper_becomes_news_when_a_source_lists_it_anew(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1), backfill=True), now=SAMPLE_NOW)
    await store.add_batch(make_batch(make_listing(1, source="arxiv", origin="cs.RO")), now=LATER)
    (paper,) = await window(store)
    assert (paper.backfill, paper.first_seen) == (False, LATER)


async def test_refreshing_the_votes_of_a_back_filled_day_floods_nobody(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1, votes=1), backfill=True), now=SAMPLE_NOW)
    await store.add_batch(make_batch(make_listing(1, votes=8)), now=LATER)
    assert await window(store) == ()
    assert (await only(store)).votes == 8


async def test_a_back_fill_of_a_candidate_leaves_it_one(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1)), now=SAMPLE_NOW)
    await store.add_batch(make_batch(make_listing(1, day=date(2026, 5, 1)), backfill=True), now=LATER)
    assert len(await window(store)) == 1


async def test_freshness_and_validators_are_kept_with_the_batch(store: Store) -> None:
    validator = Validator(
        url="https://example.org/feed", etag='"1"', last_modified="x", fetched_at=SAMPLE_NOW
    )
    failed = Batch(source="arxiv", origin="cs.RO", day=None, freshness=Freshness.FAILED, note="no answer")
    await store.add_batch(failed, now=SAMPLE_NOW)
    await store.add_batch(make_batch(validators=(validator,)), now=SAMPLE_NOW)
    newer = replace(validator, etag='"2"')
    await store.add_batch(make_batch(validators=(newer,), note="late"), now=LATER)
    assert await store.validators() == {validator.url: newer}
    hf, arxiv = sorted(await store.freshness(since=SAMPLE_DAY), key=lambda one: one.source, reverse=True)
    assert (arxiv.verdict, arxiv.day, arxiv.note, arxiv.items) == (
        Freshness.FAILED,
        SAMPLE_DAY,
        "no answer",
        0,
    )
    assert (hf.verdict, hf.requested_at, hf.items, hf.note) == (Freshness.FRESH, LATER, 3, "late")
    assert await store.freshness(since=date(2026, 6, 2)) == ()


async def test_listed_papers_come_newest_day_first_then_by_votes_and_rank(store: Store) -> None:
    def entry(number: int, **changes: Any) -> Listing:
        return make_listing(number, **changes)

    older = date(2026, 5, 29)
    listings = (
        entry(1, votes=1, day=older),
        entry(2, votes=5, rank=2),
        entry(3, votes=5, rank=1),
        entry(4, votes=9, source="arxiv", origin="cs.RO"),
    )
    await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
    found = await store.listed(since=older)
    assert [paper.key[-1] for paper in found] == ["4", "3", "2", "1"]
    assert [paper.key[-1] for paper in await store.listed(since=older, until=older)] == ["1"]
    assert [paper.key[-1] for paper in await store.listed(since=older, source="arxiv")] == ["4"]
    assert await store.newest_days() == {"huggingface": SAMPLE_DAY, "arxiv": SAMPLE_DAY}


async def test_a_list_day_in_the_far_future_is_not_the_newest(store: Store) -> None:
    tomorrow = SAMPLE_DAY + timedelta(days=1)
    listings = (make_listing(1), make_listing(2, day=tomorrow), make_listing(3, day=date(2199, 1, 1)))
    await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
    assert await store.newest_days(now=SAMPLE_NOW) == {"huggingface": tomorrow}


async def test_papers_are_found_by_id_or_by_any_key(store: Store) -> None:
    facts = make_facts(1, keys=("arxiv:2606.00001", "doi:10.1/knit"))
    await store.add_batch(make_batch(make_listing(1, facts=facts), make_listing(2)), now=SAMPLE_NOW)
    by_key = await store.paper("doi:10.1/knit")
    assert by_key is not None
    assert by_key.key == "arxiv:2606.00001"
    assert await store.paper(by_key.id) == by_key
    assert await store.paper("arxiv:9999.99999") is None
    assert await store.paper(7) is None
    other = await store.paper("arxiv:2606.00002")
    assert other is not None
    assert await store.papers([other.id, 7, by_key.id]) == (other, by_key)


async def test_one_odd_title_does_not_cost_the_batch(store: Store) -> None:
    odd = make_facts(
        1, title="Half a \ud83d character\0", authors=("\udcff",), keys=("url:https://example.org/\ud83d",)
    )
    added = await store.add_batch(make_batch(make_listing(1, facts=odd), make_listing(2)), now=SAMPLE_NOW)
    assert len(added.new_ids) == 2
    paper = await store.paper("url:https://example.org/?")
    assert paper is not None
    assert (paper.title, paper.authors) == ("Half a ? character", ("?",))
    again = await store.add_batch(make_batch(make_listing(1, facts=odd)), now=LATER)
    assert again.new_ids == frozenset()


async def test_a_day_without_numbers_left_borrows_from_the_day_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "PER_DAY", 10)
    busy = [make_listing(number) for number in range(1, 13)]
    await store.add_batch(make_batch(*busy[:11]), now=SAMPLE_NOW)
    await store.add_batch(make_batch(busy[11]), now=SAMPLE_NOW)
    papers = await store.listed(since=SAMPLE_DAY, until=SAMPLE_DAY)
    assert sorted(paper.id for paper in papers) == [
        *range(202605311, 202605314),
        *range(202606011, 202606020),
    ]
    found = await store.search(parse("knit since:2026-06-01 until:2026-06-01"), now=SAMPLE_NOW)
    assert found.total == 12
