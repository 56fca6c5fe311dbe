"""Papers, read: by reference, by day, by window."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import CTE, Connection, func, select

from bot.domain.paper import Paper, Validator

from . import tables as t
from .engine import Stored, reading
from .results import DayFreshness
from .rows import PAPER_FIELDS, freshness_of, paper_of, validator_of
from .statements import chunks

PAGE = 500
entry = t.listing.c
ARXIV = "arxiv:"
NEWEST_FIRST = (t.paper.c.listed.desc(), t.paper.c.id.desc())  # as `ix_paper_listed` has them


class Papers(Stored):
    """The store's methods that read papers and what sources said of their days."""

    @reading
    def paper(self, db: Connection, ref: str | int) -> Paper | None:
        """Find a paper by its id or by any key it was ever met under, also after a merge."""
        key = f"id:{ref}" if isinstance(ref, int) else ref
        if isinstance(ref, int):
            row = db.execute(select(*PAPER_FIELDS).where(t.paper.c.id == ref)).one_or_none()
            if row is not None:
                return paper_of(row)
        alias = (
            select(*PAPER_FIELDS)
            .join(t.paper_alias, t.paper_alias.c.paper_id == t.paper.c.id)
            .where(t.paper_alias.c.key == key)
        )
        row = db.execute(alias).one_or_none()
        return None if row is None else paper_of(row)

    @reading
    def papers(self, db: Connection, ids: Iterable[int]) -> tuple[Paper, ...]:
        """Find papers by id, in the order given; those that are not there are left out."""
        return papers_by_id(db, ids)

    @reading
    def listed(
        self,
        db: Connection,
        *,
        since: date,
        until: date | None = None,
        source: str | None = None,
        limit: int = PAGE,
    ) -> tuple[Paper, ...]:
        """List what was listed on these days, newest day first, then by votes and rank."""
        entries = select(
            t.listing.c.paper_id,
            func.max(t.listing.c.day).label("day"),
            func.min(t.listing.c.rank).label("place"),
        ).where(t.listing.c.day >= since)
        if until is not None:
            entries = entries.where(t.listing.c.day <= until)
        if source is not None:
            entries = entries.where(t.listing.c.source == source)
        best = entries.group_by(t.listing.c.paper_id).subquery()
        query = (
            select(*PAPER_FIELDS)
            .join(best, best.c.paper_id == t.paper.c.id)
            .order_by(best.c.day.desc(), t.paper.c.votes.desc(), best.c.place, t.paper.c.id)
            .limit(limit)
        )
        return tuple(paper_of(row) for row in db.execute(query))

    @reading
    def window(
        self,
        db: Connection,
        *,
        listed_since: date,
        seen_before: datetime,
        include_backfill: bool = False,
    ) -> tuple[Paper, ...]:
        """List the candidates for digests: listed since that day, seen until that moment; newest first."""
        query = select(*PAPER_FIELDS).where(
            t.paper.c.listed >= listed_since, t.paper.c.first_seen <= seen_before
        )
        if not include_backfill:
            query = query.where(t.paper.c.backfill.is_(False))
        return tuple(paper_of(row) for row in db.execute(query.order_by(*NEWEST_FIRST)))

    @reading
    def recent(self, db: Connection, days: int, *, now: datetime) -> tuple[Paper, ...]:
        """List every paper listed in the last days, back-fill too; newest first."""
        since = now.date() - timedelta(days=days)
        query = select(*PAPER_FIELDS).where(t.paper.c.listed >= since)
        return tuple(paper_of(row) for row in db.execute(query.order_by(*NEWEST_FIRST)))

    @reading
    def without_abstract(self, db: Connection, *, since: date, limit: int = 100) -> tuple[str, ...]:
        """List the arXiv ids of papers listed since then of which nobody gave an abstract, newest first."""
        query = select(t.paper.c.key).where(
            t.paper.c.listed >= since, t.paper.c.abstract == "", t.paper.c.key.startswith(ARXIV)
        )
        keys = db.execute(query.order_by(*NEWEST_FIRST).limit(limit)).scalars()
        return tuple(key.removeprefix(ARXIV) for key in keys)

    @reading
    def newest_days(self, db: Connection, *, now: datetime | None = None) -> dict[str, date]:
        """Tell the newest day each source listed anything on; given `now`, no day after tomorrow.

        One mistaken date in the future would otherwise stand before everything until it comes.
        """
        known = _origins()
        newest = select(func.max(entry.day)).where(
            entry.source == known.c.source, entry.origin == known.c.origin
        )
        if now is not None:
            newest = newest.where(entry.day <= now.date() + timedelta(days=1))
        days = select(known.c.source, newest.scalar_subquery().label("day")).subquery()
        rows = db.execute(select(days.c.source, func.max(days.c.day).label("day")).group_by(days.c.source))
        return {row.source: row.day for row in rows if row.day is not None}

    @reading
    def freshness(self, db: Connection, *, since: date, until: date = date.max) -> tuple[DayFreshness, ...]:
        """List the last verdicts on each of these days, oldest day first."""
        query = select(t.freshness).where(t.freshness.c.day.between(since, until))
        order = (t.freshness.c.day, t.freshness.c.source, t.freshness.c.origin)
        return tuple(freshness_of(row) for row in db.execute(query.order_by(*order)))

    @reading
    def validators(self, db: Connection) -> dict[str, Validator]:
        """Tell what makes the next GET of each URL conditional."""
        return {row.url: validator_of(row) for row in db.execute(select(t.validator))}


def _origins() -> CTE:
    """Every origin of every source, each looked up after the one before: to group them is to read all listings."""
    first = select(func.min(entry.source).label("source")).cte("sources", recursive=True)
    later = select(func.min(entry.source)).where(entry.source > first.c.source)
    sources = first.union_all(select(later.scalar_subquery()).where(first.c.source.is_not(None)))
    lowest = select(func.min(entry.origin)).where(entry.source == sources.c.source)
    pairs = select(sources.c.source, lowest.scalar_subquery().label("origin")).where(
        sources.c.source.is_not(None)
    )
    begun = pairs.cte("origins", recursive=True)
    beyond = select(func.min(entry.origin)).where(
        entry.source == begun.c.source, entry.origin > begun.c.origin
    )
    return begun.union_all(
        select(begun.c.source, beyond.scalar_subquery()).where(begun.c.origin.is_not(None))
    )


def papers_by_id(db: Connection, ids: Iterable[int]) -> tuple[Paper, ...]:
    """Papers in the order of their ids given; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Paper] = {}
    for some in chunks(wanted):
        for row in db.execute(select(*PAPER_FIELDS).where(t.paper.c.id.in_(some))):
            found[row.id] = paper_of(row)
    return tuple(found[paper_id] for paper_id in wanted if paper_id in found)
