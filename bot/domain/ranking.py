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
    """How much one query wants a paper: 2 for each title hit (two count), 1 for being matched anywhere else.

    `hits` are as `matching.explain` writes them; a topic's line holds several: `topic crafts: "knit" in title, ...`.
    """
    titles = sum(hit.startswith('title "') + hit.count('" in title') for hit in hits)
    elsewhere = any('" in abstract' in hit or not _is_title(hit) for hit in hits)
    return TITLE_HIT * min(titles, TITLE_HITS_COUNTED) + OTHER_HIT * elsewhere


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
    return hit.startswith('title "') or '" in title' in hit


def _age(paper: Paper, today: date) -> int:
    if paper.listed is None:
        return OLDEST
    return min(max((today - paper.listed).days, 0), OLDEST)
