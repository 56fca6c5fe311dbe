"""The rows of a batch, written in bulk: one executemany per table (multi-row VALUES would be 8 times slower)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, delete, func, or_, select, update

from bot.domain.paper import Batch, Freshness, Listing

from . import fulltext
from . import tables as t
from .drafts import Draft
from .met import TEXTS, one_more
from .statements import insert
from .texts import Texts

Merged = Sequence[tuple[Draft, Draft]]  # (stays, goes)
Listed = Sequence[tuple[Listing, Draft]]

# What belongs to a paper, and what of it may stand there only once.
BELONGS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (t.paper_alias, ()),
    (t.listing, ("source", "origin", "day")),
    (t.vote, ("seen_on",)),
    (t.shown, ("destination_id",)),
    (t.saved, ("workspace_id", "user_id")),
    (t.dismissed, ("destination_id",)),
)

COUNTS = ("votes", "comments", "stars")
ALL = tuple(column.name for column in t.paper.columns if column.name != "id")


def write_papers(
    db: Connection, standing: Sequence[Draft], new: Sequence[Draft], merged: Merged, texts: Texts
) -> None:
    """Insert, merge and update papers, and keep the index in step."""
    changed = [draft for draft in standing if draft.stored is not None and draft.fields != draft.stored]
    _unindex(db, changed, merged, texts)
    _many(db, insert(db, t.paper), [draft.fields | {"id": draft.id} for draft in new])
    for stays, goes in merged:
        if goes.id is not None and stays.id is not None:
            merge_rows(db, stays.id, goes.id)
    _update(db, changed)
    reads_new = [
        draft for draft in changed if draft.stored and not fulltext.same_text(draft.fields, draft.stored)
    ]
    fulltext.feed(db, ((draft.id or 0, texts.document(draft.fields)) for draft in (*new, *reads_new)))
    if new or reads_new:
        one_more(db, TEXTS)
    new_keys = [(key, draft) for draft in standing for key in sorted(draft.keys - draft.stored_keys)]
    aliases = [{"key": key, "paper_id": draft.id} for key, draft in new_keys]
    _many(db, insert(db, t.paper_alias).on_conflict_do_nothing(), aliases)


def merge_rows(db: Connection, stays: int, goes: int) -> None:
    """Make one paper's everything another's; where both have the same, the one that stays keeps its own."""
    for table, once in BELONGS:
        if once:
            other = table.alias("other")
            same = [other.c[name] == table.c[name] for name in once]
            has = select(other.c.paper_id).where(other.c.paper_id == stays, *same)
            db.execute(delete(table).where(table.c.paper_id == goes, has.exists()))
        db.execute(update(table).where(table.c.paper_id == goes).values(paper_id=stays))
    db.execute(delete(t.paper).where(t.paper.c.id == goes))
    db.execute(insert(db, t.paper_alias).values(key=f"id:{goes}", paper_id=stays))


def write_listings(db: Connection, entries: Listed, now: datetime, *, backfill: bool) -> None:
    """Insert or refresh the day's entries; back-fill, which may be old, lowers no count."""
    statement = insert(db, t.listing)
    refreshed = statement.on_conflict_do_update(
        index_elements=["source", "origin", "day", "paper_id"],
        set_={
            "rank": statement.excluded.rank,
            "kind": statement.excluded.kind,
            "seen_at": statement.excluded.seen_at,
        }
        | (_largest if backfill else _newest)(statement, t.listing, "votes", "comments"),
    )
    _many(db, refreshed, [_listing(listing, draft, now) for listing, draft in entries])


def write_votes(db: Connection, entries: Listed, now: datetime) -> None:
    """Note what each paper counted today."""
    today = now.astimezone(UTC).date()
    counted = [_vote(listing, draft, today) for listing, draft in entries if _counts(listing)]
    votes = insert(db, t.vote)
    _many(
        db,
        votes.on_conflict_do_update(
            index_elements=["paper_id", "seen_on"], set_=_newest(votes, t.vote, "votes", "stars", "comments")
        ),
        counted,
    )


def write_day(db: Connection, batch: Batch, now: datetime) -> None:
    """Note the verdict on the day, and what makes the next fetch conditional; back-fill of no day has no verdict."""
    if batch.day is not None or not batch.backfill:
        _write_verdict(db, batch, now)
    known = insert(db, t.validator)
    fields = ("etag", "last_modified", "fetched_at")
    _many(
        db,
        known.on_conflict_do_update(
            index_elements=["url"], set_={name: known.excluded[name] for name in fields}
        ),
        [{"url": one.url} | {name: getattr(one, name) for name in fields} for one in batch.validators],
    )


def _write_verdict(db: Connection, batch: Batch, now: datetime) -> None:
    verdict = insert(db, t.freshness)
    row = {
        "source": batch.source,
        "origin": batch.origin,
        "day": batch.day or now.astimezone(UTC).date(),
        "verdict": batch.freshness.value,
        "requested_at": now,
        "items": len(batch.listings),
        "note": batch.note,
    }
    said = ("verdict", "requested_at", "note", *(("items",) if _says_how_many(batch) else ()))
    newest = {name: verdict.excluded[name] for name in said}
    key = ["source", "origin", "day"]
    db.execute(verdict.on_conflict_do_update(index_elements=key, set_=newest), row)


def _says_how_many(batch: Batch) -> bool:
    """Not when nothing was read: because it failed, or because nothing had changed (fresh, and nothing in it)."""
    return bool(batch.listings) or batch.freshness in (Freshness.EMPTY_EXPECTED, Freshness.EMPTY_UNEXPECTED)


def _many(db: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.execute(statement, rows)


def _update(db: Connection, changed: Sequence[Draft]) -> None:
    """Write what changed: for most papers of a day that is a vote."""
    rest = [draft for draft in changed if not _only_counts(draft)]
    _many(db, _updating(COUNTS), [_new(draft, COUNTS) for draft in changed if _only_counts(draft)])
    _many(db, _updating(ALL), [_new(draft, ALL) for draft in rest])


def _only_counts(draft: Draft) -> bool:
    stored = draft.stored or {}
    return all(draft.fields[name] == stored[name] for name in ALL if name not in COUNTS)


def _updating(names: Sequence[str]) -> Any:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(t.paper).where(t.paper.c.id == bindparam("this")).values(values)


def _new(draft: Draft, names: Sequence[str]) -> dict[str, Any]:
    return {f"new_{name}": draft.fields[name] for name in names} | {"this": draft.id}


def _unindex(db: Connection, changed: Sequence[Draft], merged: Merged, texts: Texts) -> None:
    """Take out of the index what will read differently, while the words it was fed are still known."""
    gone = [goes for _, goes in merged if goes.stored is not None]
    rewritten = [
        draft for draft in changed if draft.stored and not fulltext.same_text(draft.fields, draft.stored)
    ]
    old = ((draft.id or 0, texts.document(draft.stored or {})) for draft in (*rewritten, *gone))
    fulltext.forget(db, old)


def _newest(statement: Any, table: Table, *names: str) -> dict[str, Any]:
    """What was observed now, or else what was known."""
    return {name: func.coalesce(statement.excluded[name], table.c[name]) for name in names}


def _largest(statement: Any, table: Table, *names: str) -> dict[str, Any]:
    """The larger of what is said now and what was known."""
    new, known = statement.excluded, table.c
    larger = {name: or_(known[name].is_(None), new[name] > known[name]) for name in names}
    return {name: case((larger[name], new[name]), else_=known[name]) for name in names}


def _counts(listing: Listing) -> bool:
    return not (listing.votes is None and listing.comments is None and listing.facts.stars is None)


def _listing(listing: Listing, draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "source": listing.source,
        "origin": listing.origin,
        "day": listing.day,
        "paper_id": draft.id,
        "rank": listing.rank,
        "votes": listing.votes,
        "comments": listing.comments,
        "kind": listing.kind.value,
        "seen_at": now,
    }


def _vote(listing: Listing, draft: Draft, today: date) -> dict[str, Any]:
    return {
        "paper_id": draft.id,
        "seen_on": today,
        "votes": listing.votes,
        "stars": listing.facts.stars,
        "comments": listing.comments,
    }
