"""Search: every paper that matches a query, best first. The same meaning as `bot.domain.matching`, on SQLite FTS5.

Ranking costs about a microsecond a hit, so only the newest `NEWEST` hits are ranked: exact whenever there are no
more, and said so (`Found.exact_total`) when there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from math import log
from typing import Any

from sqlalchemy import Connection

from bot.domain.matching import matches
from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.query_form import resolved
from bot.domain.terms import And, Author, Listed, Node, Or, Organization, Scope, Venue, Words
from bot.domain.text import FUNCTION_WORDS, normalise

from .engine import Stored, reading
from .expressions import Asked, Writer, quoted
from .ingest import LAST_ID, first_id, first_listed
from .papers import papers_by_id
from .results import Found, Hit
from .spelling import Known

NEWEST = 5_000  # hits that are ranked
CHECKED = 2_000  # hits that are looked at one by one, for the few queries the index cannot say exactly
LOOKED_UP = 80  # words of a paper whose frequency is asked for
TELLING = 12  # of them make up the question "what is similar?"
TITLE_COUNTS = 3  # a word of the title counts as often
RECENT = 0.5  # a tenth of what one telling word is worth
IN_TITLE = 100.0  # more than any text's own score: a phrase in the title comes first

# The weights are those of title, abstract, authors, organization, venue and categories. bm25() gives a word that
# nearly every paper has next to nothing, and less is better. `CROSS JOIN` lets the index drive, not the table.
RANKED = """
SELECT paper_text.rowid, -bm25(paper_text, 10, 1, 5, 2, 2, 1)
FROM paper_text CROSS JOIN paper AS p ON p.id = paper_text.rowid
WHERE paper_text MATCH ? AND paper_text.rowid BETWEEN ? AND ? AND {where}
ORDER BY paper_text.rowid DESC LIMIT ?
"""
RANKED_BY_WORDS_ALONE = """
SELECT rowid, -bm25(paper_text, 10, 1, 5, 2, 2, 1) FROM paper_text
WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?
"""
FILTERED = """
SELECT p.id, 0.0 FROM paper AS p WHERE p.id BETWEEN ? AND ? AND {where} ORDER BY p.id DESC LIMIT ?
"""
COUNT = "SELECT count(*) FROM (SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT ?)"
IDS = "SELECT rowid FROM paper_text WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"

Scores = dict[int, float]  # paper id -> score, newest paper first


class Search(Stored):
    """The store's methods that look for papers."""

    @reading
    def search(
        self, db: Connection, query: Query, *, limit: int = 10, offset: int = 0, now: datetime | None = None
    ) -> Found:
        """Find the papers that match a query: a phrase in the title first, then by how telling the words are.

        Of two that say as much the newer comes first, given `now`; so they do where a query has no words at all
        (`cat:cs.CL upvotes>=10`).
        """
        found, complete = _scored(db, query, now)
        best = sorted(found, key=lambda paper_id: (-found[paper_id], -paper_id))[offset : offset + limit]
        return Found(total=len(found), exact_total=complete, hits=_hits(db, best, found))

    @reading
    def similar(self, db: Connection, paper_id: int, *, limit: int = 5) -> tuple[Hit, ...]:
        """Find the papers that share the most telling words with one; () when there is no such paper."""
        this = papers_by_id(db, [paper_id])
        words = _telling(db, this[0]) if this else []
        if not words:
            return ()
        expression = f"{{title abstract}} : ({' OR '.join(map(quoted, words))})"
        found = _rows(db, RANKED_BY_WORDS_ALONE, (expression, 0, LAST_ID, NEWEST))
        found.pop(paper_id, None)
        best = sorted(found, key=lambda other: (-found[other], -other))[:limit]
        return _hits(db, best, found)


def _scored(db: Connection, query: Query, now: datetime | None) -> tuple[Scores, bool]:
    """Every paper found, with its score, and whether that is all of them."""
    node = resolved(query.node)
    writer = Writer(_known(db))
    asked = writer.asked(node)
    found = _candidates(db, asked, _bounds(db, node))
    complete = len(found) <= NEWEST
    found = dict(islice(found.items(), NEWEST))
    if not asked.exact:
        complete = complete and len(found) <= CHECKED
        found = _checked(db, query, found)
    if not _says_words(node):
        return dict.fromkeys(found, 0.0), complete
    _raise_titles(db, writer, node, found)
    if now is not None:
        _raise_recent(found, now.date())
    return found, complete


def _hits(db: Connection, ids: Sequence[int], found: Scores) -> tuple[Hit, ...]:
    return tuple(Hit(paper=paper, score=round(found[paper.id], 4)) for paper in papers_by_id(db, ids))


def _telling(db: Connection, paper: Paper) -> list[str]:
    """The words that tell a paper from others: often in it, seldom elsewhere, but not in it alone."""
    counts = Counter(normalise(paper.abstract)) + Counter(normalise(paper.title) * TITLE_COUNTS)
    said = [(word, count) for word, count in counts.items() if word not in FUNCTION_WORDS and len(word) > 1]
    said = sorted(said, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:LOOKED_UP]
    newest = int(db.exec_driver_sql("SELECT count(*) FROM paper").scalar() or 0)
    worth: dict[str, float] = {}
    for word, count in said:
        papers = int(db.exec_driver_sql(COUNT, (quoted(word), NEWEST)).scalar() or 0)
        if 1 < papers < NEWEST:
            worth[word] = (1 + log(count)) * log(1 + newest / papers)
    return sorted(worth, key=lambda word: (-worth[word], word))[:TELLING]


def _candidates(db: Connection, asked: Asked, bounds: tuple[int, int]) -> Scores:
    """The newest papers the database finds, one more than are ranked."""
    where, values = asked.where.text, asked.where.values
    if not asked.match:
        return _rows(db, FILTERED.format(where=where), (*bounds, *values, NEWEST + 1))
    if where == "1":
        return _rows(db, RANKED_BY_WORDS_ALONE, (asked.match, *bounds, NEWEST + 1))
    return _rows(db, RANKED.format(where=where), (asked.match, *bounds, *values, NEWEST + 1))


def _checked(db: Connection, query: Query, found: Scores) -> Scores:
    """Those that really match, among the newest that can be looked at."""
    kept = {paper.id for paper in papers_by_id(db, islice(found, CHECKED)) if matches(query, paper)}
    return {paper_id: score for paper_id, score in found.items() if paper_id in kept}


def _raise_titles(db: Connection, writer: Writer, node: Node, found: Scores) -> None:
    """Put first those that have what was asked in their title, and before them those that have it as one phrase."""
    words = [part for part in _parts(node) if isinstance(part, Words) and part.scope is not Scope.ABSTRACT]
    if not words or not found:
        return
    in_title = writer.match(And(tuple(Words(one.tokens, Scope.TITLE, one.prefix) for one in words)))
    for tier in (in_title, writer.side_by_side(words)):
        if tier is None:
            continue
        rows = db.exec_driver_sql(IDS, (tier.text, min(found), max(found), NEWEST))
        for (paper_id,) in rows:
            if paper_id in found:
                found[paper_id] += IN_TITLE


def _raise_recent(found: Scores, today: date) -> None:
    """Give a little to papers first listed lately, half as much for every year."""
    worth: dict[date, float] = {}
    for paper_id in found:
        day = first_listed(paper_id)
        if day not in worth:
            years = max(0, (today - day).days) / 365
            worth[day] = RECENT * 0.5**years
        found[paper_id] += worth[day]


def _bounds(db: Connection, node: Node) -> tuple[int, int]:
    """Which ids can match: they grow with the day a paper was first listed, `listed` is the day it was last."""
    low, high = 0, LAST_ID
    for part in _parts(node):
        if not isinstance(part, Listed):
            continue
        if part.until is not None and part.until < date.max:
            high = min(high, first_id(part.until + timedelta(days=1)))
        if part.since is not None:
            oldest = db.exec_driver_sql("SELECT min(id) FROM paper WHERE listed >= ?", (str(part.since),))
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


def _known(db: Connection) -> Known:
    """Whether any paper has these words in a row; asked a thousand times a search, so past SQLAlchemy."""
    cursor = db.connection.cursor()

    @cache
    def known(words: str) -> bool:
        cursor.execute("SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT 1", (quoted(words),))
        return bool(cursor.fetchall())  # read to the end: an open statement would hold old pages

    return known


def _rows(db: Connection, statement: str, values: tuple[Any, ...]) -> Scores:
    return {row[0]: row[1] for row in db.exec_driver_sql(statement, values)}
