"""The matching bench: it runs, its figures are data, and its peers do the work they are timed on."""

from __future__ import annotations

import json

import pytest

from bot.bench import match
from bot.bench.word_model import WordModel
from bot.domain.matching import Matcher
from bot.domain.query import parse


def test_the_bench_prints_a_row_for_each_size_and_returns_its_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(match, "SIZES", (40, 80))
    monkeypatch.setattr(match, "PAPERS", 30)
    monkeypatch.setattr(match, "ROUNDS", 1)
    monkeypatch.setattr(match, "_SAMPLE", (10, 5))
    monkeypatch.setattr(match, "_ADDED", 20)
    lines: list[str] = []
    figures = json.loads(json.dumps(match.run(out=lines.append)))
    assert [row["subscriptions"] for row in figures["rows"]] == [40, 80]
    assert all(row["regex_ratio"] > 0 and row["add_us"] > 0 for row in figures["rows"])
    assert lines[-1].split()[0] == "80"


def test_the_peers_answer_like_the_engine_where_no_compound_is_joined() -> None:
    model = WordModel.seeded(3, words=2_000, phrases=3_000)
    papers = model.papers(40)
    queries = [parse(text) for text in model.queries(150)]
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    ours = matcher.match(papers)
    regex, substring = match._by_regex(queries), match._by_substring(papers)
    agreed = {"regex": 0, "substring": 0}
    for at, paper in enumerate(papers):
        for query in queries:
            said = bool(ours.get(query.key, 0) >> at & 1)
            agreed["regex"] += match._holds(query.node, paper, regex) is said
            agreed["substring"] += match._holds(query.node, paper, substring) is said
    pairs = len(papers) * len(queries)
    assert sum(bitmap.bit_count() for bitmap in ours.values()) > pairs // 100
    assert agreed["substring"] > 0.99 * pairs
    assert agreed["regex"] > 0.98 * pairs


def test_the_word_model_says_the_same_for_the_same_seed() -> None:
    one, other = (WordModel.seeded(5, words=500, phrases=500) for _ in range(2))
    assert one.papers(3) == other.papers(3)
    assert one.queries(20) == other.queries(20)
