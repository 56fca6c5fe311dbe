"""What a query finds, newest first and unranked: pages of a topic, and feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from sqlalchemy import Connection

from bot.domain.matching import matches
from bot.domain.query import Query
from bot.domain.query_form import resolved

from .engine import Stored, reading
from .expressions import Asked, Writer
from .fulltext import index_of
from .papers import papers_by_id
from .results import Found, Hit
from .search import CHECKED, bounds_of
from .statements import chunks

COUNTED = 20_000  # papers of a query that are counted; beyond that there are "more than"
AT_ONCE = 100  # looked at one by one before the next are read
EVERY = 1_000_000  # of the papers of some days

FILTERED = "SELECT p.id FROM paper AS p WHERE p.id BETWEEN ? AND ? AND {where} ORDER BY p.id DESC LIMIT ?"


class Newest(Stored):
    """The store's methods that find without ranking."""

    @reading
    def newest(self, db: Connection, query: Query, *, limit: int = 50, offset: int = 0) -> Found:
        """Find the newest papers that match a query; every score is 0."""
        asked = _asked(db, query)
        bounds = bounds_of(db, resolved(query.node))
        ids = _ids(db, asked, bounds, COUNTED + 1)
        complete = len(ids) <= COUNTED
        if not asked.exact:
            complete = len(ids) <= CHECKED
            ids, ended = _checked(db, query, ids[:CHECKED], offset + limit)
            complete = complete and ended
        papers = papers_by_id(db, ids[offset : offset + limit])
        hits = tuple(Hit(paper=paper, score=0.0) for paper in papers)
        return Found(total=min(len(ids), COUNTED), exact_total=complete, hits=hits)


def among(db: Connection, query: Query, ids: Sequence[int]) -> set[int]:
    """Those of these papers that match; of a query the index cannot say exactly, among the first `CHECKED` it finds."""
    if not ids:
        return set()
    asked = _asked(db, query)
    wanted = set(ids)
    found = [one for one in _ids(db, asked, (min(ids), max(ids)), EVERY) if one in wanted]
    if not asked.exact:
        found, _ = _checked(db, query, found[:CHECKED], CHECKED)
    return set(found)


def _asked(db: Connection, query: Query) -> Asked:
    index = index_of(db)
    return Writer(index, index.known(db)).asked(resolved(query.node))


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


def _checked(db: Connection, query: Query, ids: Iterable[int], wanted: int) -> tuple[list[int], bool]:
    """Those that really match, one more than are wanted, and whether that is all of them."""
    really = (
        paper.id for some in chunks(ids, AT_ONCE) for paper in papers_by_id(db, some) if matches(query, paper)
    )
    found = list(islice(really, wanted + 1))
    return found, len(found) <= wanted
