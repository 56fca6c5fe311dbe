"""When two descriptions are one paper. A wrong merge is worse than a duplicate, so doubt means two."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from bot.domain.text import fold

T = TypeVar("T")

# Strongest first. Two papers that both have a key of one kind are judged by the first such kind alone.
STRONG = ("arxiv", "doi", "openreview", "acl")
WEAK = ("url", "hash", "id")  # "id" is a row that was merged away

# Share of the shorter abstract's pairs of neighbouring words that the longer one has. Two abstracts on one subject
# share one pair in ten; one abstract cut short, all; its second version, about half.
SAME_ABSTRACT = 0.5
SAME_ABSTRACT_SAME_AUTHORS = 0.3
SAME_TITLE = 0.75  # share of the shorter title's words, for items that a feed gives one link
TELLING_WORDS = 8  # an abstract of fewer words says nothing ("Editorial.", "No abstract available")
TELLING_TITLE = 5  # without an abstract, a title of fewer words may be anybody's ("Introduction")


@dataclass(slots=True)
class Work:
    """What is known of a paper that tells it from others."""

    title_fold: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    keys: set[str] = field(default_factory=set)


def kind_of(key: str) -> str:
    """The kind of a key: what stands before its first colon."""
    return key.partition(":")[0]


def by_strength(keys: Iterable[str]) -> list[str]:
    """The keys, strongest first."""
    return sorted(keys, key=lambda key: (_strength(key), key))


def same_keys(mine: Iterable[str], theirs: Iterable[str]) -> bool | None:
    """Whether the identifiers say "one paper"; None when they do not say."""
    ours, others = set(mine), set(theirs)
    for kind in STRONG:
        left = {key for key in ours if kind_of(key) == kind}
        right = {key for key in others if kind_of(key) == kind}
        if left and right:
            return not left.isdisjoint(right)
    return None


def same_work(mine: Work, theirs: Work, *, by_title: bool = True) -> bool:
    """Whether two papers are one by their identifiers, or else by title, abstract and authors together.

    `by_title` says whether a telling title may stand alone where one of them has no abstract.
    """
    told = same_keys(mine.keys, theirs.keys)
    if told is not None:
        return told
    if mine.title_fold != theirs.title_fold:
        return False
    authors = same_authors(mine.authors, theirs.authors)
    if authors is False:
        return False
    abstracts = same_abstract(mine.abstract, theirs.abstract, authors=bool(authors))
    if _identified(mine) and _identified(theirs):
        return bool(authors) and bool(abstracts)
    if abstracts is None:
        return by_title and (bool(authors) or len(fold(mine.title)) >= TELLING_TITLE)
    return abstracts


def same_page(mine: Work, theirs: Work) -> bool:
    """Whether two papers that share a web address or a title's hash are one: a feed may give all items one link."""
    told = same_keys(mine.keys, theirs.keys)
    if told is not None:
        return told
    if mine.title_fold == theirs.title_fold:
        return same_abstract(mine.abstract, theirs.abstract, authors=False) is not False
    return _share(set(fold(mine.title)), set(fold(theirs.title))) >= SAME_TITLE


def same_authors(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool | None:
    """Whether one author stands on both lists, however names are written; None when a list is empty."""
    left, right = _surnames(mine), _surnames(theirs)
    if not left or not right:
        return None
    return not left.isdisjoint(right)


def same_abstract(mine: str, theirs: str, *, authors: bool) -> bool | None:
    """Whether two abstracts agree, one of them perhaps cut short; None when one says nothing."""
    left, right = _pairs(mine), _pairs(theirs)
    if min(len(left), len(right)) < TELLING_WORDS:
        return None
    return _share(left, right) >= (SAME_ABSTRACT_SAME_AUTHORS if authors else SAME_ABSTRACT)


def _strength(key: str) -> int:
    kind = kind_of(key)
    return WEAK.index(kind) + len(STRONG) + 1 if kind in WEAK else _place(kind)


def _place(kind: str) -> int:
    """Our own strong kinds, then those of sources we do not know."""
    return STRONG.index(kind) if kind in STRONG else len(STRONG)


def _identified(work: Work) -> bool:
    return any(kind_of(key) in STRONG for key in work.keys)


@lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(fold(text)))


def _share(left: AbstractSet[T], right: AbstractSet[T]) -> float:
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0


@lru_cache(maxsize=4096)
def _surnames(names: tuple[str, ...]) -> frozenset[str]:
    """Each name's words but initials: "Doe, J.", "Jane Doe" and "J. Doe" share "doe"."""
    return frozenset(word for name in names for word in fold(name)[-1:] + fold(name)[:1] if len(word) > 1)
