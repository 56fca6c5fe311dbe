"""Papers known by a bare title, to be completed by who knows more."""

from __future__ import annotations

from datetime import date

from bot.domain.paper import Facts
from bot.storage import Store
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing


async def test_papers_without_an_abstract_are_named_by_their_arxiv_ids_newest_first(store: Store) -> None:
    bare = [make_listing(number, facts=make_facts(number, abstract="")) for number in (1, 2)]
    older = make_listing(3, facts=make_facts(3, abstract=""), day=date(2026, 5, 20))
    elsewhere = make_listing(4, facts=Facts(title="A loom", keys=("doi:10.1/loom",)))
    await store.add_batch(make_batch(*bare, older, elsewhere, make_listing(5)), now=SAMPLE_NOW)
    assert await store.without_abstract(since=SAMPLE_DAY) == ("2606.00002", "2606.00001")
    assert await store.without_abstract(since=SAMPLE_DAY, limit=1) == ("2606.00002",)
    await store.add_batch(make_batch(make_listing(1, source="arxiv"), backfill=True), now=SAMPLE_NOW)
    assert await store.without_abstract(since=SAMPLE_DAY) == ("2606.00002",)


async def test_a_completed_paper_stays_the_news_it_was(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1, facts=make_facts(1, abstract=""))), now=SAMPLE_NOW)
    known = make_listing(1, source="arxiv", origin="cs.RO", day=date(2026, 5, 29))
    await store.add_batch(make_batch(known, day=None, backfill=True), now=SAMPLE_NOW)
    (paper,) = await store.window(listed_since=SAMPLE_DAY, seen_before=SAMPLE_NOW)
    assert (paper.abstract, paper.listed, paper.backfill) == (make_facts(1).abstract, SAMPLE_DAY, False)
