"""Import: files of any source, each read in a child process, each either stored or named with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import structlog

from bot.domain.notes import IMPORT
from bot.domain.paper import Batch, Freshness, RejectedItem
from bot.ports import Clock, Source
from bot.storage.store import Store

from .import_child import Job, Unread
from .import_worker import FILE_SECONDS, Worker
from .ingest import IngestReport, Progress, Step, Tally, add

log = structlog.get_logger()

# Who is asked first whether a file is theirs: the particular before the general. Other sources come before `feed`.
ORDER = ("arxiv", "huggingface", "page")
LAST = "feed"
SUFFIXES = frozenset({".xml", ".json", ".txt", ".html", ".htm", ".rss", ".atom", ".rdf"})
_DATED = re.compile(r"(?<!\d)((?:19|20)\d{2}-\d{2}-\d{2})(?!\d)")


async def import_files(
    store: Store,
    sources: Sequence[Source],
    paths: Sequence[Path],
    *,
    day: date | None = None,
    clock: Clock,
    progress: Progress | None = None,
    file_seconds: float = FILE_SECONDS,
) -> IngestReport:
    """Read files, and the files of folders, as back-fill: no digest takes them unless asked with `since`.

    A file's day is `day`, else the date in its name, else what it says itself. One that cannot be read within
    `file_seconds` is an error in the report (unreadable, empty, unrecognised, too_slow, too_large, malformed), and
    the rest goes on.
    """
    files = [file for path in paths for file in expand(path)]
    tally = Tally()
    async with Worker(sorted(sources, key=_turn), file_seconds=file_seconds) as worker:
        for number, file in enumerate(files, start=1):
            answer = await worker.read(Job(path=str(file), day=day or day_of(file), now=clock.now()))
            await _take(store, file, answer, clock, tally)
            if progress is not None:
                progress(Step(name=str(file), done=number, total=len(files)))
    tally.files = len(files)
    report = tally.report()
    log.info("import.done", files=report.files, new=report.new_papers, errors=len(report.errors))
    return report


def expand(path: Path) -> Iterator[Path]:
    """A file, whatever it is called, or the readable kinds of files in a folder and below, by name."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and Path(file.name.removesuffix(".gz")).suffix.lower() in SUFFIXES:
            yield file


def day_of(path: Path) -> date | None:
    """The date in a file's name ("2026-06-01.json.gz"), if there is one."""
    for found in _DATED.findall(path.name):
        try:
            return date.fromisoformat(found)
        except ValueError:
            continue
    return None


async def _take(store: Store, file: Path, answer: Batch | Unread, clock: Clock, tally: Tally) -> None:
    if isinstance(answer, Unread):
        tally.errors.append(RejectedItem(where=str(file), code=answer.code, reason=answer.reason))
        return
    if answer.freshness is Freshness.FAILED:
        why = answer.note or "Nothing in it could be read."
        tally.errors.append(RejectedItem(where=str(file), code="malformed", reason=why))
    elif answer.note:
        tally.notes.append(f"{file.name}: {answer.note}")
    named = tuple(replace(item, where=f"{file} {item.where}") for item in answer.rejected)
    # A file's verdict on its day is the import's: it says nothing of how the source does today.
    batch = replace(answer, source=IMPORT, origin=answer.source, backfill=True, validators=(), rejected=named)
    tally.count(batch, await add(store, batch, clock))


def _turn(source: Source) -> int:
    if source.name in ORDER:
        return ORDER.index(source.name)
    return len(ORDER) + (source.name == LAST)
