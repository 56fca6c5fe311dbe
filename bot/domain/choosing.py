"""Which papers one destination is shown for one date, in which order, and why.

A paper is a candidate for a subscription when it is in the window (listed or announced within 14 days, no
back-fill), still stands, was neither shown nor dismissed here, and is new to the subscription: first seen since it
was made, or after the slot before that. What a failed slot released, or a paper that reaches `upvotes>=10` days
later, is therefore still found; a new subscription on an old channel is not answered with two weeks of papers. A
destination without any slot begins with the newest list day of each source.

Nothing that is there is held back because its source is late: late papers are new papers of the next digest. Only
`held` papers, which cannot be read yet (a bare title whose abstract comes from a source that is late today), are
deferred, and for one slot at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from . import matching
from .digest import Digest, Folded, Group, Pick, Why
from .hits import NO_HITS, Hits
from .indexing import places
from .paper import Paper
from .query import Query
from .ranking import score, strengths
from .subscription import Destination
from .terms import TopicTerm
from .window import Window

WINDOW_DAYS = 14
# An ingest stamps its papers when it begins to store them; a slot may be planned before it has finished.
IN_FLIGHT = timedelta(hours=1)

Explain = Callable[[Query, Paper], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One query to answer: a subscription's, or one asked for just now."""

    query: Query
    subscription_id: int | None = None
    since: datetime | None = None  # when it was subscribed to; None when it is asked for just now


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a digest is made for."""

    destination: Destination
    day: date  # the slot's local date
    wanted: Sequence[Wanted]
    taken: frozenset[int] = frozenset()  # shown here or dismissed here
    held: int = 0  # mask of papers that cannot be read yet
    previous: datetime | None = None  # when the slot before this one was due; None for a first slot
    newest: int = 0  # mask of the newest list day of each source, where a first slot begins
    everything: bool = False  # `since:` was asked for: the window itself is the only limit
    notes: tuple[str, ...] = ()
    late: bool = False
    combined: tuple[date, ...] = ()


class Ask(NamedTuple):
    """What one query asks of the window."""

    wanted: Wanted
    hits: Hits
    mask: int  # the papers it wants that may be shown or deferred here


class Candidate(NamedTuple):
    """A paper that matched; the best sorts first."""

    against: float  # its score, negative
    turn: int  # among those of its score
    bit: int
    owner: int  # of `Request.wanted`, the one that wants it most


def choose(
    request: Request, window: Window, hits: Mapping[str, Hits], explain: Explain = matching.explain
) -> Digest:
    """Choose, rank, group and fold, and explain what is shown; `hits` are the window's by `Query.key`."""
    free = window.standing & ~window.holding(request.taken)
    asks = [_ask(one, request, window, free, hits.get(one.query.key, NO_HITS)) for one in request.wanted]
    matched = reduce(or_, (ask.mask for ask in asks), 0)
    shown, folded = _fold(_ranked(asks, request, window), request.destination.max_papers)
    picks = [(one.owner, _pick(one, window.papers[one.bit], asks, explain)) for one in shown]
    return replace(
        _frame(request),
        groups=_grouped(picks, request.wanted),
        folded=tuple(_folded(one, request, window) for one in folded),
        deferred=tuple(paper.id for paper in window.chosen(matched & request.held)),
    )


def _ask(wanted: Wanted, request: Request, window: Window, free: int, hits: Hits) -> Ask:
    return Ask(wanted, hits, hits.matched & free & _new_to(wanted, request, window))


def _ranked(asks: Sequence[Ask], request: Request, window: Window) -> list[Candidate]:
    """The papers that can be read, best first."""
    total: dict[int, float] = {}
    most: dict[int, tuple[float, int]] = {}
    for owner, ask in enumerate(asks):
        for strength, papers in strengths(ask.hits, ask.mask & ~request.held):
            for bit in places(papers):
                total[bit] = total.get(bit, 0.0) + strength
                if bit not in most or strength > most[bit][0]:
                    most[bit] = (strength, owner)
    merits, turns = window.merits(request.day), window.turns
    return sorted(
        Candidate(-score(matches, merits[bit]), turns[bit], bit, most[bit][1])
        for bit, matches in total.items()
    )


def _new_to(one: Wanted, request: Request, window: Window) -> int:
    if request.everything:
        return window.everything
    before = window.seen_since(request.previous - IN_FLIGHT) if request.previous else request.newest
    return before | (window.seen_since(one.since) if one.since else 0)


def _frame(request: Request) -> Digest:
    return Digest(
        address=request.destination.address,
        destination=request.destination.name,
        day=request.day,
        tz=request.destination.schedule.tz,
        groups=(),
        notes=request.notes,
        late=request.late,
        combined=request.combined,
    )


def _pick(candidate: Candidate, paper: Paper, asks: Sequence[Ask], explain: Explain) -> Pick:
    """The candidate with every reason for it, the strongest first."""
    bit = 1 << candidate.bit
    asking = [(strength, ask.wanted) for ask in asks for strength, _ in strengths(ask.hits, ask.mask & bit)]
    asking.sort(key=lambda pair: -pair[0])  # stable: subscriptions that want it alike keep their order
    why = tuple(
        Why(query=one.query.canonical, subscription_id=one.subscription_id, hits=explain(one.query, paper))
        for _, one in asking
    )
    return Pick(paper=paper, why=why, score=-candidate.against)


def _folded(candidate: Candidate, request: Request, window: Window) -> Folded:
    return Folded(
        paper_id=window.papers[candidate.bit].id,
        score=-candidate.against,
        query=request.wanted[candidate.owner].query.canonical,
    )


def _fold(ranked: Sequence[Candidate], limit: int) -> tuple[list[Candidate], list[Candidate]]:
    """What to show and the rest; each subscription's best is shown before any second one."""
    firsts: dict[int, Candidate] = {}
    for one in ranked:
        firsts.setdefault(one.owner, one)
    kept = {one.bit for one in islice(firsts.values(), limit)}  # in order of rank, as they were met
    kept |= {one.bit for one in islice((one for one in ranked if one.bit not in kept), limit - len(kept))}
    return [one for one in ranked if one.bit in kept], [one for one in ranked if one.bit not in kept]


def _heading(query: Query) -> str:
    """How a query stands above its papers: a lone topic by its title, anything else as it is written."""
    title = query.node.title if isinstance(query.node, TopicTerm) else ""
    return title or query.canonical


def _grouped(shown: Sequence[tuple[int, Pick]], wanted: Sequence[Wanted]) -> tuple[Group, ...]:
    """One group per subscription that owns a pick, the one with the best pick first."""
    groups: dict[int, list[Pick]] = {}
    for owner, pick in shown:
        groups.setdefault(owner, []).append(pick)
    return tuple(
        Group(title=_heading(wanted[owner].query), picks=tuple(picks)) for owner, picks in groups.items()
    )
