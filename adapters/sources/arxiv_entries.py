"""One entry of arXiv, of any of its formats, as a listing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from bot.domain.clean import arxiv_id_of, identity_keys, plain
from bot.domain.paper import Announcement, Facts, Listing, RejectedItem

from .arxiv_calendar import announced_on, feed_day
from .arxiv_people import authors_in
from .arxiv_xml import Fields
from .fields import address_of, names_of

ARCHIVE_OR_CLASS = re.compile(
    r"[a-z]{2,9}(?:-[a-z]{2,4})?(?:\.[A-Za-z\-]{2,9})?"
)  # the rest are ACM and MSC terms
_PREFIX = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)\s+(?:Abstract:\s*)?", re.IGNORECASE)
# The RDF's titles: "T. (arXiv:1911.03854v2 [cs.CL] UPDATED)"
_RDF_TITLE = re.compile(
    r"(.*?)\.?\s*\((arXiv:\S+)\s+\[([\w.\-]+)\]\s*(UPDATED|CROSS LISTED)?\)\s*", re.DOTALL
)
_RDF_KINDS = {"UPDATED": Announcement.REPLACE, "CROSS LISTED": Announcement.CROSS}
_VERSION = re.compile(r"v(\d{1,3})$")
_TAG = re.compile(r"</?(?:p|a|br)\b[^<>]*>", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_RETRACTING = re.compile(
    r"(?:has been|is|was) (?:temporarily )?withdrawn|withdrawn by|\[withdrawn\]", re.IGNORECASE
)
_VENUE = re.compile(
    r"\b(?:(?:accepted|published|presented|appeared|appearing|to appear)\b\s+(?:as\b|at\b|by\b|for\b|in\b|to\b|on\b)|camera[- ]ready)"
    r"[^;\n]{2,140}?(?=[.;]\s|[.;]?$)",
    re.IGNORECASE,
)
LONGEST_NOTICE = 600  # characters of an abstract that may still be nothing but a notice of withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How entries are read.

    `day` overrides what they say; `otherwise` stands in where they say nothing, or a day after `latest`. `categories` are
    those that were asked for.
    """

    otherwise: date
    latest: date
    day: date | None = None
    categories: tuple[str, ...] = ()
    where: str = "entry"


def read_entries(
    entries: Sequence[Fields], asked: Asked
) -> tuple[tuple[Listing, ...], tuple[RejectedItem, ...]]:
    """Every entry once, new papers first, ranked from 1; and what could not be used."""
    found: dict[str, Listing] = {}
    rejected: list[RejectedItem] = []
    for number, entry in enumerate(entries):
        read = _listing(entry, asked, f"{asked.where}[{number}]")
        if isinstance(read, RejectedItem):
            rejected.append(read)
            continue
        found.setdefault(next(iter(read.facts.keys), read.facts.title), read)
    order = list(Announcement)
    ranked = sorted(found.values(), key=lambda listing: order.index(listing.kind))
    return tuple(replace(listing, rank=rank) for rank, listing in enumerate(ranked, start=1)), tuple(rejected)


def error_in(entry: Fields) -> str:
    """The reason an entry gives when it is an error in disguise, else ""."""
    if entry.text("title") == "Error" and "/api/errors" in entry.text("id"):
        return entry.text("summary") or "no reason given"
    return ""


def _listing(entry: Fields, asked: Asked, where: str) -> Listing | RejectedItem:
    if error := error_in(entry):
        return RejectedItem(where=where, code="error_entry", reason=f"arXiv says: {plain(error)}")
    title, kind, rdf_id, rdf_category = _title(entry)
    if not plain(title):
        return RejectedItem(where=where, code="no_title", reason="It has no title.")
    day = asked.day or _day(entry, asked)
    categories = _categories(entry, rdf_category)
    facts = replace(_facts(entry, rdf_id), title=plain(title), categories=categories, announced=day)
    return Listing(source="arxiv", origin=_origin(categories, asked), day=day, rank=1, facts=facts, kind=kind)


def _title(entry: Fields) -> tuple[str, Announcement, str, str]:
    """The title, how it is announced, and the id and category an RDF title carries."""
    title = entry.text("title")
    rdf = _RDF_TITLE.fullmatch(title)
    if rdf:
        return rdf[1], _RDF_KINDS.get(rdf[4] or "", Announcement.NEW), rdf[2], rdf[3]
    said = entry.text("announce_type") or _announced_in(entry.text("summary", "description"))
    try:
        return title, Announcement(said.lower()), "", ""
    except ValueError:
        return title, Announcement.NEW, "", ""


def _announced_in(summary: str) -> str:
    found = _PREFIX.match(summary)
    return found[1] if found else ""


def _facts(entry: Fields, rdf_id: str) -> Facts:
    link = address_of(entry.text("link") or "".join(entry.attributes("link", "href")[:1]))
    named = (rdf_id, entry.text("id"), entry.text("guid"), link)
    identifier = next((each for each in named if arxiv_id_of(each)), "")
    arxiv_id = arxiv_id_of(identifier)
    abstract = plain(_TAG.sub(" ", _PREFIX.sub("", entry.text("summary", "description"), count=1)))
    comment, journal = plain(entry.text("comment")), plain(entry.text("journal_ref", "journal_reference"))
    doi = entry.text("doi")
    version = _VERSION.search(identifier)
    accepted = _VENUE.search(comment)
    submitted = moment_of(entry.text("published")) if not entry.text("announce_type") else None
    return Facts(
        title="",
        keys=identity_keys(arxiv_id=identifier, doi=doi, url="" if arxiv_id else link),
        abstract=abstract,
        authors=_authors(entry),
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else link,
        submitted=submitted.date() if submitted else None,
        doi=doi.lower(),
        venue=journal or (accepted[0] if accepted else ""),
        comment=comment,
        license=address_of(entry.text("rights")),
        version=int(version[1]) if version else None,
        withdrawn=_is_withdrawn(comment, abstract),
    )


def _is_withdrawn(comment: str, abstract: str) -> bool:
    if _WITHDRAWN.search(comment):
        return True
    return len(abstract) <= LONGEST_NOTICE and _RETRACTING.search(abstract) is not None


def _authors(entry: Fields) -> tuple[str, ...]:
    """The names of the query API's author elements, or those in a feed's one string."""
    named = names_of(author.text("name") for author in entry.all("author"))
    return named or tuple(dict.fromkeys(name for text in entry.texts("creator") for name in authors_in(text)))


def _categories(entry: Fields, rdf_category: str) -> tuple[str, ...]:
    """The categories, the primary one first."""
    given = [*entry.attributes("primary_category", "term"), *entry.attributes("category", "term")]
    given += [*entry.texts("category"), rdf_category]
    return tuple(dict.fromkeys(each for each in given if ARCHIVE_OR_CLASS.fullmatch(each)))


def _origin(categories: Sequence[str], asked: Asked) -> str:
    """The asked category a paper stands under; its primary one when a whole archive was asked for."""
    return next(
        (each for each in categories if each in asked.categories), categories[0] if categories else ""
    )


def _day(entry: Fields, asked: Asked) -> date:
    """The announcement's day: an RSS or Atom feed says it; for the query API it follows from the submission."""
    said = moment_of(entry.text("published", "pubdate", "date"))
    if said is None:
        return asked.otherwise
    announced = entry.text("announce_type") or entry.text("pubdate")
    day = _feed_day(said) if announced else announced_on(said)
    return day if day <= asked.latest else asked.otherwise


def _feed_day(said: datetime) -> date:
    """The day a feed's midnight is written with; any other hour is told in New York."""
    return said.date() if said.time() == time(0) else feed_day(said)


def moment_of(text: str) -> datetime | None:
    """An aware moment from an ISO or a mail date; None when it is neither, or absurd."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if not 1900 <= moment.year <= 2200:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
