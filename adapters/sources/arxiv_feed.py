"""A document of arXiv as a batch, with a verdict on whether it is what it should be by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.paper import Batch, Freshness, Listing, RejectedItem
from bot.errors import SourceError

from .arxiv_calendar import feed_day, first_after, newest_due, newest_on, why_empty
from .arxiv_entries import Asked, error_in, moment_of, read_entries
from .arxiv_xml import Document

# A feed holds at most so many items, replacements first: in a fuller one the new papers are what is missing.
# https://info.arxiv.org/help/rss_specifications.html
FEED_CAP = 2_000
FORWARD = timedelta(days=3)  # how far ahead of today a day may be dated: over a weekend
EVENING = 20  # o'clock in New York
TOLERATED = 0.2  # of the entries may be unusable before the batch is called degraded


@dataclass(frozen=True, slots=True)
class Due:
    """The day a feed was built for, and the newest announcement it must hold."""

    built: date
    announcement: date

    @classmethod
    def of(cls, built: datetime | None, now: datetime, *, live: bool) -> Due:
        """A feed holds the announcement of the day it is built on; one just fetched was also built in time.

        Nothing can be demanded of a saved one that does not say when it was built.
        """
        day = feed_day(built or now)
        due = newest_on(day) if built or live else date.min
        return cls(day, max(due, newest_due(now)) if live else due)


def batch_of(
    document: Document,
    *,
    now: datetime,
    day: date | None = None,
    otherwise: date | None = None,
    asked: tuple[str, ...] = (),
    live: bool = False,
) -> Batch:
    """Read every entry: on `day` whatever it says, or on `otherwise` when it says nothing.

    `live` means that the document was just fetched; a saved one is judged by its own date.
    Raises `SourceError` for an error that only looks like a feed.
    """
    _raise_error(document)
    built = _said(document, now, "updated", "lastbuilddate", "date", "pubdate")
    at = built or now
    how = Asked(
        day=day,
        otherwise=otherwise or _day_of(document, at, now),
        latest=feed_day(max(at, now)) + FORWARD,
        categories=asked,
    )
    listings, rejected = read_entries(document.entries, how)
    if document.cut:
        rejected += (
            RejectedItem(where="end", code="cut_off", reason="It broke off; what follows is missing."),
        )
    freshness, note = _verdict(document, listings, rejected, Due.of(built, now, live=live))
    return Batch(
        source="arxiv",
        origin="+".join(asked) or name_of(document),
        day=day or _common_day(listings, feed_day(at)),
        freshness=freshness,
        listings=listings,
        rejected=rejected,
        note=" ".join(filter(None, (note, _remarks(document, listings, rejected)))),
    )


def _raise_error(document: Document) -> None:
    """An error comes as a feed: `Feed error for query`, or one entry called Error."""
    title = document.head.text("title")
    errors = [error for entry in document.entries if (error := error_in(entry))]
    if title.lower().startswith("feed error"):
        errors.insert(0, document.head.text("subtitle", "description") or title)
    if errors and len(errors) >= len(document.entries):
        raise SourceError(
            f'arXiv answered with an error instead of papers: "{" ".join(errors[0].split())[:200]}".',
            reason="not_the_expected_kind",
            fix="Check the categories or ids that were asked for.",
        )


def _said(document: Document, now: datetime, *names: str) -> datetime | None:
    """When the channel says it was built, unless that is too far ahead to be true."""
    said = moment_of(document.head.text(*names))
    return said if said is not None and said <= now + FORWARD else None


def _day_of(document: Document, at: datetime, now: datetime) -> date:
    """The day of entries that carry none: the channel's, else the day it was built."""
    said = _said(document, now, "pubdate", "date", "updated") or at
    # The RDF was built the evening before: 2019-11-12T20:30:00-05:00 is the 13th's.
    return first_after(feed_day(said)) if document.kind == "rdf" and said.hour >= EVENING else feed_day(said)


def _common_day(listings: tuple[Listing, ...], built: date) -> date | None:
    """The day they all are of; None when an answer spans several."""
    days = {listing.day for listing in listings} or {built}
    return days.pop() if len(days) == 1 else None


def name_of(document: Document) -> str:
    """The categories a feed says it is of; "" for an answer of the query API."""
    title = document.head.text("title")
    return title.removesuffix(" updates on arXiv.org") if title.endswith(" updates on arXiv.org") else ""


def _verdict(
    document: Document, listings: tuple[Listing, ...], rejected: tuple[RejectedItem, ...], due: Due
) -> tuple[Freshness, str]:
    if not listings and rejected:
        return Freshness.FAILED, "Nothing in it could be read."
    if document.kind == "query":
        return (Freshness.FRESH, "") if listings else (Freshness.EMPTY_UNEXPECTED, "arXiv found no paper.")
    which = f"arXiv's feed for {name_of(document) or 'this query'}"
    if not listings:
        return _empty(which, due)
    newest = max(listing.day for listing in listings)
    if newest >= due.announcement:
        return Freshness.FRESH, ""
    return (
        Freshness.STALE,
        f"{which} still shows the announcement of {newest}; that of {due.announcement} is missing.",
    )


def _empty(which: str, due: Due) -> tuple[Freshness, str]:
    if due.announcement > due.built:
        return (
            Freshness.EMPTY_UNEXPECTED,
            f"{which} is empty and was last built on {due.built}.",
        )
    if why := why_empty(due.built):
        return Freshness.EMPTY_EXPECTED, f"{why} ({due.built})."
    return (
        Freshness.EMPTY_UNEXPECTED,
        f"{which} is empty on {due.built}, a day with an announcement.",
    )


def _remarks(document: Document, listings: tuple[Listing, ...], rejected: tuple[RejectedItem, ...]) -> str:
    total = len(listings) + len(rejected)
    remarks = []
    if len(document.entries) >= FEED_CAP and document.kind != "query":
        remarks.append(f"The feed is full ({FEED_CAP} items), so new papers may be missing.")
    if document.cut:
        remarks.append("It broke off before its end.")
    if len(rejected) > TOLERATED * total:
        remarks.append(f"Degraded: {len(rejected)} of {total} entries could not be read.")
    return " ".join(remarks)
