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

from . import matching
from .digest import Digest, Group, Pick, Why
from .paper import Paper
from .query import Query
from .ranking import order, score, strength
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


def choose(
    request: Request, window: Window, bitmaps: Mapping[str, int], explain: Explain = matching.explain
) -> Digest:
    """Choose, explain, rank, group and fold; `bitmaps` are the window's matches by `Query.key`."""
    free = window.standing & ~window.holding(request.taken)
    masks = [bitmaps.get(one.query.key, 0) & free & _new_to(one, request, window) for one in request.wanted]
    matched = 0
    for mask in masks:
        matched |= mask
    picks = [
        _pick(paper, bit, masks, request, explain) for bit, paper in window.chosen(matched & ~request.held)
    ]
    shown, folded = _fold(sorted(picks, key=order), request.destination.max_papers)
    digest = _frame(request)
    deferred = tuple(paper.id for _, paper in window.chosen(matched & request.held))
    return replace(
        digest, groups=_grouped(shown, _headings(request)), folded=tuple(folded), deferred=deferred
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


def _pick(paper: Paper, bit: int, masks: Sequence[int], request: Request, explain: Explain) -> Pick:
    why = [
        Why(query=one.query.canonical, subscription_id=one.subscription_id, hits=explain(one.query, paper))
        for one, mask in zip(request.wanted, masks, strict=True)
        if mask >> bit & 1
    ]
    why.sort(
        key=lambda reason: -strength(reason.hits)
    )  # stable: subscriptions that want it alike keep their order
    return Pick(paper=paper, why=tuple(why), score=score(paper, why, request.day))


def _fold(ranked: Sequence[Pick], limit: int) -> tuple[list[Pick], list[Pick]]:
    """The picks to show and the rest; each subscription's best is shown before any second one."""
    firsts: dict[tuple[int | None, str], Pick] = {}
    for pick in ranked:
        firsts.setdefault(_owner(pick), pick)
    best = sorted(firsts.values(), key=order)[:limit]
    kept = {pick.paper.id for pick in best}
    for pick in ranked:
        if len(kept) >= limit:
            break
        kept.add(pick.paper.id)
    return [p for p in ranked if p.paper.id in kept], [p for p in ranked if p.paper.id not in kept]


def _headings(request: Request) -> dict[str, str]:
    """How each query stands above its papers: a lone topic by its title, anything else as it is written."""
    return {
        one.query.canonical: one.query.node.title or one.query.canonical
        if isinstance(one.query.node, TopicTerm)
        else one.query.canonical
        for one in request.wanted
    }


def _grouped(shown: Sequence[Pick], headings: Mapping[str, str]) -> tuple[Group, ...]:
    """One group per subscription that owns a pick, the one with the best pick first."""
    groups: dict[tuple[int | None, str], list[Pick]] = {}
    for pick in shown:
        groups.setdefault(_owner(pick), []).append(pick)
    return tuple(Group(title=headings[query], picks=tuple(picks)) for (_, query), picks in groups.items())


def _owner(pick: Pick) -> tuple[int | None, str]:
    """The subscription a paper stands under: the one that wants it most."""
    return pick.why[0].subscription_id, pick.why[0].query
