"""How high a paper stands in one destination's digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import log2, log10

from .hits import Hits
from .paper import Paper

TITLE_HIT = 2.0
TITLE_HITS_COUNTED = 2  # a title that repeats the query's words is not better still
OTHER_HIT = 1.0
DAY_OF_AGE = 0.5
OLDEST = 14  # days; beyond them age says nothing more
COMMUNITY = 0.5


def strength(titles: int, *, elsewhere: bool) -> float:
    """How much one query wants a paper: 2 for each title hit (two count), 1 for being matched anywhere else."""
    return TITLE_HIT * min(titles, TITLE_HITS_COUNTED) + OTHER_HIT * elsewhere


def strengths(hits: Hits, mask: int) -> Iterator[tuple[float, int]]:
    """The papers of a mask, by how much a query wants them: each strength with its papers."""
    titles = (mask & ~hits.titled, hits.titled & ~hits.twice, hits.twice)
    for count, titled in enumerate(titles):
        for elsewhere, told in ((False, ~hits.elsewhere), (True, hits.elsewhere)):
            if papers := mask & titled & told:
                yield strength(count, elsewhere=elsewhere), papers


def score(matches: float, merits: float) -> float:
    """A paper's rank, higher first: the strengths of all subscriptions that matched, and what it brings along.

    Added up, so that two subscriptions that want a paper beat one.
    """
    return round(matches + merits, 4)


def merit(paper: Paper, today: date) -> float:
    """What a paper brings along, whoever wants it: its votes + its community - its age.

    votes      log2(1 + votes): 1 vote is 1, 127 votes are 7
    community  half of log10(1 + stars) and of log2(1 + comments)
    age        half a point for each day since the newest day it was listed, at most 14 days
    """
    votes = log2(1 + max(paper.votes, 0))
    community = log10(1 + max(paper.stars or 0, 0)) + log2(1 + max(paper.comments, 0))
    return votes + COMMUNITY * community - DAY_OF_AGE * _age(paper, today)


def turn_of(paper: Paper) -> tuple[int, int]:
    """Sort key among papers of one score: the newer listing first, then the older id."""
    return (-(paper.listed or date.min).toordinal(), paper.id)


def _age(paper: Paper, today: date) -> int:
    if paper.listed is None:
        return OLDEST
    return min(max((today - paper.listed).days, 0), OLDEST)
