"""A Daily Papers page saved as plain text: a title on one line, its abstract on the next, the site's own lines around."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What stands on the page besides papers, at its head; a saved text may glue it to the first title.
_CHROME = re.compile(
    r"(?:get trending papers in your email inbox(?: once a day)?!"
    r"|by\s?ak and the research community"
    r"|subscribe|daily papers|trending papers|daily|weekly|monthly|new)(?=$|(?-i:[A-Z0-9]))",
    re.IGNORECASE,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - reads best so
_DAY = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?",
    re.IGNORECASE,
)
# Between two papers a page may say who sent them in, and how many votes and authors they have.
_NOISE = re.compile(
    r"(?:[\d.,]+k?|submitted by.*|.{0,40}\d+ authors?|published on .*|view all.*|upvote|previous|next|ai-generated summary"
    r"|·.*|.{0,2})",
    re.IGNORECASE,
)
LONGEST_TITLE = 300
SHORTEST_ABSTRACT = (
    200  # characters; a shorter line is one only right after a title, when it ends like a sentence
)
SHORT_ABSTRACT = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A day as a page writes it: often without its year."""

    month: int
    day: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A title and its abstract ("" when none followed), and the line (from 1) the title stands on."""

    line: int
    title: str
    abstract: str


@dataclass(frozen=True, slots=True)
class PageText:
    """What a saved page holds."""

    entries: tuple[Entry, ...]
    day: Written | None
    chrome: bool  # whether the site's own lines were there


def read_page_text(text: str) -> PageText:
    """Pair titles with abstracts; the site's own lines are dropped, the page's day is taken from them."""
    day: Written | None = None
    chrome = False
    entries: list[Entry] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = " ".join(raw.split())
        if not entries:  # still at the head of the page
            line, written, found = _without_head(line)
            day, chrome = day or written, chrome or found
        if not line or (_NOISE.fullmatch(line) and not _wants_abstract(entries)):
            continue
        _add(entries, number, line)
    return PageText(entries=tuple(entries), day=day, chrome=chrome)


def _add(entries: list[Entry], number: int, line: str) -> None:
    """A long line is the abstract of the title before it, or goes on with it; any other begins a new entry."""
    if not entries or not _is_abstract(line, _wants_abstract(entries)):
        entries.append(Entry(number, line, ""))
        return
    last = entries[-1]
    entries[-1] = Entry(last.line, last.title, f"{last.abstract} {line}".strip())


def _wants_abstract(entries: list[Entry]) -> bool:
    return bool(entries) and not entries[-1].abstract


def _is_abstract(line: str, after_title: bool) -> bool:
    if len(line) >= SHORTEST_ABSTRACT:
        return True
    return after_title and len(line) >= SHORT_ABSTRACT and line.endswith((".", "!", "?"))


def _without_head(line: str) -> tuple[str, Written | None, bool]:
    """The line without what the site puts before the first title, the day found there, and whether anything was."""
    day, found = None, False
    while line:
        if written := _DAY.match(line):
            rest = line[written.end() :]
            if rest and not rest[0].isupper():
                break
            day = _written(written)
            line, found = rest.strip(), True
            continue
        chrome = _CHROME.match(line)
        if not chrome:
            break
        line, found = line[chrome.end() :].strip(), True
    return line, day, found


def _written(found: re.Match[str]) -> Written:
    month = _MONTHS.index(found[1][:3].lower()) + 1
    return Written(month, int(found[2]), int(found[3]) if found[3] else None)


def looks_like_page(text: str) -> bool:
    """Whether a text, or its beginning, is such a page: the site's own lines, or titles and abstracts in turn."""
    page = read_page_text(text)
    paired = [entry for entry in page.entries if entry.abstract]
    if page.chrome:
        return bool(paired)
    titles = [entry.title for entry in page.entries]
    return (
        len(paired) >= 2 and len(titles) - len(paired) <= 1 and all(_is_title(title) for title in titles[:-1])
    )


def _is_title(line: str) -> bool:
    return 3 <= len(line) <= LONGEST_TITLE and line[0].isalnum() and not line.endswith((".", ":", ";", ","))
