"""Ingest: ask every source at once, and store each batch as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

import structlog

from bot.domain.paper import Batch, Freshness, RejectedItem
from bot.errors import PaperRoundError, SourceError, StoreBusy
from bot.ports import Clock, Source
from bot.storage.results import Added
from bot.storage.store import Store

log = structlog.get_logger()

VOTE_DAYS = 7  # list days whose votes still move
FIRST_DAYS = 4  # calendar days a first run looks back: over a weekend and a holiday to the newest list
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


async def ingest(
    store: Store, sources: Sequence[Source], *, clock: Clock, progress: Progress | None = None
) -> IngestReport:
    """Fetch all sources side by side; one that fails is an error in the report and stops no other.

    The last seven list days are asked for, because votes move. On an empty store only the newest list day is today's
    news and the days before it are back-fill, so that a first digest is one day long.
    """
    first = (await store.counts())["papers"] == 0
    today = clock.now().astimezone(UTC).date()
    since = today - timedelta(days=FIRST_DAYS) if first else list_days_before(today, VOTE_DAYS)
    tally = Tally()
    runs = (_run(store, source, since, first, clock, tally, progress) for source in sources)
    await asyncio.gather(*runs)
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


def list_days_before(today: date, count: int) -> date:
    """The date `count` weekdays before today: sources list nothing at weekends."""
    day = today
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


async def _run(
    store: Store,
    source: Source,
    since: date,
    first: bool,
    clock: Clock,
    tally: Tally,
    progress: Progress | None,
) -> None:
    try:
        async for batch in _newest_only(source.fetch(since=since), first=first):
            tally.count(batch, await add(store, batch, clock))
            _note_failure(batch, tally)
            if progress is not None:
                progress(Step(name=source.name, done=tally.listings))
    except PaperRoundError as error:
        reason = error.reason if isinstance(error, SourceError) else error.code
        _fail(source, reason, str(error), tally)
    except Exception as error:
        log.exception("ingest.source_failed", source=source.name)
        _fail(source, "unexpected", f"{source.name} failed in a way nobody foresaw: {error!r}", tally)


async def _newest_only(batches: AsyncIterator[Batch], *, first: bool) -> AsyncIterator[Batch]:
    """Mark what a first run finds of days before an origin's newest list as back-fill; batches come newest first."""
    newest: dict[str, date] = {}
    async for batch in batches:
        if not first or batch.day is None or not batch.listings:
            yield batch
            continue
        day = newest.setdefault(batch.origin, batch.day)
        yield replace(batch, backfill=batch.backfill or batch.day < day)


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
