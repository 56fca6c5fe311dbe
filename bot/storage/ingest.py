"""A batch becomes papers, listings, votes and freshness: in one transaction, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.notes import IMPORT
from bot.domain.paper import Batch, Listing

from . import ingest_rows
from . import tables as t
from .drafts import Draft, Drafts, keys_of, title_fold
from .engine import Stored
from .met import BATCHES, one_more
from .precedence import absorb, meet_again
from .results import Added
from .statements import chunks
from .storable import storable
from .texts import Texts

PER_DAY = 100_000  # paper ids of one day


def first_id(day: date) -> int:
    """The number below the ids of the papers first listed that day: 20260601 and five zeros."""
    return (day.year * 10_000 + day.month * 100 + day.day) * PER_DAY


def first_listed(paper_id: int) -> date:
    """The day an id was given for."""
    number = paper_id // PER_DAY
    return date(number // 10_000, number // 100 % 100, number % 100)


LAST_ID = first_id(date.max) + PER_DAY


class Ingest(Stored):
    """The store's one method that takes papers in."""

    async def add_batch(self, batch: Batch, *, now: datetime) -> Added:
        """Take in everything of a batch, in one transaction; the same batch again adds nothing.

        The slow text work comes before the transaction, so that nobody waits for it.
        """
        batch = storable(batch)
        known = await self.database.read(lambda db: _known(db, batch.listings))
        new = [listing.facts for listing in batch.listings if known.isdisjoint(keys_of(listing.facts))]
        texts = Texts()
        await asyncio.to_thread(texts.prepare, new)
        return await self.database.write(lambda db: take_in(db, batch, texts, now))


def take_in(db: Connection, batch: Batch, texts: Texts, now: datetime) -> Added:
    """Add a batch inside the caller's transaction."""
    drafts = _load(db, batch.listings)
    listed_before = _listed_before(db, drafts)
    entries: list[tuple[Listing, Draft]] = []
    for listing in batch.listings:
        draft = drafts.find(listing)
        if draft is None:
            draft = drafts.fresh(listing, now, backfill=batch.backfill)
        elif not batch.backfill and _is_new(listing, draft, listed_before):
            meet_again(draft.fields, listing, now)
        absorb(draft.fields, listing, backfill=batch.backfill)
        drafts.claim(draft, listing.facts)
        entries.append((listing, drafts.settle(draft)))
    standing = dict.fromkeys(draft.standing for _, draft in entries)
    new = [draft for draft in standing if draft.id is None]
    _number(db, new)
    ingest_rows.write_papers(db, list(standing), new, drafts.merged, texts)
    listed = [(listing, draft.standing) for listing, draft in entries]
    ingest_rows.write_listings(db, listed, now, backfill=batch.backfill)
    if batch.source != IMPORT:  # a file does not tell when its votes were counted
        ingest_rows.write_votes(db, listed, now)
    ingest_rows.write_day(db, batch, now)
    one_more(db, BATCHES)
    return Added(
        listings=len(batch.listings),
        paper_ids=frozenset(draft.id or 0 for draft in standing),
        new_ids=frozenset(draft.id or 0 for draft in new),
        merged=sum(goes.stored is not None for _, goes in drafts.merged),
    )


def _is_new(listing: Listing, draft: Draft, listed_before: set[tuple[Any, ...]]) -> bool:
    """Whether this entry was not there when the day was last read: a refreshed vote is no news."""
    return (listing.source, listing.origin, listing.day, draft.id) not in listed_before


def _known(db: Connection, listings: Sequence[Listing]) -> set[str]:
    """Those keys of a batch that the store knows."""
    keys = {key for listing in listings for key in keys_of(listing.facts)}
    known: set[str] = set()
    for some in chunks(keys):
        known |= set(db.execute(select(t.paper_alias.c.key).where(t.paper_alias.c.key.in_(some))).scalars())
    return known


def _load(db: Connection, listings: Sequence[Listing]) -> Drafts:
    """Every stored paper that a listing may be about: by its keys, or by its title."""
    keys = {key for listing in listings for key in keys_of(listing.facts)}
    folds = {title_fold(listing.facts.title) for listing in listings}
    alias, paper = t.paper_alias.c, t.paper.c
    ids = set(_column(db, alias.paper_id, alias.key, keys)) | set(
        _column(db, paper.id, paper.title_fold, folds)
    )
    drafts = Drafts()
    for draft in _stored(db, ids).values():
        drafts.add(draft)
    return drafts


def _stored(db: Connection, ids: Iterable[int]) -> dict[int, Draft]:
    found: dict[int, Draft] = {}
    for some in chunks(sorted(ids)):
        for row in db.execute(select(t.paper).where(t.paper.c.id.in_(some))).mappings():
            fields = dict(row)
            found[row["id"]] = Draft(fields=fields, id=fields.pop("id"), stored=dict(fields))
        aliases = select(t.paper_alias).where(t.paper_alias.c.paper_id.in_(some))
        for key, paper_id in db.execute(aliases):
            found[paper_id].keys.add(key)
    for draft in found.values():
        draft.stored_keys = frozenset(draft.keys)
    return found


def _column(db: Connection, wanted: Any, given: Any, values: Iterable[str]) -> Iterator[int]:
    for some in chunks(values):
        yield from db.execute(select(wanted).where(given.in_(some))).scalars()


def _listed_before(db: Connection, drafts: Drafts) -> set[tuple[Any, ...]]:
    """The entries of those papers that are back-fill so far; only for them does it matter."""
    ids = [draft.id for draft in drafts.all() if draft.fields["backfill"]]
    known: set[tuple[Any, ...]] = set()
    entry = t.listing.c
    for some in chunks(ids):
        query = select(entry.source, entry.origin, entry.day, entry.paper_id)
        known |= {tuple(row) for row in db.execute(query.where(entry.paper_id.in_(some)))}
    return known


def _number(db: Connection, new: Sequence[Draft]) -> None:
    """Give new papers their ids: the day they were first listed, then the next number of that day.

    A day that has run out of numbers borrows from the day before, never the one after: searches up to a day leave out
    the ids of later days.
    """
    last: dict[date, int] = {}
    for draft in new:
        day: date = draft.fields["listed"]
        while _take(db, day, last) == first_id(day) + PER_DAY:
            day -= timedelta(days=1)
        draft.id = last[day]


def _take(db: Connection, day: date, last: dict[date, int]) -> int:
    """The next number of a day; one more than its last when there is none left."""
    last[day] = min(last.get(day) or _last_of(db, day), first_id(day) + PER_DAY - 1) + 1
    return last[day]


def _last_of(db: Connection, day: date) -> int:
    first = first_id(day)
    query = select(func.max(t.paper.c.id)).where(t.paper.c.id >= first, t.paper.c.id < first + PER_DAY)
    return int(db.execute(query).scalar() or first)
