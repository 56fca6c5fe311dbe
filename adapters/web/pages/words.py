"""What templates say in words: dates, counts, people, links. Whatever is put into a page is made readable first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from adapters.chat.foreign import HOLDERS, link_within, readable
from adapters.chat.short import short_authors, short_number
from bot.commands.archive import Entry
from bot.commands.wording import MONTHS, count, long_date
from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Paper
from bot.domain.text import clip

LONGEST_LINK = 2_000
MOST_HITS = 6
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
PLATFORMS = {"slack": "Slack", "discord": "Discord", "email": "Mail", "console": "the terminal"}


def shown(value: object) -> object:
    """A value as it may be written into a page: a text without what hides, reverses or overruns."""
    return readable(value) if type(value) is str else value


@lru_cache(maxsize=8_192)  # a row asks three times for each, and a page is drawn for many readers
def link(url: str) -> str:
    """An address that is safe to link to, or ""."""
    return link_within(url, LONGEST_LINK)


@lru_cache(maxsize=8_192)  # as above
def host(url: str) -> str:
    """Where a link leads, in a word: "arxiv.org"."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def weekday(day: date) -> str:
    """As "Friday"."""
    return DAYS[day.weekday()]


def full_date(day: date) -> str:
    """As "Friday, 20 November 2026"."""
    return f"{weekday(day)}, {day.day} {month_name(day)}"


def month_name(day: date) -> str:
    """As "November 2026"."""
    return f"{LONG_MONTHS[day.month - 1]} {day.year}"


def day_range(first: date, last: date) -> str:
    """As "1 to 7 June 2026", with what differs said twice."""
    if first.year != last.year:
        return f"{_short(first)} {first.year} to {_short(last)} {last.year}"
    if first.month != last.month:
        return f"{_short(first)} to {_short(last)} {last.year}"
    return f"{first.day} to {last.day} {month_name(last)}"


def source_name(source: str) -> str:
    """A source as people say it."""
    return SOURCE_NAMES.get(source, "Feeds" if source == "feed" else source)


def hits(entry: Entry) -> list[str]:
    """The words a paper was found by."""
    found = dict.fromkeys(hit for why in entry.pick.why for hit in why.hits)
    return [clip(hit, 100) for hit in found][:MOST_HITS]


def pdf(paper: Paper) -> str:
    """Where the text itself is, for those where that is known; "" for others."""
    number = paper.key.removeprefix("arxiv:")
    return link(f"https://arxiv.org/pdf/{number}") if number != paper.key else ""


def doi(paper: Paper) -> str:
    """Where a DOI leads."""
    return link(f"https://doi.org/{paper.doi}") if paper.doi else ""


def paragraphs(text: str) -> list[str]:
    """A text by its empty lines."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def titled(paper: Paper) -> str:
    """A paper's title; a word in its place when nothing of it can be seen, for a link needs one."""
    title = readable(paper.title)
    return title if title.strip(HOLDERS) else "Untitled"


def ticked(text: str) -> Markup:
    """A sentence of ours with `what one types` as code."""
    parts = (escape(part) for part in readable(text).split("`"))
    return Markup("").join(  # every part is escaped
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "clipped": clip,
    "authors": short_authors,
    "short": short_number,
    "link": link,
    "host": host,
    "full_date": full_date,
    "long_date": long_date,
    "month_name": month_name,
    "source_name": source_name,
    "paragraphs": paragraphs,
    "ticked": ticked,
    "titled": titled,
}
GLOBALS: Mapping[str, Callable[..., Any] | Mapping[str, str] | Sequence[str]] = {
    "count": count,
    "hits": hits,
    "pdf": pdf,
    "doi": doi,
    "platforms": PLATFORMS,
}
