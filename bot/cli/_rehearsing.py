"""`rehearse`, done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.app.days import read_date
from bot.config import load_settings
from bot.errors import UserError
from jobs.rehearse import Progress as Done
from jobs.rehearse import Report, Wish, rehearse
from jobs.rehearse.evidence import Finding

from ._session import put, terminal

ALL = 100.0
FIRST_YEAR, LAST_YEAR = 2000, 2100  # what zones are known for


def rehearse_now(
    *,
    start: str,
    days: int,
    faults: str,
    kills: int,
    restores: int,
    seed: int,
    destinations: int | None,
    as_json: bool,
) -> int:
    """Rehearse and tell; 1 when a promise was broken."""
    wish = Wish(
        start=_start(start),
        days=days,
        faults=share(faults),
        kills=kills,
        restores=restores,
        seed=seed,
        destinations=destinations,
    )
    with _bar() as progress:
        report = asyncio.run(rehearse(wish, live=load_settings().database_url, progress=progress))
    if as_json:
        put(report.as_json())
    else:
        _draw(report)
    return 0 if report.is_kept else 1


def share(text: str) -> float:
    """Read `5%`, `5` or `0.5%`: a percentage up to 50."""
    try:
        percent = float(text.strip().removesuffix("%").strip())
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= ALL / 2:
        raise UserError(f"`{text}` is no share of calls.", fix="From 0% to 50%, for example: --faults 5%")
    return percent / ALL


def _start(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    day = read_date(text, "--from")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UserError(f"--from cannot be {day}.", fix=f"A day from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


@contextmanager
def _bar() -> Iterator[Done]:
    """A progress bar on stderr, drawn only on a terminal and gone when done."""
    console = Console(stderr=True)
    columns = (TextColumn("Rehearsing"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("")
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _draw(report: Report) -> None:
    paper = terminal()
    wish = report.wish
    paper.print(
        f"{wish.days} days from {wish.start} with {report.destinations} destinations, seed {wish.seed}: "
        f"{report.messages} messages, {sum(report.kills.values())} kills."
    )
    for title, counts in (("Slots", report.slots), ("Kills", report.kills), ("Faults", report.faults)):
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count)
        paper.print(Text(f"{title}: {told or 'none'}"))
    paper.print(_table(report.findings))
    kept = "Every promise was kept." if report.is_kept else "Promises were broken."
    paper.print(Text(f"{kept} It took {report.seconds:.0f} s."))


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("promise", overflow="fold")
    table.add_column("tested", justify="right")
    table.add_column("", no_wrap=True)
    for one in findings:
        verdict = "OK" if one.is_kept else f"BROKEN {one.broken}"
        told = one.name if not one.note else f"{one.name} ({one.note})"
        examples = "" if one.is_kept else "\n" + "\n".join(f"  {example}" for example in one.examples)
        table.add_row(Text(told + examples), f"{one.checked:,}", verdict)
    return table
