"""Search and matching mean the same: what search finds is what `Matcher` finds among all papers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.matching import Matcher
from bot.domain.paper import Listing, Paper
from bot.domain.query import Query, parse
from bot.domain.query_form import canonical, key, resolved, simplified
from bot.domain.terms import (
    And,
    AtLeast,
    Author,
    Category,
    Count,
    From,
    Has,
    Kind,
    Listed,
    Node,
    Not,
    Or,
    Organization,
    Scope,
    Venue,
    Words,
)
from bot.domain.text import fold, normalise
from bot.errors import InvalidQuery
from bot.storage import Store
from bot.storage.expressions import Writer
from bot.storage.fulltext import index_of
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

T = TypeVar("T")

WORDS = """
fine tuning finetuning fine-tuned fine-tun-ing ing tun multi modal multimodal super resolution superresolution state of the art a an symmetric
asymmetric model models diffusion text to image texttoimage C++ R&D 360° 学习 深度学习 über llm LLMs survey benchmark we
review they theory theorem 3.5 qwen2.5 A* knit robots
""".split()  # noqa: SIM905 - reads better than fifty strings
NAMES = ("Yang Song", "Y. Song", "Song Yang", "Ada Example", "Bo Muster", "Øyvind Ås", "李 明", "Example, A.")
CATEGORIES = ("cs.CV", "cs.LG", "stat.ML", "math", "q-bio.NC")
PAPERS = 150

settings.register_profile("search", deadline=None, database=None, suppress_health_check=list(HealthCheck))
fast = settings(settings.get_profile("search"), max_examples=100)
thorough = settings(settings.get_profile("search"), max_examples=20_000)


class Library:
    """A store of generated papers, and the papers themselves."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.store = Store.open_now(url)
        chance = random.Random(7)
        for source in ("huggingface", "arxiv"):
            listings = [self._listing(chance, number, source) for number in range(1, PAPERS + 1)]
            self.run(self.store.add_batch(make_batch(*listings), now=SAMPLE_NOW))
        self.papers: tuple[Paper, ...] = self.run(self.store.recent(1000, now=SAMPLE_NOW))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def found(self, query: Query) -> set[int]:
        answer = self.run(self.store.search(query, limit=1000))
        assert answer.exact_total
        assert answer.total == len(answer.hits)
        return {hit.paper.id for hit in answer.hits}

    def expected(self, query: Query) -> set[int]:
        matcher = Matcher()
        matcher.add(query)
        bitmap = matcher.match(self.papers).get(query.key, 0)
        return {paper.id for at, paper in enumerate(self.papers) if bitmap >> at & 1}

    @staticmethod
    def _listing(chance: random.Random, number: int, source: str) -> Listing:
        def words(most: int) -> str:
            return chance.choice((" ", "-", " ")).join(chance.choices(WORDS, k=chance.randint(1, most)))

        facts = make_facts(
            chance.randint(1, number),
            title=words(5),
            abstract=". ".join(words(6) for _ in range(chance.randint(0, 4))),
            authors=tuple(chance.choices(NAMES, k=chance.randint(0, 3))),
            categories=tuple(chance.choices(CATEGORIES, k=chance.randint(0, 2))),
            organization=chance.choice(("", "Deep Institute", "über lab")),
            venue=chance.choice(("", "KNIT 2026")),
            comment=chance.choice(("", "survey, 12 pages", "Accepted at KNIT")),
            code_url=chance.choice(("", "https://example.org")),
            stars=chance.choice((None, 0, 5, 50)),
        )
        day = SAMPLE_DAY - timedelta(days=chance.randint(0, 40))
        return make_listing(
            number,
            facts=facts,
            source=source,
            day=day,
            votes=chance.choice((None, 0, 3, 30)),
            comments=chance.choice((None, 2)),
        )


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def library(request: pytest.FixtureRequest) -> Iterator[Library]:
    on_file = request.param == "sqlite"
    made = Library("sqlite://" if on_file else request.getfixturevalue("postgres_server").fresh())
    yield made
    made.run(made.store.close())
    made.runner.close()


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)
tokens = words.map(normalise).filter(bool)
names = st.lists(
    st.sampled_from([word for name in NAMES for word in fold(name)]), min_size=1, max_size=2
).map(tuple)
days = st.dates(min_value=SAMPLE_DAY - timedelta(days=45), max_value=SAMPLE_DAY + timedelta(days=2))
terms: st.SearchStrategy[Node] = st.one_of(
    st.builds(Words, tokens, st.sampled_from(Scope)),
    st.builds(Words, tokens, st.sampled_from(Scope)),
    st.builds(
        lambda run, cut, scope: Words((*run[:-1], run[-1][:cut]), scope, True),
        tokens,
        st.integers(1, 6),
        st.sampled_from(Scope),
    ),
    st.builds(Author, names),
    st.builds(Organization, st.sampled_from((("deep",), ("institute", "deep"), ("uber",)))),
    st.builds(Venue, st.sampled_from((("knit",), ("2026", "knit"), ("survey",), ("nowhere",)))),
    st.builds(Category, st.sampled_from(("cs.cv", "cs", "math", "q-bio.nc", "q-bio", "stat.ml", "eess"))),
    st.builds(From, st.sampled_from(("huggingface", "arxiv", "feed"))),
    st.builds(AtLeast, st.sampled_from(Count), st.integers(0, 31)),
    st.builds(Has, st.sampled_from(("code", "venue", "abstract", "doi", "summary"))),
    st.builds(Kind, st.sampled_from(("survey", "benchmark", "theory"))),
    st.builds(Listed, st.none() | days, st.none() | days),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=8,
)


def as_query(node: Node) -> Query:
    plain = simplified(node)
    return Query(plain, canonical(plain), key(resolved(plain)))


def agrees(library: Library, node: Node) -> None:
    query = as_query(node)
    assert library.found(query) == library.expected(query), query.canonical


@fast
@given(node=nodes)
def test_search_finds_exactly_what_matching_finds(library: Library, node: Node) -> None:
    agrees(library, node)


@fast
@given(node=st.builds(Words, tokens, st.sampled_from(Scope), st.booleans()))
def test_every_phrase_and_prefix_finds_exactly_what_matching_finds(library: Library, node: Node) -> None:
    agrees(library, node)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sqlite"], indirect=True)
@thorough
@given(node=nodes)
def test_search_finds_exactly_what_matching_finds_many_times_over(library: Library, node: Node) -> None:
    agrees(library, node)


queryish = st.lists(
    st.sampled_from(
        [
            *WORDS,
            '"',
            "(",
            ")",
            "OR",
            "-",
            "*",
            "|",
            ":",
            "title:",
            "cat:cs",
            ">=",
            "upvotes>=3",
            "NEAR",
            "NOT",
            "AND",
            "'",
            ";",
            "--",
            "\x00",
            "{",
            "}",
            "^",
            "+",
        ]
    )
    | st.text(max_size=5),
    max_size=12,
).map(" ".join)
anything = st.one_of(st.text(max_size=80), queryish)


def answers(library: Library, text: str) -> None:
    try:
        query = parse(text)
    except InvalidQuery:
        return
    library.run(library.store.search(query, limit=3))


@settings(fast, max_examples=400)
@given(text=anything)
def test_whatever_is_typed_gets_an_answer_or_a_kind_error(library: Library, text: str) -> None:
    answers(library, text)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sqlite"], indirect=True)
@settings(fast, max_examples=100_000)
@given(text=anything)
def test_whatever_is_typed_a_hundred_thousand_times_gets_an_answer_or_a_kind_error(
    library: Library, text: str
) -> None:
    answers(library, text)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["postgres"], indirect=True)  # each answer takes ten times as long there
@settings(fast, max_examples=5_000)
@given(text=anything)
def test_whatever_is_typed_thousands_of_times_gets_an_answer_or_a_kind_error(
    library: Library, text: str
) -> None:
    answers(library, text)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["postgres"], indirect=True)
@settings(fast, max_examples=3_000)
@given(node=nodes)
def test_search_finds_exactly_what_matching_finds_thousands_of_times_over(
    library: Library, node: Node
) -> None:
    agrees(library, node)


@pytest.mark.parametrize("levels", [3, 6, 7, 12, 13, 60])
def test_deep_nesting_is_put_in_words_the_database_can_read(library: Library, levels: int) -> None:
    node: Node = Words(("knit",))
    for level in range(levels):
        word = Words((f"word{level}",))
        node = Or((word, And((node, Not(word)))))
    index = library.store.database.read_now(index_of)
    asked = Writer(index, lambda _: False).asked(node)
    condition = asked.where.text if not asked.match else index.inside
    values = asked.where.values if not asked.match else (asked.match,)
    statement = f"SELECT id FROM paper AS p WHERE {condition}"
    found = library.store.database.read_now(lambda db: {row[0] for row in index.ask(db, statement, values)})
    expected = library.expected(as_query(Words(("knit",))))
    assert found >= expected
    assert (found == expected) is asked.exact


def test_a_day_range_beyond_the_calendar_is_answered(library: Library) -> None:
    agrees(library, Listed(date.min, date.max))
    agrees(library, And((Words(("model",)), Listed(date.max, None))))
