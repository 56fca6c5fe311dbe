"""The entries of a parsed feed as listings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.clean import identity_keys, plain, title_key
from bot.domain.paper import Announcement, Facts, Listing, RejectedItem

from .feed_values import ParsedEntry, ParsedFeed

FUTURE = timedelta(
    days=2
)  # a date further ahead is a mistake or an embargo; it says nothing of when it was listed
EARLIEST = date(1900, 1, 1)
TITLE_FROM_SUMMARY = 120  # characters
# "arXiv:2401.00001v1 Announce Type: new \nAbstract: ...": arXiv's own feeds, when added as any feed
_ARXIV_PREFIX = re.compile(r"^arXiv:\S{1,40}\s+Announce Type:\s*[\w-]{1,20}\s+Abstract:\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What of a feed can be used, what cannot, and one line about it."""

    listings: tuple[Listing, ...]
    rejected: tuple[RejectedItem, ...]
    note: str


def listings(feed: ParsedFeed, *, origin: str, today: date, undated: date) -> Read:
    """Every usable entry once, ranked as the feed has them; those without a believable date on `undated`."""
    found: dict[str, Listing] = {}
    rejected = []
    for number, entry in enumerate(feed.entries, start=1):
        facts = _apart(_facts(entry, today), found)
        if not facts.title:
            rejected.append(
                _rejected(origin, number, "no_title", "The entry has neither a title nor a text.")
            )
            continue
        if facts.keys[0] in found:
            rejected.append(_rejected(origin, number, "repeated", "The feed holds this work twice."))
            continue
        found[facts.keys[0]] = Listing(
            source="feed",
            origin=origin,
            day=_day(entry, today) or undated,
            rank=len(found) + 1,
            facts=facts,
            kind=_kind(entry),
        )
    rejected += _lost(feed, origin)
    return Read(listings=tuple(found.values()), rejected=tuple(rejected), note=_note(feed))


def _apart(facts: Facts, found: Mapping[str, Listing]) -> Facts:
    """Keep works apart whose entries all link to one page: an address is theirs only if the title is, too."""
    other = found.get(facts.keys[0])
    if other is None or not facts.keys[0].startswith("url:") or other.facts.title == facts.title:
        return facts
    return replace(facts, keys=(_title_key(facts.title, facts.authors),))


def _facts(entry: ParsedEntry, today: date) -> Facts:
    abstract = plain(_ARXIV_PREFIX.sub("", entry.summary))
    title = plain(entry.title) or _beginning(abstract)
    authors = tuple(name for name in map(plain, entry.authors) if name)
    doi = entry.extra.get("doi", "")
    keys = identity_keys(url=entry.link, doi=doi if "10." in doi else "", text=entry.id)
    on_arxiv = bool(keys) and keys[0].startswith("arxiv:")
    rights = entry.extra.get("rights", "")
    return Facts(
        title=title,
        keys=keys or (_title_key(title, authors),),
        abstract=abstract,
        authors=authors,
        categories=entry.tags if on_arxiv else (),
        keywords=() if on_arxiv else tuple(map(plain, entry.tags)),
        url=entry.link,
        submitted=_day(entry, today),
        doi=next((key.removeprefix("doi:") for key in keys if key.startswith("doi:")), ""),
        venue=plain(entry.extra.get("journal", "")),
        comment=plain(entry.extra.get("comment", "")),
        license=rights if rights.startswith(("http://", "https://")) else "",
    )


def _title_key(title: str, authors: Sequence[str]) -> str:
    return title_key(title, authors[0] if authors else "")


def _beginning(text: str) -> str:
    """The first words of a text, for an entry without a title."""
    if len(text) <= TITLE_FROM_SUMMARY:
        return text
    cut = text[:TITLE_FROM_SUMMARY]
    return (cut.rpartition(" ")[0] or cut) + " …"


def _day(entry: ParsedEntry, today: date) -> date | None:
    """The entry's own day when it can be believed."""
    for day in (entry.published, entry.updated):
        if day is not None and EARLIEST <= day <= today + FUTURE:
            return day
    return None


def _kind(entry: ParsedEntry) -> Announcement:
    try:
        return Announcement(entry.extra.get("announce_type", "").lower())
    except ValueError:
        return Announcement.NEW


def _lost(feed: ParsedFeed, origin: str) -> list[RejectedItem]:
    if not feed.cut:
        return []
    number = len(feed.entries) + 1
    return [_rejected(origin, number, "cut_off", "The feed ends in the middle of this entry.")]


def _rejected(origin: str, number: int, code: str, reason: str) -> RejectedItem:
    return RejectedItem(where=f"{origin}[{number}]", code=code, reason=reason)


def _note(feed: ParsedFeed) -> str:
    if feed.cut:
        return "The feed was cut off; what it held before that was kept."
    if feed.left_out:
        return f"The feed is very long; {feed.left_out} older entries were not read."
    return feed.note
