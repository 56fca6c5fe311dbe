"""A digest as a letter: subject, text and HTML; as much of each paper as one mail can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.chat.facts import code_label, matched_line, paper_facts
from adapters.chat.heading import SAMPLE, delays, how_many, short_day
from bot.commands.wording import count
from bot.domain.digest import Digest, Group, Pick
from bot.domain.mailbox import read_mailbox
from bot.errors import UserError

from .pages import drawn
from .text import link, safe

DOT = " · "
TITLE, SUMMARY, ABSTRACT = 250, 600, 1800  # characters
GROUP, NOTE, NAME, HEAD = 200, 300, 100, 80
MOST_NOTES = 12
PREHEADER = 160
LARGEST = 60_000  # bytes of text and HTML together: encoded it stays below the 100 kB at which Gmail cuts


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Pages on the web, "" where there are none."""

    leave: str = ""
    preferences: str = ""
    digest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a mail says."""

    subject: str
    text: str
    html: str
    day: str  # the digest's
    links: Links = Links()
    listed: bool = True  # one of a list that one can leave


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One paper, as the templates show it: texts that are safe on one line, addresses that are safe to link to."""

    number: int
    title: str
    url: str
    facts: str
    summary: str
    why: str
    abstract: str
    code: str
    code_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The papers of one subscription."""

    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """How much of each paper is told: characters, and how many papers bring their abstracts."""

    abstracts: int
    title: int = TITLE
    summary: int = SUMMARY
    facts: bool = True


# More and more tightly; the last holds fifty papers of whatever texts.
DETAILS = (
    *(Detail(abstracts=number) for number in (50, 25, 12, 6, 3, 1, 0)),
    Detail(abstracts=0, summary=200),
    Detail(abstracts=0, title=120, summary=0, facts=False),
    Detail(abstracts=0, title=60, summary=0, facts=False),
)


def letter_of(digest: Digest, links: Links, sender: str) -> Letter:
    """The whole digest as one mail; with fewer abstracts, and then with less of each paper, where it would be too long."""
    for detail in DETAILS:
        letter = _drawn(digest, links, sender, detail)
        if len(letter.text.encode()) + len(letter.html.encode()) <= LARGEST:
            break
    return letter


def _drawn(digest: Digest, links: Links, sender: str, detail: Detail) -> Letter:
    told = {
        "subject": subject_of(digest),
        "preheader": _preheader(digest),
        "day": short_day(digest.day),
        "facts": DOT.join(_facts(digest)),
        "notes": list(_notes(digest)),
        "sections": list(_sections(digest, detail)),
        "more": len(digest.folded),
        "links": links,
        "sender": sender,
        "recipient": recipient_of(digest.address.channel),
    }
    return Letter(
        subject=subject_of(digest),
        text=drawn("digest.txt", told),
        html=drawn("digest.html", told),
        links=links,
        day=digest.day.isoformat(),
    )


def subject_of(digest: Digest) -> str:
    """How many papers of which day, and the first of them."""
    day = short_day(digest.day)
    if not digest.shown:
        return f"No new papers for {day}"
    first = safe(digest.picks[0].paper.title, HEAD)
    sample = "Sample edition: " if digest.sample else ""
    return f"{sample}{count(digest.shown, 'paper')} for {day}{f': {first}' if first else ''}"


def recipient_of(channel: str) -> str:
    """The mailbox as it is written: a program may link it, for it is the reader's own."""
    try:
        return str(read_mailbox(channel))
    except UserError:
        return safe(channel, NAME) or "somebody"


def _preheader(digest: Digest) -> str:
    """What an inbox shows behind the subject: the papers after the first."""
    titles = (safe(pick.paper.title, HEAD) for pick in digest.picks[1:4])
    return DOT.join(title for title in titles if title)[:PREHEADER]


def _facts(digest: Digest) -> Iterator[str]:
    if digest.shown:
        yield how_many(digest)
    if at := safe(f"{digest.at} {digest.tz}", NAME) if digest.at else "":
        yield at
    yield from delays(digest)


def _notes(digest: Digest) -> Iterator[str]:
    """What a reader should know, a line each."""
    told = (*([SAMPLE] if digest.sample else []), *digest.notes[:MOST_NOTES])
    yield from (shown for shown in (safe(note, NOTE) for note in told) if shown)


def _sections(digest: Digest, detail: Detail) -> Iterator[Section]:
    number = 0
    for group in digest.groups:
        entries = [_entry(pick, number + at, detail) for at, pick in enumerate(group.picks, start=1)]
        number += len(entries)
        if entries:
            yield Section(title=_title_of(group, detail), entries=entries)


def _title_of(group: Group, detail: Detail) -> str:
    return safe(group.title, GROUP if detail.facts else detail.title)


def _entry(pick: Pick, number: int, detail: Detail) -> Entry:
    paper, code = pick.paper, link(pick.paper.code_url) if detail.facts else ""
    facts = DOT.join(paper_facts(paper, safe, code=not code)) if detail.facts else ""
    with_abstract = number <= detail.abstracts
    return Entry(
        number=number,
        title=safe(paper.title, detail.title) or "Untitled",
        url=link(paper.url),
        facts=facts,
        summary=safe(paper.summary, detail.summary) if detail.summary else "",
        why=matched_line(pick, safe) if detail.facts else "",
        abstract=safe(paper.abstract, ABSTRACT) if with_abstract else "",
        code=code_label(paper) if code else "",
        code_url=code,
    )
