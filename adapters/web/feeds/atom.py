"""A feed as Atom: https://www.rfc-editor.org/rfc/rfc4287."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from adapters.web.pages.site import NAME

from .items import Feed, Item
from .xml import add, root, written

NAMESPACE = "http://www.w3.org/2005/Atom"
KIND = "application/atom+xml"
LANGUAGE = {"xml:lang": "en"}


def atom(feed: Feed) -> bytes:
    """The whole document."""
    top = root("feed", NAMESPACE, **LANGUAGE)
    add(top, "id", feed.self_url)
    add(top, "title", feed.title)
    add(top, "updated", stamp(feed.updated))
    add(add(top, "author"), "name", NAME)
    add(top, "generator", NAME)
    add(top, "link", rel="self", type=KIND, href=feed.self_url)
    add(top, "link", rel="alternate", type="text/html", href=feed.home)
    for item in feed.items:
        _entry(top, item)
    return written(top)


def stamp(when: datetime) -> str:
    """A moment as RFC 3339 has it, in UTC."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _entry(top: Element, item: Item) -> None:
    entry = add(top, "entry")
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    add(entry, "updated", stamp(item.updated))
    add(entry, "published", stamp(item.published))
    for name in item.authors:
        add(add(entry, "author"), "name", name)
    add(entry, "link", rel="alternate", type="text/html", href=item.url)
    if item.external:
        add(entry, "link", rel="related", href=item.external)
    for tag in item.tags:
        add(entry, "category", term=tag)
    if item.summary:
        add(entry, "summary", item.summary)
    add(entry, "content", item.html, type="html")
