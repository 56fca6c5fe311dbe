"""Which source is believed for which field of a paper, and how counts and dates grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.domain.paper import Announcement, Facts, Listing
from bot.domain.summary import SUMMARY_LIMIT
from bot.domain.text import clip

# The first named is believed over the next, these over every other source; the same source may correct itself,
# and nobody's silence erases anything. Who said it stands in `provenance`.
BELIEVED: dict[str, tuple[str, ...]] = {
    "title": ("arxiv", "huggingface"),
    "abstract": ("arxiv", "huggingface"),
    "authors": ("arxiv", "huggingface"),
    "categories": ("arxiv", "huggingface"),
    "url": ("arxiv", "huggingface"),
    "submitted": ("arxiv", "huggingface"),
    "announced": ("arxiv",),
    "doi": ("arxiv",),
    "venue": ("arxiv",),
    "comment": ("arxiv",),
    "license": ("arxiv",),
    "summary": ("huggingface",),
    "thumbnail": ("huggingface",),
    "code_url": ("huggingface",),
    "project_url": ("huggingface",),
    "organization": ("huggingface",),
    "keywords": ("huggingface",),
}
REVISIONS = {Announcement.REPLACE, Announcement.REPLACE_CROSS}
EMPTY: dict[str, Any] = {
    "title": "",
    "abstract": "",
    "authors": (),
    "categories": (),
    "url": "",
    "submitted": None,
    "announced": None,
    "listed": None,
    "doi": "",
    "venue": "",
    "comment": "",
    "code_url": "",
    "stars": None,
    "project_url": "",
    "thumbnail": "",
    "organization": "",
    "keywords": (),
    "summary": "",
    "summary_by": "",
    "license": "",
    "votes": 0,
    "comments": 0,
    "version": None,
    "withdrawn": False,
    "sources": (),
}


def absorb(fields: dict[str, Any], listing: Listing, *, backfill: bool = False) -> None:
    """Take into a paper's fields what a listing says of it; an old list's counts may be old, so they only raise."""
    facts, source = listing.facts, listing.source
    for name in BELIEVED:
        take(fields, name, getattr(facts, name), source)
    _count(fields, {"votes": listing.votes, "comments": listing.comments, "stars": facts.stars}, backfill)
    _grow(fields, facts)
    if source not in fields["sources"]:
        fields["sources"] = (*fields["sources"], source)
    if fields["listed"] is None or (listing.kind not in REVISIONS and listing.day > fields["listed"]):
        fields["listed"] = listing.day


def take(fields: dict[str, Any], name: str, value: Any, source: str) -> None:
    """Take a source's value of one field if it says something and is believed."""
    if not value or (name == "announced" and fields[name] and fields[name] <= value):
        return
    if name == "summary":
        value = clip(value, SUMMARY_LIMIT)
    known = fields["provenance"].get(name)
    if fields[name] and known != source and _rank(name, source) >= _rank(name, known or ""):
        return
    if fields[name] == value and known == source:
        return
    fields[name] = value
    fields["provenance"] = fields["provenance"] | {name: source}
    if name == "summary":
        fields["summary_by"] = "source"


def combine(fields: dict[str, Any], others: dict[str, Any]) -> None:
    """Take into a paper's fields those of another row that turned out to be the same paper."""
    for name in BELIEVED:
        take(fields, name, others[name], others["provenance"].get(name, ""))
    for name in ("votes", "comments"):
        fields[name] = max(fields[name], others[name])
    for name in ("stars", "version", "listed"):
        fields[name] = _larger(fields[name], others[name])
    fields["withdrawn"] = fields["withdrawn"] or others["withdrawn"]
    fields["sources"] = tuple(dict.fromkeys((*fields["sources"], *others["sources"])))
    fields["first_seen"] = min(fields["first_seen"], others["first_seen"])
    if fields["backfill"] and not others["backfill"]:  # it was news, once, under the other name
        fields["backfill"], fields["first_seen"] = False, others["first_seen"]


def meet_again(fields: dict[str, Any], listing: Listing, now: datetime) -> None:
    """A paper known only from back-fill is news when a source lists it as new."""
    if fields["backfill"] and listing.kind not in REVISIONS:
        fields["backfill"], fields["first_seen"] = False, now


def _count(fields: dict[str, Any], observed: dict[str, int | None], backfill: bool) -> None:
    for name, number in observed.items():
        if number is not None:
            fields[name] = _larger(fields[name], number) if backfill else number


def _grow(fields: dict[str, Any], facts: Facts) -> None:
    fields["withdrawn"] = fields["withdrawn"] or facts.withdrawn
    fields["version"] = _larger(fields["version"], facts.version)


def _larger(left: Any, right: Any) -> int | date | None:
    return max((value for value in (left, right) if value is not None), default=None)


def _rank(name: str, source: str) -> int:
    believed = BELIEVED[name]
    return believed.index(source) if source in believed else len(believed)
