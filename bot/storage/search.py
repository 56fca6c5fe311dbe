"""Search: every paper that matches a query, best first. The same meaning as `bot.domain.matching`, on both databases.

What is found is the same on SQLite and PostgreSQL, and so is what comes first: a phrase in the title, then all words
in the title, then the rest. Within these three each database ranks by its own measure (BM25, `ts_rank`), so scores,
the order there and the papers that are `similar` may differ. Ranking costs about a microsecond a hit, so only the newest `NEWEST` hits are ranked: exact whenever there are no
more, and said so (`Found.exact_total`) when there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from heapq import nlargest
from itertools import islice
from math import log

from sqlalchemy import Connection, func, select

from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.query_form import resolved
from bot.domain.terms import And, Author, Listed, Node, Or, Organization, Scope, Venue, Words
from bot.domain.text import FUNCTION_WORDS, normalise

from . import tables as t
from .checking import really
from .engine import reading
from .expressions import Asked, Writer
from .fulltext import index_of
from .index import Scores
from .ingest import LAST_ID, PER_DAY, first_id, first_listed
from .met import Met, Remembering
from .papers import papers_by_id
from .results import Found, Hit

NEWEST = 5_000  # hits that are ranked
CHECKED = 2_000  # hits that are looked at one by one, for the few queries the index cannot say exactly
LOOKED_UP = 80  # words of a paper whose frequency is asked for
TELLING = 12  # of them make up the question "what is similar?"
TITLE_COUNTS = 3  # a word of the title counts as often
RECENT = 0.5  # a tenth of what one telling word is worth
IN_TITLE = 100.0  # more than any text's own score: a phrase in the title comes first

FILTERED = """
SELECT p.id, 0.0 FROM paper AS p WHERE p.id BETWEEN ? AND ? AND {where} ORDER BY p.id DESC LIMIT ?
"""


class Search(Remembering):
    """The store's methods that look for papers."""

    @reading
    def search(
        self, db: Connection, query: Query, *, limit: int = 10, offset: int = 0, now: datetime | None = None
    ) -> Found:
        """Find the papers that match a query: a phrase in the title first, then by how telling the words are.

        Of two that say as much the newer comes first, given `now`; so they do where a query has no words at all
        (`cat:cs.CL upvotes>=10`).
        """
        found, complete = _scored(db, query, now, self._met)
        best = nlargest(offset + limit, zip(found.values(), found, strict=True))[offset:]
        return Found(
            total=len(found), exact_total=complete, hits=_hits(db, [paper_id for _, paper_id in best], found)
        )

    @reading
    def similar(self, db: Connection, paper_id: int, *, limit: int = 5) -> tuple[Hit, ...]:
        """Find the papers that share the most telling words with one; () when there is no such paper."""
        this = papers_by_id(db, [paper_id])
        words = _telling(db, this[0], self._met) if this else {}
        if not words:
            return ()
        found = index_of(db).like(db, words, NEWEST)
        found.pop(paper_id, None)
        best = sorted(found, key=lambda other: (-found[other], -other))[:limit]
        return _hits(db, best, found)


def _scored(db: Connection, query: Query, now: datetime | None, met: Met) -> tuple[Scores, bool]:
    """Every paper found, with its score, and whether that is all of them."""
    node = resolved(query.node)
    writer = Writer(index_of(db), met.known(db))
    asked = writer.asked(node)
    found = _candidates(db, asked, bounds_of(db, node))
    complete = len(found) <= NEWEST
    found = dict(islice(found.items(), NEWEST))
    if not asked.exact:
        complete = complete and len(found) <= CHECKED
        kept = set(really(db, query, asked, list(islice(found, CHECKED))))
        found = {paper_id: score for paper_id, score in found.items() if paper_id in kept}
    if not _says_words(node):
        return dict.fromkeys(found, 0.0), complete
    _raise_titles(db, writer, node, found)
    if now is not None:
        _raise_recent(found, now.date())
    return found, complete


def _hits(db: Connection, ids: Sequence[int], found: Scores) -> tuple[Hit, ...]:
    return tuple(Hit(paper=paper, score=round(found[paper.id], 4)) for paper in papers_by_id(db, ids))


def _telling(db: Connection, paper: Paper, met: Met) -> dict[str, float]:
    """The words that tell a paper from others, and what each is worth: often in it, seldom elsewhere, not in it alone."""
    counts = Counter(normalise(paper.abstract)) + Counter(normalise(paper.title) * TITLE_COUNTS)
    said = [(word, count) for word, count in counts.items() if word not in FUNCTION_WORDS and len(word) > 1]
    said = sorted(said, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:LOOKED_UP]
    newest = int(db.exec_driver_sql("SELECT count(*) FROM paper").scalar() or 0)
    count_of = met.counter(db, NEWEST)
    worth: dict[str, float] = {}
    for word, count in said:
        papers = count_of(word)
        if 1 < papers < NEWEST:
            worth[word] = (1 + log(count)) * log(1 + newest / papers)
    best = sorted(worth, key=lambda word: (-worth[word], word))[:TELLING]
    return {word: worth[word] for word in best}


def _candidates(db: Connection, asked: Asked, bounds: tuple[int, int]) -> Scores:
    """The newest papers the database finds, one more than are ranked."""
    index = index_of(db)
    where, values = asked.where.text, asked.where.values
    if not asked.match:
        rows = index.ask(db, FILTERED.format(where=where), (*bounds, *values, NEWEST + 1))
        return {row[0]: row[1] for row in rows}
    if where == "TRUE":
        return index.ranked(db, asked.match, bounds, NEWEST + 1)
    return index.ranked_where(db, asked.match, bounds, (where, values), NEWEST + 1)


def _raise_titles(db: Connection, writer: Writer, node: Node, found: Scores) -> None:
    """Put first those that have what was asked in their title, and before them those that have it as one phrase."""
    words = [part for part in _parts(node) if isinstance(part, Words) and part.scope is not Scope.ABSTRACT]
    if not words or not found:
        return
    in_title = writer.match(And(tuple(Words(one.tokens, Scope.TITLE, one.prefix) for one in words)))
    for tier in (in_title, writer.side_by_side(words)):
        if tier is None:
            continue
        for paper_id in index_of(db).ids(db, tier.text, (min(found), max(found)), NEWEST):
            if paper_id in found:
                found[paper_id] += IN_TITLE


def _raise_recent(found: Scores, today: date) -> None:
    """Give a little to papers first listed lately, half as much for every year."""
    worth: dict[int, float] = {}
    for paper_id in found:
        day = paper_id // PER_DAY
        if day not in worth:
            years = max(0, (today - first_listed(paper_id)).days) / 365
            worth[day] = RECENT * 0.5**years
        found[paper_id] += worth[day]


def bounds_of(db: Connection, node: Node) -> tuple[int, int]:
    """Which ids can match: they grow with the day a paper was first listed, `listed` is the day it was last."""
    low, high = 0, LAST_ID
    for part in _parts(node):
        if not isinstance(part, Listed):
            continue
        if part.until is not None and part.until < date.max:
            high = min(high, first_id(part.until + timedelta(days=1)))
        if part.since is not None:
            oldest = db.execute(select(func.min(t.paper.c.id)).where(t.paper.c.listed >= part.since))
            low = max(low, oldest.scalar() or high)
    return low, high


def _says_words(node: Node) -> bool:
    """Whether a query has words to rank by; a category is none."""
    match node:
        case And(nodes) | Or(nodes):
            return any(map(_says_words, nodes))
        case _:
            return isinstance(node, Words | Author | Organization | Venue)


def _parts(node: Node) -> Sequence[Node]:
    return node.nodes if isinstance(node, And) else (node,)
