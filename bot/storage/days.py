"""What was listed on some days, one page of it, and the days around that have anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, Subquery, func, select

from bot.domain.query import Query

from . import tables as t
from .engine import reading
from .met import Remembering
from .newest import among
from .papers import papers_by_id
from .results import ListedPage

listed = t.listing.c
# How the papers of some days can be ordered; `best` has each paper's last day and best rank of these days.
ORDERS: dict[str, Callable[[Subquery], tuple[Any, ...]]] = {
    "votes": lambda best: (t.paper.c.votes.desc(), best.c.day.desc(), best.c.place, best.c.paper_id),
    "newest": lambda best: (best.c.day.desc(), best.c.paper_id.desc()),
    "rank": lambda best: (best.c.day.desc(), best.c.place, best.c.paper_id),
}


class Days(Remembering):
    """The store's methods about list days."""

    @reading
    def listed_page(  # noqa: PLR0913 - one optional argument per choice
        self,
        db: Connection,
        *,
        since: date,
        until: date,
        latest: date,
        source: str = "",
        query: Query | None = None,
        order: str = "votes",
        limit: int = 30,
        offset: int = 0,
    ) -> ListedPage:
        """List one page of what was listed on these days, of one source or all, of what a query matches or all.

        A day after `latest` is a mistake of its source, and no day to turn to.
        """
        best = _best(since, until, source)
        ordered = _ordered(best, order)
        if query is None:
            rows, total = _page(db, ordered, best, limit, offset)
        else:
            every = db.execute(ordered).all()
            found = among(db, query, [row.paper_id for row in every], self._met)
            rows = [row for row in every if row.paper_id in found]
            rows, total = rows[offset : offset + limit], len(rows)
        days = {row.paper_id: row.day for row in rows}
        papers = papers_by_id(db, days)
        return ListedPage(
            papers=papers,
            days=tuple(days[paper.id] for paper in papers),
            total=total,
            sources=_by_source(db, since, until),
            before=_day_before(db, since),
            after=_day_after(db, until, latest),
        )

    @reading
    def papers_a_day(self, db: Connection, since: date, until: date) -> dict[date, int]:
        """Count the papers of each of these days that has any, oldest first."""
        query = select(listed.day, func.count(listed.paper_id.distinct())).where(
            listed.day.between(since, until)
        )
        rows = db.execute(query.group_by(listed.day).order_by(listed.day))
        return {day: papers for day, papers in rows}  # noqa: C416 - a row is no pair to mypy

    @reading
    def list_days(self, db: Connection, *, until: date, limit: int) -> tuple[date, ...]:
        """List the days that have papers, newest first."""
        query = select(listed.day).where(listed.day <= until).distinct().order_by(listed.day.desc())
        return tuple(db.execute(query.limit(limit)).scalars())


def _best(since: date, until: date, source: str) -> Subquery:
    """Each paper of these days once."""
    entries = select(
        listed.paper_id, func.max(listed.day).label("day"), func.min(listed.rank).label("place")
    ).where(listed.day.between(since, until))
    if source:
        entries = entries.where(listed.source == source)
    return entries.group_by(listed.paper_id).subquery("best")


def _ordered(best: Subquery, order: str) -> Select[Any]:
    query = select(best.c.paper_id, best.c.day)
    if order == "votes":
        query = query.join(t.paper, t.paper.c.id == best.c.paper_id)
    return query.order_by(*ORDERS[order](best))


def _page(
    db: Connection, ordered: Select[Any], best: Subquery, limit: int, offset: int
) -> tuple[Sequence[Any], int]:
    """One page of the rows, and how many there are."""
    counted = ordered.add_columns(func.count().over().label("total"))
    rows = db.execute(counted.limit(limit).offset(offset)).all()
    if rows or not offset:
        return rows, rows[0].total if rows else 0
    return rows, int(db.execute(select(func.count()).select_from(best)).scalar_one())


def _by_source(db: Connection, since: date, until: date) -> dict[str, int]:
    query = select(listed.source, func.count(listed.paper_id.distinct())).where(
        listed.day.between(since, until)
    )
    rows: Iterable[Any] = db.execute(query.group_by(listed.source).order_by(listed.source))
    return {source: papers for source, papers in rows}  # noqa: C416 - as above


def _day_before(db: Connection, day: date) -> date | None:
    return db.execute(select(func.max(listed.day)).where(listed.day < day)).scalar()


def _day_after(db: Connection, day: date, latest: date) -> date | None:
    query = select(func.min(listed.day)).where(listed.day > day, listed.day <= latest)
    return db.execute(query).scalar()
