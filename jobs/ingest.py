"""Ingest: ask every source at once, and store each batch as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

import structlog

from bot.domain.paper import Batch, Freshness, RejectedItem
from bot.domain.weekdays import weekdays_before
from bot.errors import PaperRoundError, SourceError, StoreBusy
from bot.ports import Clock, Source
from bot.storage.results import Added
from bot.storage.store import Store
from bot.storage.upkeep import KEEP_FRESHNESS_DAYS

log = structlog.get_logger()

LOOK_BACK = timedelta(days=14)  # after a long sleep: as far as a digest's window reaches
VOTE_DAYS = 7  # list days whose votes still move
LATE_DAYS = 4  # calendar days a list may still grow, over a weekend: it was not whole when it was last heard
FIRST_DAYS = (
    4  # calendar days a source's first run looks back: over a weekend and a holiday to the newest list
)
STORE_TRIES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far a long piece of work has come; `total` is 0 when it is not known."""

    name: str  # the source or file that has just been read
    done: int
    total: int = 0


Progress = Callable[[Step], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """What an ingest or an import brought."""

    files: int = 0
    batches: int = 0
    listings: int = 0
    papers: int = 0  # distinct papers touched
    new_papers: int = 0  # those nobody had met before
    merged: int = 0
    rejected: int = 0
    errors: tuple[RejectedItem, ...] = ()  # what could not be read, and every rejected item
    notes: tuple[str, ...] = ()  # what was assumed, such as a day
    failed_sources: tuple[str, ...] = ()  # sources that gave nothing good

    def as_json(self) -> dict[str, object]:
        """The object that `ingest --json` and `import --json` print; its names are fixed."""
        counted = ("files", "listings", "papers", "new_papers", "merged", "rejected")
        errors = [{"where": one.where, "code": one.code, "reason": one.reason} for one in self.errors]
        return {**{name: getattr(self, name) for name in counted}, "errors": errors}


@dataclass(kw_only=True, slots=True)
class Tally:
    """Counts what batches bring while they are stored."""

    files: int = 0
    batches: int = 0
    listings: int = 0
    merged: int = 0
    rejected: int = 0
    touched: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    errors: list[RejectedItem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)

    def count(self, batch: Batch, added: Added) -> None:
        """Add one stored batch."""
        self.batches += 1
        self.listings += added.listings
        self.merged += added.merged
        self.rejected += len(batch.rejected)
        self.touched |= added.paper_ids
        self.new |= added.new_ids
        self.errors += batch.rejected
        (self.bad if batch.freshness is Freshness.FAILED else self.good).add(batch.source)

    def report(self) -> IngestReport:
        """Everything counted so far."""
        return IngestReport(
            files=self.files,
            batches=self.batches,
            listings=self.listings,
            papers=len(self.touched),
            new_papers=len(self.new),
            merged=self.merged,
            rejected=self.rejected,
            errors=tuple(self.errors),
            notes=tuple(dict.fromkeys(self.notes)),
            failed_sources=tuple(sorted(self.bad - self.good)),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Aside:
    """A backup was put back: what is listed for days up to then may have been shown by slots the backup does not know."""

    until: date
    read: frozenset[
        tuple[str, str, date]
    ]  # lists (source, origin, day) read since: what joins them now is news

    def holds(self, batch: Batch) -> bool:
        """Whether a batch is of before."""
        if batch.day is None or batch.day > self.until:
            return False
        return (batch.source, batch.origin, batch.day) not in self.read


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What every source of one run shares."""

    store: Store
    clock: Clock
    today: date
    tally: Tally
    progress: Progress | None
    aside: Aside | None = None


async def ingest(
    store: Store, sources: Sequence[Source], *, clock: Clock, progress: Progress | None = None
) -> IngestReport:
    """Fetch all sources side by side; one that fails is an error in the report and stops no other.

    The last seven list days are asked for, because votes move; after a longer sleep up to 14 days. Of a source never heard before only the newest list
    day is news: what it lists of earlier days is back-fill, so that nobody is flooded.
    """
    today = clock.now().astimezone(UTC).date()
    heard = await _heard(store, today)
    tally = Tally()
    work = Work(
        store=store,
        clock=clock,
        today=today,
        tally=tally,
        progress=progress,
        aside=await _aside(store, today),
    )
    await asyncio.gather(*(_run(work, source, heard.get(source.name)) for source in sources))
    report = tally.report()
    log.info("ingest.done", listings=report.listings, new=report.new_papers, failed=report.failed_sources)
    return report


async def add(store: Store, batch: Batch, clock: Clock) -> Added:
    """Store a batch in one transaction, waiting a little for a busy database."""
    for _ in range(STORE_TRIES - 1):
        try:
            return await store.add_batch(batch, now=clock.now())
        except StoreBusy:
            await clock.sleep(1.0)
    return await store.add_batch(batch, now=clock.now())


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What is remembered of a source: the first day it gave something for, and when it last did."""

    began: date
    last: date


async def _heard(store: Store, today: date) -> dict[str, Heard]:
    heard: dict[str, Heard] = {}
    for row in await store.freshness(since=today - timedelta(days=KEEP_FRESHNESS_DAYS)):
        if row.verdict is Freshness.FRESH:
            known = heard.get(row.source, Heard(began=row.day, last=row.requested_at.date()))
            last = max(known.last, row.requested_at.date())
            heard[row.source] = Heard(began=min(known.began, row.day), last=last)
    return heard


async def _aside(store: Store, today: date) -> Aside | None:
    """What is not news after a backup was put back, as long as a digest looks back."""
    at = await store.restored_at()
    if at is None or at.date() < today - 2 * LOOK_BACK:
        return None
    rows = await store.freshness(since=today - 2 * LOOK_BACK)
    read = {
        (row.source, row.origin, row.day)
        for row in rows
        if row.verdict is Freshness.FRESH and row.requested_at >= at
    }
    return Aside(until=at.date(), read=frozenset(read))


def _since(today: date, heard: Heard | None) -> date:
    """From which day on a source is asked: as far as votes move, and as far as it was not heard to the end."""
    if heard is None:
        return today - timedelta(days=FIRST_DAYS)
    unheard = heard.last - timedelta(days=LATE_DAYS)
    return max(today - LOOK_BACK, min(*weekdays_before(today, VOTE_DAYS), unheard))


async def _run(work: Work, source: Source, heard: Heard | None) -> None:
    batches = source.fetch(since=_since(work.today, heard))
    try:
        async for batch in _news_only(batches, heard.began if heard else None, work.aside):
            work.tally.count(batch, await add(work.store, batch, work.clock))
            _note_failure(batch, work.tally)
            if work.progress is not None:
                work.progress(Step(name=source.name, done=work.tally.listings))
    except PaperRoundError as error:
        reason = error.reason if isinstance(error, SourceError) else error.code
        log.warning("ingest.source_failed", source=source.name, code=reason, reason=str(error))
        _fail(source, reason, str(error), work.tally)
    except Exception as error:
        log.exception("ingest.source_failed", source=source.name, code="unexpected")
        _fail(source, "unexpected", f"{source.name} failed in a way nobody foresaw: {error!r}", work.tally)


async def _news_only(
    batches: AsyncIterator[Batch], began: date | None, aside: Aside | None
) -> AsyncIterator[Batch]:
    """Mark days from before a source was first heard as back-fill, and what a restore sets aside.

    A source's batches come newest day first.
    """
    async for batch in batches:
        if batch.day is None or not batch.listings:
            yield batch
            continue
        began = began or batch.day
        old = batch.day < began or (aside is not None and aside.holds(batch))
        yield replace(batch, backfill=batch.backfill or old)


def _note_failure(batch: Batch, tally: Tally) -> None:
    if batch.freshness is not Freshness.FAILED:
        return
    where = " ".join(filter(None, (batch.source, batch.origin, str(batch.day or ""))))
    tally.errors.append(
        RejectedItem(where=where, code="failed", reason=batch.note or "It could not be read.")
    )


def _fail(source: Source, code: str, reason: str, tally: Tally) -> None:
    tally.bad.add(source.name)
    tally.errors.append(RejectedItem(where=source.name, code=code, reason=reason))
