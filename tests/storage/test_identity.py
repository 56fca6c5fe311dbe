from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.paper import Facts
from bot.domain.subscription import Address, Schedule
from bot.storage import Store, drafts
from bot.storage.identity import Work, same_work
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing

LATER = SAMPLE_NOW + timedelta(hours=3)
ABSTRACT = (
    "Robots rarely knit because yarn is soft and slippery. We teach a walking robot to knit a scarf from video alone. "
    "It drops twelve percent fewer stitches than the strongest earlier machine on a new benchmark of patterns."
)
OTHER = (
    "Proteins fold in milliseconds although the number of shapes is astronomical. This essay collects what is known of "
    "the energy landscape and argues that funnels explain the speed observed in every laboratory experiment so far."
)


async def add(store: Store, *, source: str = "feed", **facts: Any) -> None:
    given: dict[str, Any] = {"title": "Walking Robots That Knit", "abstract": ABSTRACT} | facts
    await store.add_batch(make_batch(make_listing(1, source=source, facts=Facts(**given))), now=SAMPLE_NOW)


async def count(store: Store) -> int:
    return (await store.counts())["papers"]


async def test_a_page_without_ids_is_the_paper_that_comes_later_with_one(store: Store) -> None:
    await add(store, source="huggingface")
    await add(store, source="arxiv", keys=("arxiv:2606.00001",), authors=("Ada Example",))
    assert await count(store) == 1
    paper = await store.paper("arxiv:2606.00001")
    assert paper is not None
    assert paper.key == "arxiv:2606.00001"
    assert paper.sources == ("huggingface", "arxiv")


async def test_the_same_page_twice_is_the_same_paper(store: Store) -> None:
    await add(store)
    await add(store)
    assert await count(store) == 1


async def test_the_spelling_of_a_title_does_not_matter(store: Store) -> None:
    await add(store, title="Fine-Tuning Walking Robots: A Story")
    await add(store, title="Fine tuning walking  robots - a story", keys=("arxiv:2606.00001",))
    assert await count(store) == 1


async def test_an_abstract_cut_short_still_agrees(store: Store) -> None:
    await add(store, keys=("url:https://example.org/1",), abstract=ABSTRACT[:120] + "…")
    await add(store, keys=("arxiv:2606.00001",))
    assert await count(store) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"keys": ("arxiv:2606.00001",)}, {"keys": ("arxiv:2606.00002",)}),
        ({"keys": ("doi:10.1/a",)}, {"keys": ("doi:10.1/b",)}),
        ({"abstract": ABSTRACT}, {"abstract": OTHER}),
        ({"abstract": ABSTRACT}, {"abstract": OTHER, "keys": ("arxiv:2606.00001",)}),
        ({"authors": ("Ada Example",)}, {"authors": ("Zoe Other",), "keys": ("arxiv:2606.00001",)}),
        ({"keys": ("arxiv:2606.00001",)}, {"keys": ("doi:10.1/b",)}),
        (
            {"title": "Editorial", "abstract": ""},
            {"title": "Editorial", "keys": ("doi:10.1/b",), "abstract": ""},
        ),
        (
            {"keys": ("url:https://example.org/x",)},
            {"keys": ("url:https://example.org/x",), "title": "Proteins Fold", "abstract": OTHER},
        ),
        ({"title": "Knitting I"}, {"title": "Knitting II"}),
    ],
    ids=[
        "two arXiv ids",
        "two DOIs",
        "two abstracts under one title",
        "an id for another abstract",
        "no author in common",
        "two identifiers and nobody named",
        "a title that says nothing",
        "one link for every item",
        "part one and part two",
    ],
)
async def test_doubt_means_two_papers(store: Store, left: dict[str, Any], right: dict[str, Any]) -> None:
    await add(store, **left)
    await add(store, **right)
    await add(store, **left)
    assert await count(store) == 2


async def test_a_preprint_and_its_article_are_one_when_title_abstract_and_author_agree(store: Store) -> None:
    await add(store, keys=("arxiv:2606.00001",), authors=("Ada Example", "Bo Muster"))
    await add(store, keys=("doi:10.1/b",), authors=("EXAMPLE, A.", "MUSTER, B."))
    assert await count(store) == 1
    paper = await store.paper("doi:10.1/b")
    assert paper is not None
    assert paper.key == "arxiv:2606.00001"


async def test_one_listing_with_both_keys_makes_two_rows_one(store: Store) -> None:
    await add(store, keys=("doi:10.1/b",), abstract=OTHER, title="Knitting, preliminary title")
    await add(store, keys=("arxiv:2606.00001",))
    older = await store.paper("doi:10.1/b")
    younger = await store.paper("arxiv:2606.00001")
    assert older is not None
    assert younger is not None
    batch = make_batch(make_listing(1, facts=make_facts(1, keys=("arxiv:2606.00001", "doi:10.1/b"))))
    added = await store.add_batch(batch, now=LATER)
    assert (added.merged, added.new_ids, added.paper_ids) == (1, frozenset(), frozenset({older.id}))
    assert await count(store) == 1
    for ref in ("doi:10.1/b", "arxiv:2606.00001", older.id, younger.id):
        found = await store.paper(ref)
        assert found is not None
        assert found.id == older.id
    assert await store.check() == ()


async def test_what_people_did_with_the_younger_row_stays_with_the_paper(store: Store) -> None:
    await add(store, keys=("doi:10.1/b",), title="Knitting, preliminary title", abstract=OTHER)
    await add(store, keys=("arxiv:2606.00001",))
    older, younger = await store.paper("doi:10.1/b"), await store.paper("arxiv:2606.00001")
    assert older is not None
    assert younger is not None
    home = await store.ensure_destination(
        Address(platform="console", workspace="local", channel="terminal"),
        name="x",
        schedule=Schedule(),
        next_due_at=None,
        now=SAMPLE_NOW,
    )
    await store.save("local", "ada", younger.id, SAMPLE_NOW)
    await store.save("local", "bo", younger.id, SAMPLE_NOW)
    await store.save("local", "bo", older.id, SAMPLE_NOW)
    await store.dismiss(home.id, younger.id, "ada", SAMPLE_NOW)
    batch = make_batch(make_listing(1, facts=make_facts(1, keys=("arxiv:2606.00001", "doi:10.1/b"))))
    await store.add_batch(batch, now=LATER)
    for person in ("ada", "bo"):
        assert [paper.id for paper in await store.saved("local", person)] == [older.id]
    assert await store.dismissed([home.id]) == {home.id: frozenset({older.id})}


async def test_a_key_of_another_paper_is_not_stolen(store: Store) -> None:
    await add(store, keys=("arxiv:2606.00001", "doi:10.1/shared"))
    await add(store, keys=("arxiv:2606.00002", "doi:10.1/shared"), title="Proteins Fold", abstract=OTHER)
    assert await count(store) == 2
    paper = await store.paper("doi:10.1/shared")
    assert paper is not None
    assert paper.key == "arxiv:2606.00001"


async def test_a_title_alone_that_fits_two_papers_is_neither(store: Store) -> None:
    title = "A very long title about walking robots"
    await add(store, title=title, keys=("arxiv:2606.00001",))
    await add(store, title=title, keys=("arxiv:2606.00002",), abstract=OTHER)
    await add(store, title=title, abstract="")
    assert await count(store) == 3


async def test_a_title_of_many_works_makes_none_of_them_one_and_none_of_them_two(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def counted(mine: Work, theirs: Work, *, by_title: bool = True) -> bool:
        compared.append((mine, theirs))
        return same_work(mine, theirs, by_title=by_title)

    monkeypatch.setattr(drafts, "same_work", counted)
    monkeypatch.setattr(drafts, "MOST_NAMESAKES", 20)
    abstracts = [" ".join(f"w{number}x{at}" for at in range(12)) for number in range(200)]
    listings = [
        make_listing(rank, facts=Facts(title="Walking Robots That Knit All Day", abstract=abstract))
        for rank, abstract in enumerate(abstracts, 1)
    ]
    for _ in range(2):
        await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
        assert await count(store) == 200
    assert len(compared) < 3_000
