"""What a query finds, newest first and unranked: pages of a topic, and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import Connection

from bot.domain.query import Query
from bot.domain.query_form import resolved

from .checking import really
from .engine import reading
from .expressions import Asked, Writer
from .fulltext import index_of
from .met import Met, Remembering
from .papers import papers_by_id
from .results import Found, Hit
from .search import CHECKED, bounds_of

FEW = 1_000  # papers are soon read, all of them
COUNTED = 20_000  # papers of a query that are counted; beyond that there are "more than"
EVERY = 1_000_000  # of the papers of some days

FILTERED = "SELECT p.id FROM paper AS p WHERE p.id BETWEEN ? AND ? AND {where} ORDER BY p.id DESC LIMIT ?"
COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM paper AS p WHERE p.id BETWEEN ? AND ? AND {where} LIMIT ?) AS found"
)


class Newest(Remembering):
    """The store's methods that find without ranking."""

    @reading
    def newest(self, db: Connection, query: Query, *, limit: int = 50, offset: int = 0) -> Found:
        """Find the newest papers that match a query; every score is 0."""
        asked = asked_of(db, query, self._met)
        bounds = bounds_of(db, resolved(query.node))
        if asked.exact:
            total = _total(db, query, asked, bounds, self._met)
            # Asked for the first few of what is rare, PostgreSQL would go through all papers instead of the index.
            most = FEW if total <= FEW else min(offset + limit, COUNTED)
            ids = _ids(db, asked, bounds, most)
            return _found(db, ids[offset : offset + limit], total, exact=total <= COUNTED)
        likely = _ids(db, asked, bounds, CHECKED + 1)
        ids, ended = _checked(db, query, asked, likely[:CHECKED], offset + limit)
        return _found(db, ids[offset : offset + limit], len(ids), exact=ended and len(likely) <= CHECKED)


def among(db: Connection, query: Query, ids: Sequence[int], met: Met) -> set[int]:
    """Those of these papers that match; of a query the index cannot say exactly, among the first `CHECKED` it finds."""
    if not ids:
        return set()
    asked = asked_of(db, query, met)
    wanted = set(ids)
    found = [one for one in _ids(db, asked, (min(ids), max(ids)), EVERY) if one in wanted]
    if not asked.exact:
        found, _ = _checked(db, query, asked, found[:CHECKED], CHECKED)
    return set(found)


def asked_of(db: Connection, query: Query, met: Met) -> Asked:
    """A query as the database is asked it."""
    return Writer(index_of(db), met.known(db)).asked(resolved(query.node))


def _found(db: Connection, ids: Sequence[int], total: int, *, exact: bool) -> Found:
    hits = tuple(Hit(paper=paper, score=0.0) for paper in papers_by_id(db, ids))
    return Found(total=min(total, COUNTED), exact_total=exact, hits=hits)


def _ids(db: Connection, asked: Asked, bounds: tuple[int, int], limit: int) -> list[int]:
    """The newest papers the database finds within these ids."""
    index = index_of(db)
    where, values = asked.where.text, asked.where.values
    if not asked.match:
        rows = index.ask(db, FILTERED.format(where=where), (*bounds, *values, limit))
        return [row[0] for row in rows]
    if where == "TRUE":
        return list(index.ids(db, asked.match, bounds, limit))
    return list(index.ranked_where(db, asked.match, bounds, (where, values), limit))


def _total(db: Connection, query: Query, asked: Asked, bounds: tuple[int, int], met: Met) -> int:
    """How many papers a query finds, counted to one more than `COUNTED`; remembered until the next batch."""
    totals = met.totals(db)
    if query.key not in totals:
        totals[query.key] = _counted(db, asked, bounds)
    return totals[query.key]


def _counted(db: Connection, asked: Asked, bounds: tuple[int, int]) -> int:
    index = index_of(db)
    where, values = asked.where.text, asked.where.values
    if not asked.match:
        rows = index.ask(db, COUNT.format(where=where), (*bounds, *values, COUNTED + 1))
        return sum(row[0] for row in rows)
    if where == "TRUE":
        return index.total(db, asked.match, bounds, COUNTED + 1)
    return len(index.ranked_where(db, asked.match, bounds, (where, values), COUNTED + 1))


def _checked(
    db: Connection, query: Query, asked: Asked, ids: Sequence[int], wanted: int
) -> tuple[list[int], bool]:
    """Those that really match, one more than are wanted, and whether that is all of them."""
    found = list(islice(really(db, query, asked, ids), wanted + 1))
    return found, len(found) <= wanted
