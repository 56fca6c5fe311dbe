"""A query for the database: what the full-text index can say as an expression of its own, the rest as SQL.

What neither can say exactly is widened, and `exact` turns false: the caller then asks `matches()` of each paper found.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Any

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
    Venue,
    Words,
)
from bot.domain.text import FUNCTION_WORDS

from .fulltext import category_word
from .index import Index, Known, Run, bracketed
from .spelling import beginnings_of, runs_of

COUNTS = {Count.UPVOTES: "votes", Count.STARS: "stars", Count.COMMENTS: "comments"}
HAS = {
    "abstract": "abstract",
    "code": "code_url",
    "doi": "doi",
    "project": "project_url",
    "summary": "summary",
    "thumbnail": "thumbnail",
    "venue": "venue",
}
DEEPEST = 12  # SQLite's parsers give up on much deeper nesting
MOST_ORDERED = 4  # words whose every order is tried as a phrase: 24
DAY = "coalesce(p.listed, p.announced, p.submitted)"


@dataclass(frozen=True, slots=True)
class Match:
    """An expression of the index; when it is not exact, it finds too much and never too little."""

    text: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Where:
    """An SQL condition over `paper p`; exact as above."""

    text: str
    values: tuple[Any, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole query for the database."""

    match: str  # "" when the index has nothing to say
    where: Where
    exact: bool
    unsure: tuple[Node, ...] = ()  # the parts that are not exact; a paper that is found has all others


class Writer:
    """Writes queries for a database that has these words."""

    def __init__(self, index: Index, known: Known) -> None:
        self._index = index
        self._known = known
        self._keeps_all = index.is_exact(known)
        self._said: dict[Node, Match | None] = {}

    def asked(self, node: Node) -> Asked:
        """The whole query: as much of it as can be goes to the index."""
        parts = node.nodes if isinstance(node, And) else (node,)
        said = [part for part in parts if self._can_match(part)]
        match = self.match(And(tuple(said))) if said else None
        rest = [part for part in parts if match is None or part not in said]
        where = _joined(" AND ", [self.where(part) for part in rest]) if rest else Where("TRUE")
        exact = where.exact and (match is None or match.exact)
        unsure = () if exact else tuple(part for part in parts if not self._is_sure(part))
        return Asked(match=match.text if match else "", where=where, exact=exact, unsure=unsure)

    def match(self, node: Node) -> Match | None:
        """What the index can say of a node; None when it cannot."""
        if node not in self._said:
            self._said[node] = None if _depth(node) > DEEPEST else self._match(node)
        return self._said[node]

    def side_by_side(self, words: Sequence[Words]) -> Match | None:
        """These words in the title as one phrase, in whatever order; None when that says no more than one of them."""
        if len(words) < 2 or any(part.prefix for part in words):
            return None
        parts = [part.tokens for part in words]
        orders = permutations(parts) if len(parts) <= MOST_ORDERED else [tuple(parts)]
        runs = dict.fromkeys(tuple(word for part in order for word in part) for order in orders)
        return Match(self._index.phrases(Scope.TITLE, runs))

    def where(self, node: Node, *, positive: bool = True, deep: int = 0) -> Where:
        """A node as SQL over `paper p`; inside a "not" it is narrowed, not widened, where it is not exact."""
        if deep > DEEPEST:
            return Where("TRUE" if positive else "FALSE", exact=False)
        found = self.match(node)
        if found is not None:
            return self._within(found, positive=positive)
        match node:
            case And(nodes) | Or(nodes):
                word = " AND " if isinstance(node, And) else " OR "
                return _joined(word, [self.where(part, positive=positive, deep=deep + 1) for part in nodes])
            case Not(inner):
                denied = self.where(inner, positive=not positive, deep=deep + 1)
                return Where(f"NOT {denied.text}", denied.values, denied.exact)
            case _:
                return self._plain(node)

    def _is_sure(self, part: Node) -> bool:
        found = self.match(part.node if isinstance(part, Not) else part)
        return self.where(part).exact if found is None else found.exact

    def _can_match(self, part: Node) -> bool:
        return self.match(part.node if isinstance(part, Not) else part) is not None

    def _match(self, node: Node) -> Match | None:  # noqa: PLR0911 - one case for each kind of term
        match node:
            case Words(tokens, scope, prefix):
                return self._words(tokens, scope, prefix=prefix)
            case Author(tokens):
                return Match(self._index.field("authors", tokens, initials=True), exact=len(tokens) == 1)
            case Organization(tokens):
                return Match(self._index.field("organization", tokens))
            case Venue(tokens):
                return Match(self._index.field("venue", tokens))
            case Category(name):
                return Match(self._index.field("categories", [category_word(name)]))
            case And(nodes):
                return self._all(nodes)
            case Or(nodes):
                return self._any(nodes)
            case _:
                return None

    def _words(self, tokens: Run, scope: Scope, *, prefix: bool) -> Match:
        if not prefix:
            runs = runs_of(tokens, self._known)
            return Match(self._index.phrases(scope, runs), exact=self._keeps_all)
        runs = beginnings_of(tokens, self._known)
        # "the*" is no function word, but the index cannot leave out "the" and "these".
        exact = not any(word.startswith(run[-1]) for run in runs for word in FUNCTION_WORDS)
        return Match(self._index.phrases(scope, runs, prefix=True), exact=exact and self._keeps_all)

    def _all(self, nodes: Sequence[Node]) -> Match | None:
        wanted = [self.match(node) for node in nodes if not isinstance(node, Not)]
        denied = [self.match(node.node) for node in nodes if isinstance(node, Not)]
        if not wanted or None in wanted or None in denied:
            return None
        sure = [part.text for part in denied if part is not None and part.exact]
        parts = [part for part in wanted if part is not None]
        text = self._index.every([part.text for part in parts], sure)
        return Match(text, exact=all(part.exact for part in parts) and len(sure) == len(denied))

    def _any(self, nodes: Sequence[Node]) -> Match | None:
        parts = [self.match(node) for node in nodes]
        if None in parts:
            return None
        found = [part for part in parts if part is not None]
        return Match(self._index.some([part.text for part in found]), exact=all(part.exact for part in found))

    def _plain(self, node: Node) -> Where:
        """A term that only the paper's row can answer."""
        match node:
            case AtLeast(count, number):
                return Where(f"coalesce(p.{COUNTS[count]}, -1) >= ?", (number,))
            case Has(what):
                return Where(f"p.{HAS[what]} <> ''")
            case From(source):
                named = json.dumps(source, ensure_ascii=False)
                return Where(self._index.contains.format(text="p.sources"), (named,))
            case Listed(since, until):
                days = (str(since or date.min), str(until or date.max))
                return Where(f"{DAY} BETWEEN ? AND ?", days)
            case _:
                raise TypeError(f"{node!r} is not a plain term; resolve topics and kinds first.")

    def _within(self, found: Match, *, positive: bool) -> Where:
        if not found.exact and not positive:
            return Where("FALSE", exact=False)
        return Where(self._index.inside, (found.text,), found.exact)


def _joined(word: str, parts: Sequence[Where]) -> Where:
    return Where(
        bracketed(word, [part.text for part in parts]),
        tuple(value for part in parts for value in part.values),
        all(part.exact for part in parts),
    )


def _depth(node: Node) -> int:
    match node:
        case And(nodes) | Or(nodes):
            return 1 + max(map(_depth, nodes))
        case Not(inner):
            return 1 + _depth(inner)
        case _:
            return 0
