"""arXiv's XML as plain fields: the announcement feeds (Atom, RSS 2.0, the old RDF) and the query API's Atom.

Read with defusedxml: no entities, no outside documents. What stands before a cut is kept.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from bot.errors import SourceError

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_XML = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\w{1,8});)(?:[A-Za-z][A-Za-z0-9]{1,31};)?")
ITEMS = frozenset({"entry", "item"})
_ROOTS = {"feed": "atom", "rss": "rss", "rdf": "rdf"}


@dataclass(frozen=True, slots=True)
class Fields:
    """The children of one element by their local names in lower case; a name may come more than once."""

    children: dict[str, list[Element]]

    def text(self, *names: str) -> str:
        """The text of the first child that has one of these names and says something."""
        for name in names:
            for child in self.children.get(name, ()):
                if said := "".join(child.itertext()).strip():
                    return said
        return ""

    def texts(self, name: str) -> list[str]:
        """The texts of all children of a name."""
        return ["".join(child.itertext()).strip() for child in self.children.get(name, ())]

    def all(self, name: str) -> list[Fields]:
        """All children of a name, as fields."""
        return [_fields(child) for child in self.children.get(name, ())]

    def attributes(self, name: str, attribute: str) -> list[str]:
        """An attribute of all children of a name, where they have it."""
        return [value.strip() for child in self.children.get(name, ()) if (value := child.get(attribute))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One answer of arXiv: `kind` is query, atom, rss or rdf; `cut` when it ended too early."""

    kind: str
    head: Fields
    entries: tuple[Fields, ...]
    cut: bool


def read_document(body: bytes) -> Document:
    """Read an answer; `SourceError` when it is no XML of arXiv's kinds, or holds forbidden declarations."""
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not body:
        raise SourceError(
            "arXiv answered with nothing at all, which counts as a failure.", reason="empty_body"
        )
    root, entries, cut = _elements(body)
    if cut and (mended := _mended(body)) != body:
        root, entries, cut = max((root, entries, cut), _elements(mended), key=lambda found: len(found[1]))
    name = _local(root.tag) if root is not None else ""
    if root is None or name not in _ROOTS:
        raise SourceError(
            "The answer is no feed of arXiv, so nothing was read from it.", reason="not_the_expected_kind"
        )
    channel = next((child for child in root if _local(child.tag) == "channel"), root)
    head = _fields(channel)
    kind = "query" if "totalresults" in head.children else _ROOTS[name]
    return Document(kind=kind, head=head, entries=tuple(_fields(entry) for entry in entries), cut=cut)


def _mended(body: bytes) -> bytes:
    """The document without what XML does not allow: stray control characters, broken UTF-8, HTML's entities, a bare &."""
    text = _FORBIDDEN.sub("", body.decode(errors="replace"))
    return _NO_XML.sub(lambda entity: html.escape(html.unescape(entity[0])), text).encode()


def _elements(body: bytes) -> tuple[Element | None, list[Element], bool]:
    """The root, every whole item, and whether the document broke off."""
    root: Element | None = None
    items: list[Element] = []
    try:
        for event, element in iterparse(io.BytesIO(body), events=("start", "end")):
            if root is None:
                root = element
            if event == "end" and _local(element.tag) in ITEMS:
                items.append(element)
    except ParseError as error:
        if root is None:
            raise SourceError(
                "The answer is not XML, so nothing was read.", reason="not_the_expected_kind"
            ) from error
        return root, items, True
    except DefusedXmlException as error:
        raise SourceError(
            "The XML declares entities, which is not safe to read.", reason="malformed"
        ) from error
    except (ValueError, LookupError, UnicodeError) as error:  # an encoding nobody knows
        raise SourceError("The XML is in an encoding that cannot be read.", reason="malformed") from error
    return root, items, False


def _fields(element: Element) -> Fields:
    children: dict[str, list[Element]] = {}
    for child in element:
        children.setdefault(_local(child.tag), []).append(child)
    return Fields(children)


def _local(tag: object) -> str:
    """A tag's name without its namespace; comments and instructions have none."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
