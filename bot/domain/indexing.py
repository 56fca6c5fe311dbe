"""A batch of papers, indexed only by what is asked: each term becomes a bitmap, bit i for papers[i]."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

from .paper import Paper
from .phrases import runs, stands_in
from .query_form import stretches
from .terms import (
    AtLeast,
    Author,
    Category,
    Count,
    From,
    Has,
    Listed,
    Organization,
    Scope,
    Term,
    Venue,
    Words,
)
from .text import fold, pieces

V = TypeVar("V")
_FIELD_END = "\n"  # no phrase spells it, so that no run crosses it

_HAS: dict[str, Callable[[Paper], object]] = {
    "abstract": lambda paper: paper.abstract,
    "code": lambda paper: paper.code_url,
    "doi": lambda paper: paper.doi,
    "project": lambda paper: paper.project_url,
    "summary": lambda paper: paper.summary,
    "thumbnail": lambda paper: paper.thumbnail,
    "venue": lambda paper: paper.venue,
}
_COUNTS: dict[Count, Callable[[Paper], int | None]] = {
    Count.UPVOTES: lambda paper: paper.votes,
    Count.STARS: lambda paper: paper.stars,
    Count.COMMENTS: lambda paper: paper.comments,
}


class PaperIndex:
    """A batch of papers; every table is built the first time a term needs it."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self.full = (1 << len(papers)) - 1

    @cached_property
    def pieces(self) -> dict[Scope, list[list[str]]]:
        """The words of each paper's title and abstract, ready to be joined."""
        return {
            Scope.TITLE: [_pieces(paper.title) for paper in self.papers],
            Scope.ABSTRACT: [_pieces(paper.abstract) for paper in self.papers],
        }

    def bitmap(self, term: Term, among: int | None = None) -> int:  # noqa: C901, PLR0911 - one case for each kind of term
        """Return which papers a plain term holds for; `among` are the only candidates, where they are known."""
        match term:
            case Words(_, Scope.ANY, _):
                titles, abstracts = (
                    Words(term.tokens, scope, term.prefix) for scope in (Scope.TITLE, Scope.ABSTRACT)
                )
                return self.bitmap(titles, among) | self.bitmap(abstracts, among)
            case Words():
                return self._words(term, self.full if among is None else among)
            case Author(tokens):
                return self._author(tokens)
            case Organization(tokens):
                return self._all_of(tokens, self._organizations)
            case Venue(tokens):
                return self._all_of(tokens, self._venues)
            case Category(name):
                return self._categories.get(name, 0)
            case From(source):
                return self._sources.get(source, 0)
            case Has(what):
                return self._where(lambda paper: bool(_HAS[what](paper)))
            case AtLeast(count, number):
                return _union(bits for value, bits in self._counts[count].items() if value >= number)
            case Listed(since, until):
                low, high = since or date.min, until or date.max
                return _union(bits for day, bits in self._days.items() if low <= day <= high)
            case _:
                raise TypeError(f"{term!r} is not a plain term; resolve topics and kinds first.")

    def _words(self, term: Words, among: int) -> int:
        fields = self.pieces[term.scope]
        if term.prefix:
            among &= self._beginning(term)
        return sum(1 << at for at in places(among) if stands_in(term, fields[at]))

    def _beginning(self, term: Words) -> int:
        """Return the papers with a word that could end the prefix's run; all that hold it are among them."""
        head, _, last = stretches(term.tokens, prefix=True)[-1].removesuffix("*").partition(">")
        names, bitmaps = self._vocabulary[term.scope]
        found = 0
        for cut in range(len(head) + 1):
            begin = (head + last)[cut:]
            for at in range(bisect_left(names, begin), len(names)):
                if not names[at].startswith(begin):
                    break
                found |= bitmaps[names[at]]
        return found

    @cached_property
    def _vocabulary(self) -> dict[Scope, tuple[list[str], dict[str, int]]]:
        tables = {scope: _by_value(map(set, fields)) for scope, fields in self.pieces.items()}
        return {scope: (sorted(table), table) for scope, table in tables.items()}

    def _author(self, tokens: tuple[str, ...]) -> int:
        """All the words in one name; a single letter is an initial and stands for a word that begins so."""
        among = self._all_of([token for token in tokens if len(token) > 1], self._authors)
        if len(tokens) == 1 and len(tokens[0]) > 1:
            return among
        return sum(1 << at for at in places(among) if named(self.papers[at], tokens))

    def _all_of(self, tokens: Iterable[str], table: Mapping[str, int]) -> int:
        found = self.full
        for token in tokens:
            found &= table.get(token, 0)
        return found

    def _where(self, holds: Callable[[Paper], bool]) -> int:
        return sum(1 << at for at, paper in enumerate(self.papers) if holds(paper))

    @cached_property
    def _authors(self) -> dict[str, int]:
        return _by_value(set(fold(" | ".join(paper.authors))) for paper in self.papers)

    @cached_property
    def _organizations(self) -> dict[str, int]:
        return _by_value(set(fold(paper.organization)) for paper in self.papers)

    @cached_property
    def _venues(self) -> dict[str, int]:
        return _by_value({*fold(paper.venue), *fold(paper.comment)} for paper in self.papers)

    @cached_property
    def _categories(self) -> dict[str, int]:
        return _by_value(map(_category_names, self.papers))

    @cached_property
    def _sources(self) -> dict[str, int]:
        return _by_value(set(paper.sources) for paper in self.papers)

    @cached_property
    def _days(self) -> dict[date, int]:
        return _by_value(_present(day_of(paper)) for paper in self.papers)

    @cached_property
    def _counts(self) -> dict[Count, dict[int, int]]:
        return {
            count: _by_value(_present(value(paper)) for paper in self.papers)
            for count, value in _COUNTS.items()
        }


class OnePaper(PaperIndex):
    """One paper against many terms: what its words spell is worked out once, so that a phrase is one look-up."""

    def __init__(self, paper: Paper) -> None:
        super().__init__((paper,))
        self._texts = {Scope.TITLE: paper.title, Scope.ABSTRACT: paper.abstract}

    @cached_property
    def _spelled(self) -> dict[Scope, frozenset[str]]:
        return {scope: _spelled_in(text) for scope, text in self._texts.items()}

    def bitmap(self, term: Term, among: int | None = None) -> int:
        """As of a batch; a topic asks for a hundred phrases, most of which stand nowhere."""
        if isinstance(term, Words) and term.scope is Scope.ANY and not term.prefix:
            first, *rest = _stretches(term.tokens)
            title, abstract = self._spelled.values()
            if first not in title and first not in abstract:
                return 0
            if not rest:
                return self.full if among is None else among
        return super().bitmap(term, among)

    def _words(self, term: Words, among: int) -> int:
        if term.prefix:
            return super()._words(term, among)
        first, *rest = _stretches(term.tokens)
        if first not in self._spelled[term.scope]:
            return 0
        return super()._words(term, among) if rest else among


# A day's best papers are explained to many destinations, and to each of their subscriptions.
@lru_cache(maxsize=1_024)  # titles and abstracts of the papers of a busy day
def _spelled_in(text: str) -> frozenset[str]:
    """What every run of words of a text spells."""
    return frozenset(runs(_pieces(text)))


_pieces = lru_cache(maxsize=512)(pieces)  # a page's papers are explained, and then labelled
_stretches = lru_cache(maxsize=16_384)(stretches)  # a topic's phrases are asked of every paper


def places(bitmap: int) -> list[int]:
    """Return the positions of the bits that are set, lowest first: papers[i] of the batch for each."""
    ones = bin(bitmap)[:1:-1]  # lowest bit first; found at C speed
    found, at = [], ones.find("1")
    while at >= 0:
        found.append(at)
        at = ones.find("1", at + 1)
    return found


def day_of(paper: Paper) -> date | None:
    """Return the day `since:` and `until:` go by: listed, else announced, else submitted."""
    return paper.listed or paper.announced or paper.submitted


def named(paper: Paper, tokens: Iterable[str]) -> str:
    """Return the first author whose name has all these words, or ""."""
    wanted = list(tokens)
    return next((name for name in paper.authors if names_all(fold(name), wanted)), "")


def names_all(words: list[str], wanted: Sequence[str]) -> bool:
    """Whether a name of these words has all that are wanted; a single letter stands for a word that begins so."""
    return all(
        token in words or (len(token) == 1 and any(word[0] == token for word in words)) for token in wanted
    )


def _category_names(paper: Paper) -> set[str]:
    low = {category.lower() for category in paper.categories}
    return low | {category.partition(".")[0] for category in low}


def _present(value: V | None) -> tuple[V, ...]:
    return () if value is None else (value,)


def _by_value(values: Iterable[Iterable[V]]) -> dict[V, int]:
    table: defaultdict[V, int] = defaultdict(int)
    for at, each in enumerate(values):
        bit = 1 << at
        for value in each:
            table[value] |= bit
    return dict(table)


def _union(bitmaps: Iterable[int]) -> int:
    found = 0
    for bitmap in bitmaps:
        found |= bitmap
    return found


def found_runs(index: PaperIndex, phrases: Mapping[Scope, set[str]]) -> dict[Scope, dict[str, int]]:
    """Return for each scope spelled phrase -> bitmap, for all short phrases looked for at once.

    Not `bitmap()` phrase by phrase: the runs of a paper are looked up among all phrases at C speed, so the cost hardly
    grows with their number.
    """
    titles, abstracts = index.pieces[Scope.TITLE], index.pieces[Scope.ABSTRACT]
    whole = ([*title, _FIELD_END, *abstract] for title, abstract in zip(titles, abstracts, strict=True))
    return {
        Scope.ANY: _found(whole, phrases[Scope.ANY]),
        Scope.TITLE: _found(titles, phrases[Scope.TITLE]),
        Scope.ABSTRACT: _found(abstracts, phrases[Scope.ABSTRACT]),
    }


def found_in_titles(index: PaperIndex, phrases: set[str]) -> dict[str, int]:
    """Return spelled phrase -> bitmap of the titles it stands in, for all short phrases looked for at once."""
    return _found(index.pieces[Scope.TITLE], phrases)


def _found(fields: Iterable[Sequence[str]], phrases: set[str]) -> dict[str, int]:
    if not phrases:
        return {}
    bits: defaultdict[str, int] = defaultdict(int)
    for at, words in enumerate(fields):
        bit = 1 << at
        for phrase in phrases.intersection(runs(words)):
            bits[phrase] |= bit
    return dict(bits)
