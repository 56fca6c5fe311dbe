"""A digest as the console keeps it until it is sent: plain words in JSON, drawn at the width of the day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from bot.commands.wording import long_date
from bot.domain.digest import Digest, Pick
from bot.domain.paper import Paper

from .console_sheet import safe
from .facts import code_label
from .short import short_authors, short_number

VERSION = 1
MOST_HITS = 4
MOST_CATEGORIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One paper, in the words it is shown with."""

    number: int
    title: str
    url: str
    summary: str
    meta: tuple[str, ...]
    matched: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The papers of one subscription."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One digest, ready to be drawn."""

    heading: str
    zone: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    more: int


def document(digest: Digest) -> Document:
    """A digest in words; pure."""
    numbers = iter(range(1, digest.shown + 1))
    return Document(
        heading=long_date(digest.day),
        zone=digest.tz,
        lead=_lead(digest),
        sections=tuple(
            Section(title=group.title, entries=tuple(entry(pick, next(numbers)) for pick in group.picks))
            for group in digest.groups
        ),
        notes=tuple(_notes(digest)),
        more=len(digest.folded),
    )


def entry(pick: Pick, number: int) -> Entry:
    """One pick in words."""
    paper = pick.paper
    hits = [hit for why in pick.why for hit in why.hits]
    return Entry(
        number=number,
        title=paper.title,
        url=paper.url,
        summary=paper.summary,
        meta=tuple(meta(paper)),
        matched=tuple(dict.fromkeys(hits))[:MOST_HITS],
    )


def meta(paper: Paper) -> Iterator[str]:
    """Who, what, how wanted, from where: each a few characters."""
    if paper.withdrawn:
        yield "withdrawn"
    if paper.authors:
        yield short_authors(paper.authors)
    if paper.categories:
        yield ", ".join(paper.categories[:MOST_CATEGORIES])
    if paper.votes:
        yield f"▲ {short_number(paper.votes)}"
    if paper.code_url:
        yield code_label(paper)
    if paper.venue:
        yield paper.venue
    if paper.sources:
        yield ", ".join(paper.sources)
    if paper.url:
        yield short_url(paper.url)


def encode(made: Document) -> bytes:
    """The bytes of a part; the same document gives the same bytes."""
    return json.dumps({"version": VERSION, **_defused(asdict(made))}, ensure_ascii=False).encode()


def decode(payload: bytes) -> Document:
    """The document of a part's bytes."""
    given = json.loads(payload)
    return Document(
        heading=given["heading"],
        zone=given["zone"],
        lead=given["lead"],
        sections=tuple(_section(one) for one in given["sections"]),
        notes=tuple(given["notes"]),
        more=given["more"],
    )


def short_url(url: str) -> str:
    """A link as people read it, without its scheme."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}".rstrip("/")


def _lead(digest: Digest) -> str:
    if not digest.matched:
        return f"Nothing new for {digest.destination}"
    found = f"{digest.matched:,} paper{'' if digest.matched == 1 else 's'}"
    if digest.shown != digest.matched:
        found = f"{digest.shown} of {found}"
    late = ", late" if digest.late else ""
    return f"{found} for {digest.destination}{late}"


def _notes(digest: Digest) -> Iterator[str]:
    if digest.sample:
        yield "Sample edition: these papers are invented, to show what a digest looks like."
    yield from digest.notes
    if digest.combined and not digest.notes:
        yield f"With the papers of {', '.join(_short(day) for day in digest.combined)}."


def _short(day: date) -> str:
    return long_date(day)


def _defused(value: Any) -> Any:
    """The same, without what a terminal would obey in any text: stored parts are harmless whoever prints them."""
    match value:
        case str():
            return safe(value)
        case dict():
            return {name: _defused(item) for name, item in value.items()}
        case list() | tuple():
            return [_defused(item) for item in value]
        case _:
            return value


def _section(given: dict[str, object]) -> Section:
    entries = given["entries"]
    assert isinstance(entries, list)  # noqa: S101 - our own bytes; told to the type checker
    return Section(
        title=str(given["title"]),
        entries=tuple(
            Entry(
                number=one["number"],
                title=one["title"],
                url=one["url"],
                summary=one["summary"],
                meta=tuple(one["meta"]),
                matched=tuple(one["matched"]),
            )
            for one in entries
        ),
    )
