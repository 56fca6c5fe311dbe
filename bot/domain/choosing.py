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

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
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
from .telling import summarised
from .terms import TopicTerm
from .window import Window

WINDOW_DAYS = 14
MOST_HELD = 500_000  # folded papers, of about 100 bytes each, in the choices that are remembered
A_CHOICE = 30  # how many of them the rest of a choice weighs
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
    taken: int = 0  # mask of papers shown here, folded here or dismissed here
    held: int = 0  # mask of papers that cannot be read yet
    previous: datetime | None = None  # when the slot before this one was due; None for a first slot
    newest: int = 0  # mask of the newest list day of each source, where a first slot begins
    everything: bool = False  # `since:` was asked for: the window itself is the only limit
    notes: tuple[str, ...] = ()
    late: bool = False
    combined: tuple[date, ...] = ()


class Ask(NamedTuple):
    """What one query asks of the window."""

    query: Query
    hits: Hits
    mask: int  # the papers it wants that may be shown or deferred here


class Candidate(NamedTuple):
    """A paper that matched; the best sorts first."""

    against: float  # its score, negative
    turn: int  # among those of its score
    bit: int
    owner: int  # of `Request.wanted`, the one that wants it most


class Chosen(NamedTuple):
    """A paper to show, why, and how high it stands."""

    owner: int
    paper: Paper
    why: tuple[
        tuple[int, tuple[str, ...]], ...
    ]  # who of `Request.wanted` wants it, and for what; strongest first
    score: float


class Choice(NamedTuple):
    """What is chosen, whoever it is for."""

    shown: tuple[Chosen, ...]
    folded: tuple[Folded, ...]
    deferred: tuple[int, ...]


class Chooser:
    """Chooses from one window for any number of destinations; those who ask alike get one choice, made once."""

    def __init__(self, window: Window, hits: Mapping[str, Hits], explain: Explain = matching.explain) -> None:
        """Take the window and its hits by `Query.key`, which may grow while it chooses."""
        self._window = window
        self._hits = hits
        self._explain = explain
        self._choices: dict[Hashable, Choice] = {}
        self._held = 0
        self._pickable: dict[int, Paper] = {}

    def choose(self, request: Request) -> Digest:
        """Choose, rank, group and fold, and explain what is shown."""
        asks = self._asks(request)
        alike = (
            request.day,
            request.held,
            request.destination.max_papers,
            tuple([(ask.query.key, ask.query.canonical, ask.mask) for ask in asks]),
        )
        choice = self._choices.get(alike)
        if choice is None:
            choice = self._choice(asks, request)
            self._remember(alike, choice)
        return _digest(request, choice)

    def _remember(self, alike: Hashable, choice: Choice) -> None:
        self._held += len(choice.folded) + A_CHOICE
        if self._held > MOST_HELD:  # a crowd that asks for broad topics on a busy day would fill the memory
            self._choices, self._held = {}, 0
        self._choices[alike] = choice

    def _asks(self, request: Request) -> list[Ask]:
        free = self._window.standing & ~request.taken
        found = ((one, self._hits.get(one.query.key, NO_HITS)) for one in request.wanted)
        return [
            Ask(one.query, hits, hits.matched & free & _new_to(one, request, self._window))
            for one, hits in found
        ]

    def _choice(self, asks: Sequence[Ask], request: Request) -> Choice:
        window = self._window
        matched = reduce(or_, (ask.mask for ask in asks), 0)
        shown, folded = _fold(_ranked(asks, request, window), request.destination.max_papers)
        papers = window.papers
        return Choice(
            shown=tuple(self._chosen(one, asks) for one in shown),
            folded=tuple(
                Folded(paper_id=papers[bit].id, score=-against, query=asks[owner].query.canonical)
                for against, _, bit, owner in folded
            ),
            deferred=tuple(paper.id for paper in window.chosen(matched & request.held)),
        )

    def _chosen(self, one: Candidate, asks: Sequence[Ask]) -> Chosen:
        """The candidate with every reason for it, the strongest first."""
        bit, paper = 1 << one.bit, self._window.papers[one.bit]
        asking = [
            (strength, number)
            for number, ask in enumerate(asks)
            for strength, _ in strengths(ask.hits, ask.mask & bit)
        ]
        asking.sort(key=lambda pair: -pair[0])  # stable: subscriptions that want it alike keep their order
        why = tuple((number, self._explain(asks[number].query, paper)) for _, number in asking)
        return Chosen(owner=one.owner, paper=self._summarised(one.bit), why=why, score=-one.against)

    def _summarised(self, bit: int) -> Paper:
        """The paper as it is shown; the same object for all, which freezing knows again."""
        if bit not in self._pickable:
            self._pickable[bit] = summarised(self._window.papers[bit])
        return self._pickable[bit]


def choose(
    request: Request, window: Window, hits: Mapping[str, Hits], explain: Explain = matching.explain
) -> Digest:
    """Choose for one destination alone; `hits` are the window's by `Query.key`."""
    return Chooser(window, hits, explain).choose(request)


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


def _digest(request: Request, choice: Choice) -> Digest:
    return Digest(
        address=request.destination.address,
        destination=request.destination.name,
        day=request.day,
        tz=request.destination.schedule.tz,
        groups=_grouped(choice.shown, request.wanted),
        folded=choice.folded,
        deferred=choice.deferred,
        notes=request.notes,
        late=request.late,
        combined=request.combined,
        at=f"{request.destination.schedule.at:%H:%M}",
    )


def _pick(chosen: Chosen, wanted: Sequence[Wanted]) -> Pick:
    why = tuple(
        [
            Why(
                query=wanted[number].query.canonical,
                subscription_id=wanted[number].subscription_id,
                hits=hits,
            )
            for number, hits in chosen.why
        ]
    )
    return Pick(paper=chosen.paper, why=why, score=chosen.score)


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


def _grouped(shown: Sequence[Chosen], wanted: Sequence[Wanted]) -> tuple[Group, ...]:
    """One group per subscription that owns a pick, the one with the best pick first."""
    groups: dict[int, list[Pick]] = {}
    for chosen in shown:
        groups.setdefault(chosen.owner, []).append(_pick(chosen, wanted))
    return tuple(
        Group(title=_heading(wanted[owner].query), picks=tuple(picks)) for owner, picks in groups.items()
    )
