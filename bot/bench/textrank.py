"""TextRank for sentences (Mihalcea and Tarau, 2004: https://aclanthology.org/W04-3252/), the peer to beat.

A graph of sentences, weighted by the words two of them share over the logarithms of their lengths; PageRank on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Final

from bot.bench.rouge import words

DAMPING: Final = 0.85
_CONVERGED: Final = 1e-6
_ROUNDS_AT_MOST: Final = 100
_STOP_WORDS: Final = frozenset(
    words("""
    a about across after all also although an and any are as at be because been before being between both but by can
    could do does during each either for from further had has have having here how however i if in into is it its may
    more most much no nor not of on once only or other our out over own same should so some such than that the their
    them then there these they this those through thus to too under until up upon us very was we were what when where
    whether which while who whose will with within without would yet you your
    """)
)


def textrank(sentences: Sequence[str], *, content_only: bool = False) -> tuple[int, ...]:
    """The indices of `sentences`, the most central first; `content_only` leaves function words out of the overlap."""
    bags = [_bag(sentence, content_only=content_only) for sentence in sentences]
    weights = [[0.0 if i == j else similarity(a, b) for j, b in enumerate(bags)] for i, a in enumerate(bags)]
    rank = _power_iteration(weights)
    return tuple(sorted(range(len(sentences)), key=lambda i: (-rank[i], i)))


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared words over log lengths; 0 where a sentence has fewer than two words."""
    if min(len(first), len(second)) < 2:
        return 0.0
    return len(first & second) / (log(len(first)) + log(len(second)))


def _bag(sentence: str, *, content_only: bool) -> frozenset[str]:
    bag = frozenset(words(sentence))
    return bag - _STOP_WORDS if content_only else bag


def _power_iteration(weights: Sequence[Sequence[float]]) -> list[float]:
    size = len(weights)
    leaving = [sum(row) for row in weights]
    rank = [1.0] * size
    for _ in range(_ROUNDS_AT_MOST):
        shares = [score / out if out else 0.0 for score, out in zip(rank, leaving, strict=True)]
        # The graph is undirected, so a row is what comes in as well as what goes out.
        new = [
            1 - DAMPING + DAMPING * sum(w * s for w, s in zip(row, shares, strict=True)) for row in weights
        ]
        moved = max((abs(a - b) for a, b in zip(rank, new, strict=True)), default=0.0)
        rank = new
        if moved < _CONVERGED:
            break
    return rank
