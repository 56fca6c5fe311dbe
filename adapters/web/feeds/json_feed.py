"""A feed as JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

import json
from typing import Any

from .atom import stamp
from .items import Feed, Item

VERSION = "https://jsonfeed.org/version/1.1"
KIND = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """The whole document."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self_url,
        "language": "en",
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _item(item: Item) -> dict[str, Any]:
    """One item, without what is not known."""
    values = {
        "id": item.id,
        "url": item.url,
        "external_url": item.external,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": stamp(item.published),
        "date_modified": stamp(item.updated),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.tags),
    }
    return {name: value for name, value in values.items() if value}
