"""What a feed has to keep to be one: RFC 4287 and JSON Feed 1.1, as far as a schema would say it."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# RFC 4287, 4.1: which elements an entry has, how often at least, and at most (0: as often as one likes).
OF_A_FEED = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "author": (0, 0),
    "generator": (0, 1),
    "link": (1, 0),
}
OF_AN_ENTRY = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "published": (0, 1),
    "author": (0, 0),
    "link": (1, 0),
    "category": (0, 0),
    "summary": (0, 1),
    "content": (0, 1),
}


def checked_atom(body: bytes) -> ET.Element:
    """The feed, once it keeps every rule of RFC 4287 that is a schema's business."""
    top = ET.fromstring(body)
    assert top.tag == f"{ATOM}feed"
    assert not top.attrib.keys() - {"{http://www.w3.org/XML/1998/namespace}lang"}
    entries = top.findall(f"{ATOM}entry")
    _keeps(top, OF_A_FEED | {"entry": (0, 0)})
    for entry in entries:
        _keeps(entry, OF_AN_ENTRY)
        assert entry.find(f"{ATOM}author") is not None or top.find(f"{ATOM}author") is not None
    stamps = [(one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}updated")) for one in entries]
    assert len(stamps) == len(set(stamps))
    return top


def _keeps(element: ET.Element, rule: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= set(rule)
    for name, (least, most) in rule.items():
        assert names.count(name) >= least
        assert not most or names.count(name) <= most
    assert not (element.text or "").strip()
    for child in element:
        _is_one(child)
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel") == "alternate"
    ]
    assert len(alternates) == len(set(alternates))


def _is_one(element: ET.Element) -> None:
    name, words = element.tag.removeprefix(ATOM), element.text or ""
    if name in {"updated", "published"}:
        assert STAMP.fullmatch(words)
    if name == "id":
        assert re.match(r"(https?://|urn:uuid:)\S+$", words)
    if name == "author":
        assert [child.tag for child in element] == [f"{ATOM}name"]
        assert (element[0].text or "").strip()
    if name == "link":
        assert re.match(r"https?://\S+$", element.attrib["href"])
        assert set(element.attrib) <= {"href", "rel", "type"}
    if name == "category":
        assert element.attrib["term"]
    if name in {"title", "summary", "content"}:
        assert element.get("type", "text") in {"text", "html"}
        assert not list(element)


def checked_json(body: bytes) -> dict[str, object]:
    """The feed, once it keeps the rules of JSON Feed 1.1."""
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert all(re.match(r"https?://\S+$", item[name]) for name in ("url", "external_url") if name in item)
        assert all(STAMP.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(list(author) == ["name"] and author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed
