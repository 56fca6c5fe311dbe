"""A feed's bytes as plain values, by feedparser; pure, and as slow as the feed makes it (see `parsing.py`)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from xml.sax import SAXException

import feedparser

from bot.errors import SourceError

from .authors import names
from .feed_values import ParsedEntry, ParsedFeed
from .html import to_text
from .kinds import check_kind, not_a_feed
from .taming import ITEMS_LIMIT, Tamed, tame

TITLE_LIMIT = 1_000  # characters, as all below
SUMMARY_LIMIT = 20_000
FIELD_LIMIT = 2_000
TAGS_LIMIT = 100

# What is worth keeping beside the usual, by our name, and the names feedparser gives it.
EXTRA = {
    "doi": ("prism_doi", "arxiv_doi", "dc_identifier", "citation_doi"),
    "announce_type": ("arxiv_announce_type",),
    "rights": ("rights", "license"),
    "journal": ("arxiv_journal_ref", "arxiv_journal_reference", "prism_publicationname"),
    "comment": ("arxiv_comment",),
    "primary_category": ("arxiv_primary_category",),
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


def read_feed(body: bytes, content_type: str = "", *, url: str = "") -> ParsedFeed:
    """The feed in these bytes; raises `SourceError` (empty_body, not_the_expected_kind, malformed) when there is none.

    `content_type` is the HTTP header, `url` where the body was found, for its relative links.
    """
    check_kind(body)
    tamed = tame(body, charset=_charset(content_type))
    found = _parse(tamed, url)
    broken = isinstance(found.get("bozo_exception"), SAXException)
    cut = broken and tamed.cut
    whole = found["entries"][:-1] if cut else found["entries"]
    if not found["entries"] and not found.get("version"):
        raise not_a_feed("it holds nothing a feed would")
    if broken and not whole and not _is_closed(tamed.body):
        raise SourceError("The feed ends before its first whole entry.", reason="malformed")
    channel, entries = found["feed"], whole[:ITEMS_LIMIT]
    return ParsedFeed(
        title=_line(_text(channel, "title"), TITLE_LIMIT),
        link=_link(_first(channel.get("link"))),
        entries=tuple(_entry(entry) for entry in entries),
        note="The feed is not well-formed XML." if broken else "",
        cut=cut,
        left_out=tamed.left_out + len(whole) - len(entries),
    )


def _parse(tamed: Tamed, url: str) -> Mapping[str, Any]:
    charset = f"; charset={tamed.charset}" if tamed.charset else ""
    headers = {"content-type": f"application/xml{charset}", "content-location": url}
    try:
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(tamed.body),  # never a name: feedparser would open or fetch it
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,  # nh3 does it
        )
    except MemoryError as error:
        raise SourceError("The feed needs more memory than one feed may have.", reason="too_large") from error
    except Exception as error:  # whatever a hostile feed makes feedparser raise is the feed's fault
        raise SourceError(
            f"The feed cannot be read ({type(error).__name__} inside it).", reason="malformed"
        ) from error
    return found


def _entry(entry: Mapping[str, Any]) -> ParsedEntry:
    return ParsedEntry(
        id=_line(_first(entry.get("id")), FIELD_LIMIT),
        link=_link(_first(entry.get("feedburner_origlink")) or _first(entry.get("link"))),
        title=_line(_text(entry, "title"), TITLE_LIMIT),
        summary=_clean(_summary(entry))[:SUMMARY_LIMIT].strip(),
        authors=names(tuple(_author_fields(entry))),
        published=_date(entry, "published_parsed") or _date(entry, "created_parsed"),
        updated=_date(entry, "updated_parsed"),
        tags=tuple(_tags(entry)),
        extra={name: value for name, keys in EXTRA.items() if (value := _extra(entry, keys))},
    )


def _summary(entry: Mapping[str, Any]) -> str:
    """The abstract: the summary, else the content."""
    if summary := _text(entry, "summary"):
        return summary
    content = entry.get("content") or [{}]
    return to_text(_first(content[0].get("value")))


def _text(holder: Mapping[str, Any], name: str) -> str:
    """A text field without mark-up; what its feed calls plain text is left as it is."""
    value = _first(holder.get(name))
    detail = holder.get(f"{name}_detail") or {}
    return value if detail.get("type") == "text/plain" else to_text(value)


def _author_fields(entry: Mapping[str, Any]) -> Iterator[str]:
    people = [_first(person.get("name")) for person in entry.get("authors") or () if person]
    for field in [name for name in people if name] or [_first(entry.get("author"))]:
        yield _clean(to_text(field))[:FIELD_LIMIT]


def _tags(entry: Mapping[str, Any]) -> Iterator[str]:
    for tag in (entry.get("tags") or ())[:TAGS_LIMIT]:
        if term := _line(_first(tag.get("term")), 200):
            yield term


def _extra(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = entry.get(key)
        given = value.get("term") if isinstance(value, Mapping) else value
        if text := _line(_first(given), FIELD_LIMIT):
            return text
    return ""


def _date(entry: Mapping[str, Any], name: str) -> date | None:
    """The UTC day of one of feedparser's nine-tuples."""
    # feedparser's own `get` would give `published` for a missing `updated`, with a warning.
    parsed = dict.get(entry, name) if isinstance(entry, dict) else None
    try:
        return date(*parsed[:3]) if parsed else None
    except (TypeError, ValueError):
        return None


def _link(text: str) -> str:
    """An http or https address with a host and no user name, or ""."""
    link = "".join(_clean(text).split())
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    fine = parts.scheme.lower() in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return link if fine and len(link) <= FIELD_LIMIT else ""


def _first(value: object) -> str:
    """The text of a field, which may be missing or of another kind in a crooked feed."""
    return value if isinstance(value, str) else ""


def _line(text: str, limit: int) -> str:
    return " ".join(_clean(text).split())[:limit].strip()


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


def _charset(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _is_closed(body: bytes) -> bool:
    """Whether the document ends with an end tag, as one that was not cut does."""
    return re.search(rb"</[\w.:\-]{1,80}\s*>[\s\0]*$", body[-200:]) is not None
