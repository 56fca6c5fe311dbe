"""XML from values; nothing here is ever read."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring


def root(name: str, namespace: str = "", **attributes: str) -> Element:
    """The outermost element of a document."""
    return Element(name, ({"xmlns": namespace} if namespace else {}) | attributes)


def add(parent: Element, name: str, words: str = "", /, **attributes: str) -> Element:
    """One more element within another; characters that XML has no place for are gone before (`readable`)."""
    made = SubElement(parent, name, attributes)
    made.text = words or None
    return made


def written(element: Element) -> bytes:
    """The whole document."""
    text: str = tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()
