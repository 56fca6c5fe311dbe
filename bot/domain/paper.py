"""Papers, what sources say of them, and the listings that put them on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Announcement(StrEnum):
    """Why a source lists a paper on a day (arXiv's announce types; everything else is `new`)."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


class Freshness(StrEnum):
    """The verdict on what a source said for one day."""

    FRESH = "fresh"
    STALE = "stale"
    EMPTY_EXPECTED = "empty-expected"
    EMPTY_UNEXPECTED = "empty-unexpected"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What one source says of one paper, cleaned: plain Unicode text, no mark-up, no TeX.

    Empty means "this source does not say". `keys` holds every identifier the source gave, strongest first, each
    canonical ("arxiv:2401.00001", "doi:10.1/x", "openreview:abc", "acl:2020.acl-main.1", "url:https://...").
    """

    title: str
    keys: tuple[str, ...] = ()
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    url: str = ""
    submitted: date | None = None
    announced: date | None = None
    doi: str = ""
    venue: str = ""  # journal reference or the comment field's "Accepted at ..."
    comment: str = ""
    code_url: str = ""
    stars: int | None = None
    project_url: str = ""
    thumbnail: str = ""
    organization: str = ""
    keywords: tuple[str, ...] = ()
    summary: str = ""  # a ready one- or two-sentence summary (Hugging Face's ai_summary)
    license: str = ""
    version: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """This source listed this paper on this day, at this rank, with these votes: the digest entry."""

    source: str  # "huggingface", "arxiv", "feed": what `source:` in a query names
    origin: str  # the part of the source: an arXiv category, a feed's URL, "" for Hugging Face
    day: date
    rank: int  # from 1
    facts: Facts
    votes: int | None = None
    comments: int | None = None
    kind: Announcement = Announcement.NEW


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedItem:
    """One item of a batch that could not be used, and why; the rest of the batch stands."""

    where: str  # file or URL, with the item's number: "hf.json[12]"
    code: str  # short and stable: no_title, bad_shape, bad_date, cut_off, error_entry, ...
    reason: str  # one sentence for a person


@dataclass(frozen=True, kw_only=True, slots=True)
class Validator:
    """What makes the next GET of a URL conditional (RFC 9110, 13.1); saved together with what it validated."""

    url: str
    etag: str = ""
    last_modified: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One day of one origin, as a source gave it; a fresh one with nothing in it says that nothing has changed."""

    source: str
    origin: str
    day: date | None
    freshness: Freshness
    listings: tuple[Listing, ...] = ()
    rejected: tuple[RejectedItem, ...] = ()
    note: str = ""  # one honest line for people when freshness is not `fresh`, or a day was guessed
    backfill: bool = False  # never a candidate for a digest unless asked
    validators: tuple[Validator, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One work, under one canonical key, whatever sources it came from."""

    id: int  # grows with the day it was first listed: yyyymmdd * 100_000 + n
    key: str
    title: str
    first_seen: datetime
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    url: str = ""
    submitted: date | None = None
    announced: date | None = None
    listed: date | None = None  # newest day any source listed it
    doi: str = ""
    venue: str = ""
    comment: str = ""
    code_url: str = ""
    stars: int | None = None
    project_url: str = ""
    thumbnail: str = ""
    organization: str = ""
    keywords: tuple[str, ...] = ()
    summary: str = ""  # the source's own; any other is made when the paper is picked (`telling.py`)
    summary_by: str = ""  # "source", "abstract" or "model"
    license: str = ""
    votes: int = 0
    comments: int = 0
    withdrawn: bool = False
    sources: tuple[str, ...] = ()
    backfill: bool = False
    provenance: dict[str, str] = field(default_factory=dict)  # field name -> source it was taken from
