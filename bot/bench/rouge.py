"""ROUGE F1 of a summary against a reference (Lin, 2004: https://aclanthology.org/W04-1013/).

Words are runs of a-z and 0-9 after lower-casing; no stemming, no stop words, no sentence splitting: the defaults of
the `rouge_score` package (https://github.com/google-research/google-research/tree/master/rouge).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rouge:
    """F1 scores from 0 to 1: shared words, shared pairs of words, longest common subsequence."""

    one: float
    two: float
    longest: float


def rouge(summary: str, reference: str) -> Rouge:
    """How much of `reference` is in `summary`, and the other way round."""
    ours, theirs = words(summary), words(reference)
    return Rouge(
        one=_overlap(ours, theirs, 1),
        two=_overlap(ours, theirs, 2),
        longest=_f1(longest_common(ours, theirs), len(ours), len(theirs)),
    )


def words(text: str) -> tuple[str, ...]:
    """The words ROUGE counts."""
    return tuple(_WORD.findall(text.lower()))


def longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest sequence of words that both hold in the same order, gaps allowed."""
    row = [0] * (len(second) + 1)
    for word in first:
        diagonal = 0
        for column, other in enumerate(second, start=1):
            above = row[column]
            row[column] = diagonal + 1 if word == other else max(above, row[column - 1])
            diagonal = above
    return row[-1]


def _overlap(ours: Sequence[str], theirs: Sequence[str], size: int) -> float:
    first, second = _grams(ours, size), _grams(theirs, size)
    return _f1((first & second).total(), first.total(), second.total())


def _grams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / (ours + theirs) if shared else 0.0
