"""How high a paper stands in one destination's digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import log2, log10

from .digest import Pick, Why
from .paper import Paper

TITLE_HIT = 2.0
TITLE_HITS_COUNTED = 2  # a title that repeats the query's words is not better still
OTHER_HIT = 1.0
DAY_OF_AGE = 0.5
OLDEST = 14  # days; beyond them age says nothing more
COMMUNITY = 0.5


def strength(hits: Sequence[str]) -> float:
    """How much one query wants a paper: 2 for each title hit (two count), 1 for being matched anywhere else."""
    titles = sum(_is_title(hit) for hit in hits)
    elsewhere = OTHER_HIT if len(hits) > titles else 0.0
    return TITLE_HIT * min(titles, TITLE_HITS_COUNTED) + elsewhere


def score(paper: Paper, why: Sequence[Why], today: date) -> float:
    """A paper's rank, higher first: how it matched + its votes + its community - its age.

    matches    the strength of every subscription that matched, added up: two that want it beat one
    votes      log2(1 + votes): 1 vote is 1, 127 votes are 7
    community  half of log10(1 + stars) and of log2(1 + comments)
    age        half a point for each day since the newest day it was listed, at most 14 days
    """
    matches = sum(strength(reason.hits) for reason in why)
    votes = log2(1 + max(paper.votes, 0))
    community = log10(1 + max(paper.stars or 0, 0)) + log2(1 + max(paper.comments, 0))
    return round(matches + votes + COMMUNITY * community - DAY_OF_AGE * _age(paper, today), 4)


def order(pick: Pick) -> tuple[float, int, int]:
    """Sort key of a pick: the better score first, then the newer listing, then the older id."""
    listed = pick.paper.listed or date.min
    return (-pick.score, -listed.toordinal(), pick.paper.id)


def _is_title(hit: str) -> bool:
    return hit.startswith("title ") or hit.endswith(" in title")


def _age(paper: Paper, today: date) -> int:
    if paper.listed is None:
        return OLDEST
    return min(max((today - paper.listed).days, 0), OLDEST)
