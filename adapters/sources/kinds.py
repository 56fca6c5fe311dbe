"""What kind of document a body is, from how it begins."""

from __future__ import annotations

import re

from bot.errors import SourceError

_ROOT = re.compile(rb"<(?:[\w.\-]{1,40}:)?(rss|feed|rdf|channel|html|head|body|opml)[\s>]", re.IGNORECASE)
_FEED_ROOTS = frozenset({b"rss", b"feed", b"rdf", b"channel"})
_HTML_DOCTYPE = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_HEAD = 4_096  # bytes in which a document shows what it is


def looks_like_a_feed(head: bytes) -> bool:
    """Whether a document that begins so has a feed's root element."""
    return _root(_start(head)) in _FEED_ROOTS


def _root(start: bytes) -> bytes:
    """The first element with a name we know; feeds are too often wrong around it to ask for the very first."""
    found = _ROOT.search(start)
    return found[1].lower() if found else b""


def _start(body: bytes) -> bytes:
    """The beginning of a document in any encoding, near enough to ASCII to tell what it is."""
    return body.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:_HEAD].replace(b"\0", b"")


def check_kind(body: bytes) -> None:
    """Raise `SourceError` for what is plainly no feed."""
    head = _start(body)
    if not head:
        raise SourceError(
            "The answer is empty, which is a failure and not a feed without news.", reason="empty_body"
        )
    if head.startswith((b"{", b"[")):
        raise not_a_feed("it is JSON")
    if b"<" not in head:
        raise not_a_feed("it is plain text")
    match _root(head):
        case b"opml":
            raise not_a_feed("it is an OPML list of feeds; add the feeds in it one by one")
        case b"html" | b"head" | b"body":
            raise not_a_feed("it is an HTML page, perhaps an error or a log-in")
        case b"" if _HTML_DOCTYPE.search(head):
            raise not_a_feed("it is an HTML page")


def not_a_feed(why: str) -> SourceError:
    """The error for a document of another kind."""
    return SourceError(
        f"This is not a feed: {why}.",
        reason="not_the_expected_kind",
        fix="Give the address of an RSS or Atom feed.",
    )
