"""Honest lines under a digest: which sources are missing, late or on a holiday."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from .paper import Freshness

SOURCE_NAMES = {"huggingface": "Hugging Face", "arxiv": "arXiv"}
# What silent days are called when the source itself does not say.
QUIET_DAYS = {
    "arxiv": "arXiv announces nothing on Saturdays and Sundays.",
    "huggingface": "Hugging Face lists no papers at the weekend.",
}
IMPORT = "import"  # the source of the verdicts on imported files, of which a digest says nothing
MOST_NAMED = 3
ONE_DAY = timedelta(days=1)


class Verdict(Protocol):
    """What a source said for one day of one origin."""

    @property
    def source(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def verdict(self) -> Freshness: ...
    @property
    def requested_at(self) -> datetime: ...
    @property
    def note(self) -> str: ...


def source_notes(rows: Iterable[Verdict], day: date) -> tuple[str, ...]:
    """One line for each thing a reader of the digest of `day` should know; none when all is well.

    Only the last word of each origin counts. A source's own day may lag the reader's by one (arXiv counts in
    New York, the reader may live in Tokyo); what was said of days before that is no news.
    """
    latest = _latest(rows, day)
    lines = []
    for source in sorted({row.source for row in latest}):
        mine = [row for row in latest if row.source == source]
        lines += [line for verdict, say in _SAYINGS if (line := say(source, _with(mine, verdict), mine))]
    return tuple(lines)


def late_sources(rows: Iterable[Verdict], day: date) -> frozenset[str]:
    """The sources from which nothing good came for that day yet."""
    latest = _latest(rows, day)
    bad = {row.source for row in latest if row.verdict in {Freshness.FAILED, Freshness.STALE}}
    return frozenset(bad - {row.source for row in latest if row.verdict is Freshness.FRESH})


def combined_note(days: Sequence[date]) -> str:
    """The line of a digest that carries earlier days."""
    if len(days) == 1:
        return f"With the papers of {_spoken(days[0])}, whose digest was not sent."
    return f"With the papers of {len(days)} days, {_spoken(days[0])} to {_spoken(days[-1])}, whose digests were not sent."


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B}"


def _latest(rows: Iterable[Verdict], day: date) -> list[Verdict]:
    last: dict[tuple[str, str], Verdict] = {}
    for row in rows:
        if row.day < day - ONE_DAY or row.source == IMPORT:
            continue
        known = last.get((row.source, row.origin))
        if known is None or (row.day, row.requested_at) > (known.day, known.requested_at):
            last[row.source, row.origin] = row
    return [last[key] for key in sorted(last)]


def _with(rows: Sequence[Verdict], verdict: Freshness) -> list[Verdict]:
    return [row for row in rows if row.verdict is verdict]


def _failed(source: str, rows: Sequence[Verdict], every: Sequence[Verdict]) -> str:
    if not rows:
        return ""
    if source == "feed":
        feeds, papers = ("feed", "its papers") if len(rows) == 1 else ("feeds", "their papers")
        return f"The {feeds} of {_origins(rows)} did not answer; {papers} will come with the next digest."
    if len(rows) == len(every):
        return f"{_name(source)} did not answer; its papers will come with the next digest."
    return (
        f"{_name(source)} did not answer for {_origins(rows)}; those papers will come with the next digest."
    )


def _stale(source: str, rows: Sequence[Verdict], _every: Sequence[Verdict]) -> str:
    if not rows:
        return ""
    named = [row for row in rows if row.origin]
    who = _origins(named) if named else _name(source)
    return f"{who} still {'show' if ' and ' in who else 'shows'} yesterday's list."


def _quiet(source: str, rows: Sequence[Verdict], every: Sequence[Verdict]) -> str:
    if not rows or len(rows) < len(every) or source == "feed":  # a feed that is empty today is no news
        return ""
    said = next((row.note for row in rows if row.note), "")
    return said or QUIET_DAYS.get(source, "")


def _unexpectedly_empty(source: str, rows: Sequence[Verdict], every: Sequence[Verdict]) -> str:
    if not rows or source == "feed":
        return ""
    where = "" if len(rows) == len(every) else f" for {_origins(rows)}"
    return f"{_name(source)} has no list{where} yet today; its papers will come with the next digest."


_SAYINGS = (
    (Freshness.FAILED, _failed),
    (Freshness.STALE, _stale),
    (Freshness.EMPTY_EXPECTED, _quiet),
    (Freshness.EMPTY_UNEXPECTED, _unexpectedly_empty),
)


def _name(source: str) -> str:
    return SOURCE_NAMES.get(source, source)


def _origins(rows: Sequence[Verdict]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in _names(row)))
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _names(row: Verdict) -> list[str]:
    """What people call an origin: a feed's site, or the arXiv categories that were asked for together."""
    host = urlsplit(row.origin).hostname
    return [host] if host else row.origin.split("+")
