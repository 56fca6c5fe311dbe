"""A batch becomes papers, listings, votes and freshness: in one transaction, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.paper import Batch, Listing

from . import ingest_rows
from . import tables as t
from .drafts import Draft, Drafts, keys_of, title_fold
from .engine import Stored
from .precedence import absorb, meet_again
from .results import Added
from .statements import chunks
from .storable import storable
from .texts import Texts

PER_DAY = 100_000  # paper ids of one day


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
        absorb(draft.fields, listing)
        drafts.claim(draft, listing.facts)
        entries.append((listing, drafts.settle(draft)))
    standing = dict.fromkeys(draft.standing for _, draft in entries)
    new = [draft for draft in standing if draft.id is None]
    _number(db, new)
    ingest_rows.write_papers(db, list(standing), new, drafts.merged, texts)
    ingest_rows.write_listings(db, [(listing, draft.standing) for listing, draft in entries], now)
    ingest_rows.write_day(db, batch, now)
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
    """Give new papers their ids: the day they were first listed, then the next number of that day."""
    last: dict[date, int] = {}
    for draft in new:
        day: date = draft.fields["listed"]
        if day not in last:
            last[day] = _last_of(db, day)
        last[day] += 1
        draft.id = last[day]


def _last_of(db: Connection, day: date) -> int:
    first = int(day.strftime("%Y%m%d")) * PER_DAY
    query = select(func.max(t.paper.c.id)).where(t.paper.c.id >= first, t.paper.c.id < first + PER_DAY)
    return int(db.execute(query).scalar() or first)
