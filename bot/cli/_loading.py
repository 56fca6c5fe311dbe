"""`ingest` and `import`, done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
)

from bot.app.days import check_day, read_date
from bot.app.watching import Seen, Watched
from bot.domain.paper import RejectedItem
from jobs.imports import import_files
from jobs.ingest import IngestReport, Step, ingest
from jobs.ingest import Progress as Report

from ._session import put, run, session
from ._typer import say

MOST_ERRORS_TOLD = 10
TEMPORARY = 5


def ingest_now(*, as_json: bool) -> int:
    """Ask every source; 5 when none gave anything good."""
    return run(_ingest(as_json))


def import_now(files: Sequence[Path], *, day: str, as_json: bool) -> int:
    """Read files; 1 when there were none, or not one of them could be read."""
    return run(_import(files, read_date(day, "--day") if day else None, as_json))


async def _ingest(as_json: bool) -> int:
    async with session() as app:
        sources = await app.sources()
        with source_bars(len(sources)) as seen:
            watched = [Watched(source, seen=seen, finished=lambda one: say(one.line())) for source in sources]
            report = await ingest(app.store, watched, clock=app.clock)
        _print(report, as_json)
        return TEMPORARY if watched and all(one.failed for one in watched) else 0


async def _import(files: Sequence[Path], day: date | None, as_json: bool) -> int:
    async with session() as app:
        check_day(day, "--day", today=app.clock.now().date())
        with _bar("Reading files") as progress:
            report = await import_files(
                app.store, await app.readers(), files, day=day, clock=app.clock, progress=progress
            )
        if not report.files:
            say(f"There are no files in {', '.join(map(str, files))}.")
        for note in report.notes:
            say(note)
        _tell(report.errors)
        _print(report, as_json)
        return 1 if not report.files or (report.errors and not report.batches) else 0


def _print(report: IngestReport, as_json: bool) -> None:
    if as_json:
        put(report.as_json())
        return
    rejected = f", {report.rejected:,} items could not be used" if report.rejected else ""
    sys.stdout.write(
        f"{report.listings:,} listings of {report.papers:,} papers, {report.new_papers:,} of them new{rejected}.\n"
    )


def _tell(errors: Sequence[RejectedItem]) -> None:
    for one in errors[:MOST_ERRORS_TOLD]:
        say(f"{one.where}: {one.reason} ({one.code})")
    if len(errors) > MOST_ERRORS_TOLD:
        say(f"... and {len(errors) - MOST_ERRORS_TOLD:,} more; --json lists them all.")


@contextmanager
def source_bars(sources: int) -> Iterator[Seen]:
    """A line for each source on stderr that counts while it is asked; only on a terminal, and gone when done."""
    with _progress(TextColumn("{task.completed} listings")) as progress:
        rows: dict[str, TaskID] = {}

        def seen(one: Watched) -> None:
            if one.name not in rows and len(rows) < sources:
                rows[one.name] = progress.add_task(one.title, total=None)
            progress.update(rows[one.name], completed=one.listings)

        yield seen


@contextmanager
def _bar(title: str) -> Iterator[Report]:
    """A progress bar on stderr, drawn only on a terminal and gone when done."""
    with _progress(MofNCompleteColumn()) as progress:
        task = progress.add_task(title, total=None)

        def step(done: Step) -> None:
            name = Path(done.name).name
            progress.update(
                task, completed=done.done, total=done.total or None, description=f"{title}: {name}"
            )

        yield step


def _progress(counter: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), counter)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
