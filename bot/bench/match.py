"""`paperround bench match`: a day of papers against many subscriptions, beside the ways people usually do it."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time
from typing import TypeAlias

from bot.domain.explaining import holds
from bot.domain.indexing import PaperIndex
from bot.domain.matching import Matcher
from bot.domain.paper import Paper
from bot.domain.query import Query, parse
from bot.domain.terms import And, Author, Category, Node, Not, Or, Scope, Words
from bot.domain.text import normalise

from .word_model import WordModel

NAME = "match"
HELP = "Match 2,000 papers to many subscriptions, against a regex for each and a substring for each."

PAPERS = 2_000
SIZES = (1_000, 10_000, 100_000)
FULL = 1_000_000
ROUNDS = 3
_SAMPLE = (
    300,
    40,
)  # subscriptions x papers the slow peers are timed on; their time is scaled up to all pairs
_ADDED = 5_000  # subscriptions added and removed to time one

Says: TypeAlias = Callable[[Words, Paper], bool]


def run(*, full: bool = False, out: Callable[[str], None] = print) -> dict[str, object]:
    """Print the table and return its figures; CPU seconds, median of three interleaved rounds."""
    model = WordModel.seeded()
    papers = model.papers(PAPERS)
    characters = sum(len(paper.title) + len(paper.abstract) for paper in papers)
    out(
        f"{PAPERS:,} made-up papers, {characters / 1e6:.1f} MB of text. CPU seconds, median of {ROUNDS} interleaved rounds."
    )
    out(
        f"regex and substring: timed on {_SAMPLE[0]} subscriptions x {_SAMPLE[1]} papers and scaled to all pairs (~).\n"
    )
    out(f"{'subscriptions':>13} {'distinct':>9} {'bitmaps':>9} {'tokenise':>9} {'~substring':>11} {'~regex':>10}"
        f" {'regex/ours':>11} {'add us':>7} {'remove us':>9} {'MB kept':>8} {'MB peak':>8}")  # fmt: skip
    rows = [_row(model, papers, size, out) for size in (*SIZES, *((FULL,) if full else ()))]
    return {"papers": PAPERS, "characters": characters, "rows": rows}


def _row(model: WordModel, papers: list[Paper], size: int, out: Callable[[str], None]) -> dict[str, object]:
    queries = list(map(parse, model.queries(size)))
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    seconds = _interleaved(
        {
            "bitmaps": lambda: matcher.match(papers),
            "tokenise": lambda: [normalise(paper.title) + normalise(paper.abstract) for paper in papers],
            "substring": lambda: _each(_by_substring(papers[: _SAMPLE[1]]), queries, papers),
            "regex": lambda: _each(_by_regex(queries[: _SAMPLE[0]]), queries, papers),
        }
    )
    pairs = (size / min(size, _SAMPLE[0])) * (len(papers) / _SAMPLE[1])
    substring, regex = seconds["substring"] * pairs, seconds["regex"] * pairs
    added, removed = _one_more(matcher, model)
    kept, peak = _megabytes(queries, papers)
    ratio = regex / seconds["bitmaps"]
    out(
        f"{size:>13,} {len(matcher):>9,} {seconds['bitmaps']:>9.3f} {seconds['tokenise']:>9.3f} {substring:>11,.1f}"
        f" {regex:>10,.0f} {ratio:>10,.0f}x {added:>7.1f} {removed:>9.1f} {kept:>8.0f} {peak:>8.0f}"
    )
    return {
        "subscriptions": size,
        "distinct": len(matcher),
        "cpu_s": round(seconds["bitmaps"], 4),
        "tokenise_cpu_s": round(seconds["tokenise"], 4),
        "substring_cpu_s": round(substring, 2),
        "regex_cpu_s": round(regex, 1),
        "regex_ratio": round(ratio, 2),
        "add_us": round(added, 2),
        "remove_us": round(removed, 2),
        "kept_mb": round(kept, 1),
        "peak_mb": round(peak, 1),
    }


def _interleaved(engines: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Time each engine in turn, several times over, so that none has the machine's quiet moment to itself."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            start = process_time()
            engine()
            taken[name].append(process_time() - start)
    return {name: median(times) for name, times in taken.items()}


def _each(says: Says, queries: Sequence[Query], papers: Sequence[Paper]) -> int:
    """Ask every sampled query of every sampled paper: what both peers do, with their own idea of a phrase."""
    return sum(
        _holds(query.node, paper, says) for paper in papers[: _SAMPLE[1]] for query in queries[: _SAMPLE[0]]
    )


def _holds(node: Node, paper: Paper, says: Says) -> bool:  # noqa: PLR0911 - one case for each kind of node
    match node:
        case And(nodes):
            return all(_holds(each, paper, says) for each in nodes)
        case Or(nodes):
            return any(_holds(each, paper, says) for each in nodes)
        case Not(inner):
            return not _holds(inner, paper, says)
        case Words():
            return says(node, paper)
        case Category(name):
            return any(category.lower() == name for category in paper.categories)
        case Author(tokens):
            return any(set(tokens) <= set(name.lower().split()) for name in paper.authors)
        case _:
            return holds(node, PaperIndex((paper,)))


def _by_regex(queries: Sequence[Query]) -> Says:
    """Return the usual way: a compiled regex on word boundaries for each phrase, searched in the text itself."""
    compiled = {words: _regex(words) for query in queries for words in _phrases(query.node)}

    def says(words: Words, paper: Paper) -> bool:
        search = compiled[words].search
        return bool(search(paper.title) or (words.scope is Scope.ANY and search(paper.abstract)))

    return says


def _regex(words: Words) -> re.Pattern[str]:
    return re.compile(
        r"\b" + r"[\s-]+".join(rf"{re.escape(token)}(?:e?s)?" for token in words.tokens) + r"\b",
        re.IGNORECASE,
    )


def _phrases(node: Node) -> list[Words]:
    match node:
        case And(nodes) | Or(nodes):
            return [words for each in nodes for words in _phrases(each)]
        case Not(inner):
            return _phrases(inner)
        case Words():
            return [node]
        case _:
            return []


def _by_substring(papers: Sequence[Paper]) -> Says:
    """Return the careful way: `" phrase "` in the text, normalised once beforehand."""
    texts = {
        paper.id: tuple(f" {' '.join(normalise(text))} " for text in (paper.title, paper.abstract))
        for paper in papers
    }

    def says(words: Words, paper: Paper) -> bool:
        phrase = f" {' '.join(words.tokens)} "
        title, abstract = texts[paper.id]
        return phrase in title or (words.scope is Scope.ANY and phrase in abstract)

    return says


def _one_more(matcher: Matcher, model: WordModel) -> tuple[float, float]:
    """Return microseconds to add one subscription, and to remove it, at this size."""
    more = list(map(parse, model.queries(_ADDED)))
    start = process_time()
    for query in more:
        matcher.add(query)
    between = process_time()
    for query in more:
        matcher.remove(query)
    return 1e6 * (between - start) / _ADDED, 1e6 * (process_time() - between) / _ADDED


def _megabytes(queries: Sequence[Query], papers: Sequence[Paper]) -> tuple[float, float]:
    """Return what the matcher keeps for these queries, and the most a batch takes on top, in MB."""
    tracemalloc.start()
    matcher = Matcher()
    for query in queries:
        matcher.add(query)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    matcher.match(papers)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / 1e6, (peak - kept) / 1e6
