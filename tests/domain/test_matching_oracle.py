"""The bitmap index against an oracle written from the definitions, pair by pair.

The oracle shares only `normalise`, the list of function words and the parsed query with the engine: no runs at C speed,
no bitmaps, no atoms. What it says is `bot/domain/phrases.py`'s docstring in Python.
"""

from __future__ import annotations

import random
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import TypeAlias

import pytest

from bot.domain.explaining import explain
from bot.domain.hits import NO_HITS
from bot.domain.matching import Matcher, matches
from bot.domain.paper import Paper
from bot.domain.query import Query, parse
from bot.domain.terms import (
    And,
    AtLeast,
    Author,
    Category,
    Count,
    From,
    Has,
    Listed,
    Node,
    Not,
    Or,
    Organization,
    Scope,
    TopicTerm,
    Venue,
    Words,
)
from bot.domain.text import FUNCTION_WORDS, normalise
from bot.domain.topics import Topics
from bot.domain.window import mask_of
from bot.errors import InvalidQuery

PAPERS, PAIRS = 1_000, 200_000
NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORDS = """
fine tuning finetuning finetunings tuned fine-tuning pre-training pretraining pre training a symmetric asymmetric of
bag-of-words bag of words bagofwords multi-modal multimodal models model modelling large language languagemodels
language-model LLM LLMs GPUs gpu c++ C++ A* a R&D 360° 3.5 GPT-4o gpt 4o x-ray xray x ray in-context in context
learning learn Müller muller可回收火箭 火箭 回收 state-of-the-art state art process processes optimizes optimize study
studies series time-series timeseries as analysis an alysis reinforcement from human feedback zero shot zero-shot
""".split()  # noqa: SIM905 - a list of words reads best as words
NAMES = ("Yang Song", "Song Li", "Ana María Núñez", "Y. Tan", "Li Yang-Song", "bo", "Jones A. Smith")
OWN = {"adapting": 'finetuning OR "pre training" OR cat:stat.ML -survey', "seen": "topic:adapting x-ray"}


class Oracle:
    """What one paper matches, by the definitions alone."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.known: dict[Node, bool] = {}

    @cached_property
    def fields(self) -> dict[Scope, Runs]:
        texts = {Scope.TITLE: self.paper.title, Scope.ABSTRACT: self.paper.abstract}
        return {scope: every_run(normalise(text)) for scope, text in texts.items()}

    def says(self, node: Node) -> bool:
        match node:
            case And(nodes):
                return all(self.says(each) for each in nodes)
            case Or(nodes):
                return any(self.says(each) for each in nodes)
            case Not(inner):
                return not self.says(inner)
            case TopicTerm(_, inner):
                return self.says(inner)
        if node not in self.known:
            self.known[node] = self.term(node)
        return self.known[node]

    def term(self, node: Node) -> bool:  # noqa: C901, PLR0911 - one case for each kind of term
        paper = self.paper
        match node:
            case Words(tokens, Scope.ANY, prefix):
                return self.phrase(tokens, Scope.TITLE, prefix) or self.phrase(tokens, Scope.ABSTRACT, prefix)
            case Words(tokens, scope, prefix):
                return self.phrase(tokens, scope, prefix)
            case Author(tokens):
                return any(in_name(name, tokens) for name in paper.authors)
            case Category(name):
                return any(
                    each.lower() == name or each.lower().startswith(f"{name}.") for each in paper.categories
                )
            case Organization(tokens):
                return set(tokens) <= set(plain_words(paper.organization))
            case Venue(tokens):
                return set(tokens) <= set(plain_words(paper.venue)) | set(plain_words(paper.comment))
            case From(source):
                return source in paper.sources
            case AtLeast(count, number):
                have = {Count.UPVOTES: paper.votes, Count.STARS: paper.stars, Count.COMMENTS: paper.comments}[
                    count
                ]
                return have is not None and have >= number
            case Has(what):
                return bool({"code": paper.code_url, "doi": paper.doi, "venue": paper.venue}[what])
            case Listed(since, until):
                day = paper.listed or paper.announced or paper.submitted
                return day is not None and (since is None or day >= since) and (until is None or day <= until)
        raise AssertionError(node)

    def phrase(self, tokens: tuple[str, ...], scope: Scope, prefix: bool) -> bool:
        return bool(ends_of(tokens, prefix, self.fields[scope]))


# Every run of up to five words of a text: what it spells -> its (start, end, letters before its last word).
Runs: TypeAlias = dict[str, list[tuple[int, int, int]]]


@cache
def letters(tokens: tuple[str, ...]) -> str:
    return "".join(f"<{token}>" if token in FUNCTION_WORDS else token for token in tokens)


def every_run(tokens: tuple[str, ...]) -> Runs:
    found: Runs = {}
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + 5, len(tokens)) + 1):
            run = (start, end, len(letters(tokens[start : end - 1])))
            found.setdefault(letters(tokens[start:end]), []).append(run)
    return found


def ends_of(tokens: tuple[str, ...], prefix: bool, runs: Runs) -> set[tuple[int, int]]:
    """Where a phrase starts and ends: its first four words are spelled by a run, the rest stands right after it."""
    head, rest = tokens[:4], tokens[4:]
    if prefix and not rest:
        wanted, before = letters(head[:-1]) + head[-1], len(letters(head[:-1]))
        return {run[:2] for said in runs if said.startswith(wanted) for run in runs[said] if run[2] <= before}
    found = {run[:2] for run in runs.get(letters(head), ())}
    if not rest or not found:
        return found
    after = ends_of(rest, prefix, runs)
    return {(start, end) for start, middle in found for begin, end in after if begin == middle}


def plain_words(text: str) -> list[str]:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in bare.lower()).split()


def in_name(name: str, tokens: tuple[str, ...]) -> bool:
    words = plain_words(name)
    return all(
        any(word == token or (len(token) == 1 and word.startswith(token)) for word in words)
        for token in tokens
    )


def some_words(rng: random.Random, low: int, high: int) -> str:
    return rng.choice((" ", " ", "-", ", ")).join(rng.choices(WORDS, k=rng.randint(low, high)))


def some_paper(rng: random.Random, number: int) -> Paper:
    return Paper(
        id=number,
        key=f"test:{number}",
        first_seen=NOW,
        title=some_words(rng, 0, 6),
        abstract=". ".join(some_words(rng, 1, 7) for _ in range(rng.randint(0, 4))),
        authors=tuple(rng.sample(NAMES, rng.randint(0, 3))),
        categories=tuple(
            rng.sample(("cs.CV", "cs.LG", "stat.ML", "hep-th", "astro-ph.CO"), rng.randint(0, 3))
        ),
        organization=rng.choice(("", "Google DeepMind", "Deep Blue Lab")),
        venue=rng.choice(("", "NeurIPS 2026", "ACL")),
        comment=rng.choice(("", "Accepted at ICML 2026", "12 pages, ACL findings")),
        code_url=rng.choice(("", "https://example.org/code")),
        doi=rng.choice(("", "10.1/x")),
        stars=rng.choice((None, 0, 5, 500)),
        votes=rng.randint(0, 20),
        comments=rng.randint(0, 3),
        sources=tuple(rng.sample(("arxiv", "huggingface", "feed"), rng.randint(0, 2))),
        listed=rng.choice((None, date(2026, 5, 1) + timedelta(rng.randint(0, 9)))),
        submitted=rng.choice((None, date(2026, 4, 30))),
    )


FILTERS = (
    "cat:cs.CV", "cat:cs", "cs.LG,stat.ML", "cat:hep-th", 'author:"Yang Song"', "author:y,jones", 'author:"Y. Song"',
    "author:nunez", "org:deepmind", 'org:"deep lab"', "venue:acl", "venue:2026", "source:arxiv", "source:other_one",
    "upvotes>=10", "stars>=1", "-stars>=3", "comments>1", "has:code", "has:doi", "has:venue", "since:2026-05-04",
    "until:2026-05-04", "topic:adapting", "topic:seen",
)  # fmt: skip


def some_term(rng: random.Random) -> str:
    if rng.random() < 0.25:
        return rng.choice(FILTERS)
    words = " ".join(rng.choices(WORDS, k=rng.choices((1, 2, 3, 4, 5, 6, 9), (8, 7, 4, 2, 1, 1, 1))[0]))
    field = rng.choices(("", "title:", "abstract:"), (6, 2, 1))[0]
    if rng.random() < 0.2:
        cut = words[: rng.randint(3, 12)].rstrip(" -*")
        return f'{field}"{cut}*"'
    return f'{field}"{words}"'


def some_query(rng: random.Random, depth: int = 2) -> str:
    if depth == 0 or rng.random() < 0.25:
        return some_term(rng)
    parts = [some_query(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    if rng.random() < 0.45:
        return f"({' OR '.join(parts)})"
    return f"({parts[0]} {' '.join(rng.choice(('', '', '-')) + part for part in parts[1:])})"


def read_queries(rng: random.Random, count: int) -> list[Query]:
    topics = Topics.shipped().with_own(OWN)
    found: dict[str, Query] = {}
    while len(found) < count:
        try:
            query = parse(some_query(rng), topics)
        except InvalidQuery:  # a single letter before *, or only small words: no question to ask
            continue
        found[query.key] = query
    return list(found.values())


@pytest.mark.parametrize("wanted", [PAIRS, pytest.param(5 * PAIRS, marks=pytest.mark.slow)])
def test_the_engine_never_disagrees_with_the_oracle(wanted: int) -> None:
    rng = random.Random(20260601)
    papers = [some_paper(rng, number) for number in range(PAPERS)]
    queries = read_queries(rng, wanted // PAPERS)
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    bitmaps = matcher.match(papers)
    pairs, hits, wrong = 0, 0, list[tuple[str, Paper]]()
    for at, paper in enumerate(papers):
        oracle = Oracle(paper)
        for query in queries:
            said = bool(bitmaps.get(query.key, 0) >> at & 1)
            pairs, hits = pairs + 1, hits + said
            if said is not oracle.says(query.node):
                wrong.append((query.canonical, paper))
    assert wrong[:3] == []
    assert wanted // 20 < hits < pairs // 2  # both answers are common, or the comparison says little


def test_one_paper_at_a_time_gives_the_same_answers_and_reasons() -> None:
    rng = random.Random(5)
    papers = [some_paper(rng, number) for number in range(60)]
    queries = read_queries(rng, 60)
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    bitmaps = matcher.match(papers)
    for at, paper in enumerate(papers):
        for query in queries:
            said = bool(bitmaps.get(query.key, 0) >> at & 1)
            assert matches(query, paper) is said
            assert bool(explain(query, paper)) is said


def test_the_hits_of_a_batch_are_what_explanations_tell_of_each_paper() -> None:
    rng = random.Random(7)
    papers = [some_paper(rng, number) for number in range(60)]
    queries = read_queries(rng, 200)
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    bitmaps, hits = matcher.match(papers), matcher.hits(papers)
    assert {key: found.matched for key, found in hits.items()} == bitmaps
    for query in queries:
        found = hits.get(query.key, NO_HITS)
        why = [explain(query, paper) for paper in papers]
        assert found.titled == mask_of(at for at, lines in enumerate(why) if "title" in " ".join(lines))
        assert found.twice & ~found.titled == 0
        assert (found.titled | found.elsewhere) == found.matched


def test_queries_come_and_go_without_a_trace() -> None:
    rng = random.Random(11)
    papers = [some_paper(rng, number) for number in range(80)]
    queries = read_queries(rng, 200)
    matcher, fresh = Matcher(), Matcher()
    empty = vars(Matcher())
    for query in queries:
        matcher.add(query)
    for query in queries[::2]:
        matcher.remove(query)
    for query in queries[1::2]:
        fresh.add(query)
    assert matcher.match(papers) == fresh.match(papers)
    for query in queries[1::2]:
        matcher.remove(query)
    assert vars(matcher) == empty
