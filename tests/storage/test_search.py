from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.paper import Facts
from bot.domain.query import parse
from bot.storage import Found, Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing


async def add(store: Store, *papers: dict[str, Any], **listing: Any) -> None:
    start = (await store.counts())["papers"]
    listings = [
        make_listing(start + at, facts=make_facts(start + at, **facts), **listing)
        for at, facts in enumerate(papers, start=1)
    ]
    await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)


async def titles(store: Store, query: str, **options: Any) -> list[str]:
    found = await store.search(parse(query), **options)
    assert found.exact_total
    return [hit.paper.title for hit in found.hits]


@pytest.mark.parametrize("day", [date.min, date(999, 12, 31), date.max])
async def test_a_paper_of_any_day_is_found(store: Store, day: date) -> None:
    await add(store, {"title": "Knitting"}, day=day)
    await add(store, {"title": "Knitting Again"})
    assert sorted(await titles(store, "knitting", now=SAMPLE_NOW)) == ["Knitting", "Knitting Again"]


async def test_a_phrase_in_the_title_comes_before_any_number_of_mentions(store: Store) -> None:
    await add(
        store,
        {"title": "Learning to Knit", "abstract": "Continual learning. " * 30},
        {"title": "A Study of Knitting", "abstract": "Continual continual learning learning. " * 10},
        {"title": "Continual Robots and Their Learning", "abstract": "Nothing."},
        {
            "title": "On Very Many Things of Which One Is Continual Learning, Said Once",
            "abstract": "Long words. " * 200,
        },
    )
    for query in ("continual learning", '"continual learning"'):
        assert (await titles(store, query))[0].startswith("On Very Many Things")
    assert (await titles(store, "continual learning"))[1] == "Continual Robots and Their Learning"


@pytest.mark.parametrize("query", ["fine-tuning", '"fine tuning"', "finetuning", "Fine–Tunings"])
async def test_a_compound_is_found_however_it_is_written(store: Store, query: str) -> None:
    spellings = ["Finetuning robots", "Fine tuning robots", "Fine-tuning robots", "A fine robot, tuning"]
    await add(store, *({"title": title, "abstract": "x"} for title in spellings))
    assert set(await titles(store, query)) == set(spellings[:3])


async def test_function_words_glue_nothing(store: Store) -> None:
    await add(
        store, {"title": "A symmetric key"}, {"title": "Asymmetric keys"}, {"title": "State of the art"}
    )
    assert await titles(store, "asymmetric") == ["Asymmetric keys"]
    assert await titles(store, "state-of-the-art") == ["State of the art"]


async def test_words_that_break_naive_tokenisers_are_found_whole(store: Store) -> None:
    names = [
        "C++ tricks",
        "C tricks",
        "A* search",
        "R&D budgets",
        "360° video",
        "深度学习方法",
        "Étude of ΩMEGA",
    ]
    await add(store, *({"title": title, "abstract": "x"} for title in names))
    found = {
        query: await titles(store, query)
        for query in ("C++", "A*", "R&D", "360°", "深度学习", "etude", "ωmega")
    }
    assert found == {
        "C++": ["C++ tricks"],
        "A*": ["A* search"],
        "R&D": ["R&D budgets"],
        "360°": ["360° video"],
        "深度学习": ["深度学习方法"],
        "etude": ["Étude of ΩMEGA"],
        "ωmega": ["Étude of ΩMEGA"],
    }


async def test_filters_narrow_and_work_without_any_word(store: Store) -> None:
    old = {"title": "Old robots", "abstract": "x", "code_url": "https://example.org"}
    new = {"title": "New robots", "abstract": "x", "venue": "KNIT 2026", "categories": ("cs.CL",)}
    other = {
        "title": "New proteins",
        "abstract": "x",
        "organization": "Deep Institute",
        "authors": ("Yang Song",),
    }
    await add(store, old, day=date(2026, 5, 1), votes=50)
    await add(store, new, votes=3)
    await add(store, other, source="arxiv", votes=None)
    expected = {
        "robots since:2026-06-01": ["New robots"],
        "robots until:2026-05-31": ["Old robots"],
        "upvotes>=3": ["New robots", "Old robots"],
        "has:code": ["Old robots"],
        "cat:cs.CL": ["New robots"],
        "cat:cs": ["New proteins", "New robots", "Old robots"],
        "source:arxiv": ["New proteins"],
        "venue:knit": ["New robots"],
        "org:deep": ["New proteins"],
        'author:"Y. Song"': ["New proteins"],
        "new -robots": ["New proteins"],
        "proteins OR upvotes>=50": ["New proteins", "Old robots"],
        "title:robots -has:code": ["New robots"],
        "zebras": [],
    }
    assert {query: await titles(store, query) for query in expected} == expected


async def test_pages_follow_one_another_and_the_total_counts_all(store: Store) -> None:
    await add(store, *({"title": f"Robot {number}"} for number in range(25)))
    pages: list[Found] = [
        await store.search(parse("robot"), limit=10, offset=offset) for offset in (0, 10, 20, 30)
    ]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert {page.total for page in pages} == {25}
    assert len({hit.paper.id for page in pages for hit in page.hits}) == 25


async def test_of_two_that_say_as_much_the_newer_comes_first(store: Store) -> None:
    same = {"title": "Robots", "abstract": "The same words."}
    await add(store, same, day=date(2024, 6, 1))
    await add(store, same, day=date(2026, 6, 1))
    found = await store.search(parse("robots"), now=SAMPLE_NOW)
    assert [hit.paper.listed for hit in found.hits] == [date(2026, 6, 1), date(2024, 6, 1)]
    assert found.hits[0].score > found.hits[1].score


async def test_more_hits_than_are_ranked_are_said_to_be_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.search.NEWEST", 5)
    await add(store, *({"title": f"Robot {number}"} for number in range(7)))
    found = await store.search(parse("robot"))
    assert (found.total, found.exact_total) == (5, False)
    assert "Robot 6" in [hit.paper.title for hit in found.hits]
    assert (await store.search(parse("robot -6 -5"))).exact_total


async def test_the_index_follows_what_changes_and_what_is_merged(store: Store) -> None:
    await add(store, {"title": "Robots that knit", "abstract": "Stitches by camels."})
    await add(store, {"title": "Proteins", "keys": ("doi:10.1/b",), "abstract": "Folding."})
    changed = make_facts(
        1, title="Robots that sew", abstract="Stitches by llamas.", keys=("arxiv:2606.00001",)
    )
    await store.add_batch(make_batch(make_listing(1, facts=changed)), now=SAMPLE_NOW)
    assert await titles(store, "camels OR knit") == []
    assert await titles(store, "llamas sew") == ["Robots that sew"]
    both = make_facts(1, title="Robots that sew", keys=("arxiv:2606.00001", "doi:10.1/b"), abstract="Llamas.")
    await store.add_batch(make_batch(make_listing(1, facts=both)), now=SAMPLE_NOW)
    assert await titles(store, "proteins OR folding") == []
    assert await titles(store, "llamas") == ["Robots that sew"]
    assert await store.check() == ()


async def test_an_index_fed_by_other_rules_is_fed_anew_when_the_store_opens(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(store, {"title": "Robots that knit"})
    monkeypatch.setattr("bot.storage.fulltext.recipe", lambda: "other rules")
    async with await Store.open(url) as again:
        assert await titles(again, "knit") == ["Robots that knit"]
        assert (await again.search(parse("knit"))).total == 1


async def test_similar_papers_share_telling_words(store: Store) -> None:
    await add(
        store,
        {"title": "Knitting robots", "abstract": "We study yarn tension in robots that make scarves."},
        {"title": "Yarn tension control", "abstract": "We study yarn tension while machines make scarves."},
        {"title": "Protein folding", "abstract": "We study how proteins fold and make shapes."},
        {"title": "Scarves in history", "abstract": "We study what people make of wool."},
    )
    first, *_ = (await store.search(parse("title:knitting"))).hits
    similar = await store.similar(first.paper.id)
    assert similar[0].paper.title == "Yarn tension control"
    assert first.paper not in [hit.paper for hit in similar]
    assert await store.similar(77) == ()


async def test_a_paper_listed_again_later_is_found_by_its_newest_day(store: Store) -> None:
    facts = Facts(title="Robots", keys=("arxiv:2606.00001",), abstract="x")
    for day in (date(2026, 5, 1), date(2026, 6, 1)):
        await store.add_batch(make_batch(make_listing(1, facts=facts, day=day)), now=SAMPLE_NOW)
    assert await titles(store, "robots since:2026-05-30") == ["Robots"]
    assert await titles(store, "robots until:2026-05-30") == []
    assert await titles(store, f"since:{date(2026, 6, 1) + timedelta(days=1)}") == []
