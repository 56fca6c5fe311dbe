"""Words as PostgreSQL keeps them, and papers longer than it keeps."""

from __future__ import annotations

import pytest

from bot.domain.query import parse
from bot.domain.terms import Scope
from bot.domain.text import fold
from bot.storage import Store
from bot.storage.tsearch import LOST, MARKS, TextSearch, quoted, vector
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing


def test_a_vector_tells_title_from_abstract_and_fields_from_both() -> None:
    words = ("fine tuning", "tuning robot", "song", "deep lab", "knit", "cs cs.lg")
    assert vector(words) == (
        "'fine':1A 'tuning':2A,4 'robot':5 '@song':1B '^deep':1C '^lab':1C '=knit':1C ':cs':1 ':cs.lg':1"
    )


def test_whatever_is_in_a_word_it_is_one_lexeme() -> None:
    assert quoted("it's") == "'it''s'"
    assert quoted("a\\b") == "'a\\\\b'"


def test_phrases_are_written_word_by_word() -> None:
    index = TextSearch()
    assert index.phrases(Scope.TITLE, [("fine", "tuning")]) == "('fine':A <-> 'tuning':A)"
    assert index.phrases(Scope.ANY, [("fine", "tun")], prefix=True) == "('fine' <-> 'tun':*)"
    assert index.every(["'a'", "'b'"], ["'c'", "'d'"]) == "(('a' & 'b') & !('c' | 'd'))"


async def found_by(store: Store, *queries: str) -> dict[str, list[str]]:
    return {
        query: sorted(hit.paper.title for hit in (await store.search(parse(query))).hits) for query in queries
    }


@pytest.mark.parametrize(
    "abstract",
    [
        "knitting " * 400 + "scarves",
        " ".join(f"word{number}" for number in range(17_000)) + " knitting scarves",
        " ".join(f"{'w' * 60}{number}" for number in range(14_000)) + " knitting scarves",
    ],
    ids=["one word too often", "too many words", "too many letters"],
)
async def test_a_paper_longer_than_a_vector_is_found_all_the_same(store: Store, abstract: str) -> None:
    long = make_facts(1, title="Long", abstract=abstract, authors=("Ada Example",))
    short = make_facts(2, title="Short", abstract="Scarves for knitting robots.", authors=("Bo Muster",))
    await store.add_batch(
        make_batch(make_listing(1, facts=long), make_listing(2, facts=short)), now=SAMPLE_NOW
    )
    assert await found_by(
        store, '"knitting scarves"', "scarves", '-"knitting scarves" author:muster', "zebra", "author:example"
    ) == {
        '"knitting scarves"': ["Long"],
        "scarves": ["Long", "Short"],
        '-"knitting scarves" author:muster': ["Short"],
        "zebra": [],
        "author:example": ["Long"],
    }


async def test_a_word_longer_than_a_lexeme_is_found(store: Store) -> None:
    long = "w" * 900
    await store.add_batch(
        make_batch(
            make_listing(1, facts=make_facts(1, title=f"One {long}")),
            make_listing(2, facts=make_facts(2, title=f"Other {long}x")),
        ),
        now=SAMPLE_NOW,
    )
    assert await found_by(store, long, f"{long[:300]}*") == {
        long: [f"One {long}"],
        f"{long[:300]}*": [f"One {long}", f"Other {long}x"],
    }


async def test_what_no_database_keeps_is_left_out_of_any_text(postgres_store: Store) -> None:
    feed = await postgres_store.add_feed("local", "https://example.org", "a\0 feed", "ada", SAMPLE_NOW)
    assert feed.title == "a feed"


@pytest.mark.parametrize("mark", [LOST, *MARKS.values()])
def test_no_word_begins_with_a_mark(mark: str) -> None:
    assert fold(f"{mark}word {mark} {mark}{mark}x") == ["word", "x"]
