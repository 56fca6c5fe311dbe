"""A Daily Papers page saved as HTML: its cards, and the data it carries for its own scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_PAPER_LINK = re.compile(r"(?:https://huggingface\.co)?/papers/([\w.\-]{4,40})")
_DAY_LINK = re.compile(r"(?:https://huggingface\.co)?/papers(?:/date/|\?date=)(\d{4}-\d{2}-\d{2})")
_VOTES = re.compile(r"\d{1,6}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_UNREAD = frozenset({"script", "style", "svg", "noscript", "template"})


@dataclass(slots=True)
class Card:
    """One paper's card as it stands on the page."""

    identifier: str
    title: str = ""
    abstract: str = ""
    votes: int | None = None


@dataclass(slots=True)
class PageHtml:
    """What a saved page holds: cards, or better the items it carries; and its day, "" when it does not say."""

    cards: list[Card] = field(default_factory=list)
    items: list[object] = field(default_factory=list)
    day: str = ""
    text: str = ""


def read_page_html(markup: str) -> PageHtml:
    """Read cards, carried items and the page's day; tolerant of anything HTML can be."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = PageHtml()
        self._text: list[str] = []
        self._within: list[str] = []  # headings, paragraphs and unread elements that are open
        self._card: Card | None = None
        self._votes: int | None = None  # they stand before the title on the page's cards

    def finished(self) -> PageHtml:
        self._page.cards = [card for card in self._page.cards if card.title]
        for card in self._page.cards:
            card.title, card.abstract = " ".join(card.title.split()), " ".join(card.abstract.split())
        self._page.text = "".join(self._text)
        return self._page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-props" in given:
            self._carried(given["data-props"])
        if tag == "article":
            self._card, self._votes = None, None
        if (
            tag == "link"
            and given.get("rel") == "canonical"
            and (day := _DAY_LINK.match(given.get("href", "")))
        ):
            self._page.day = self._page.day or day[1]
        if tag == "a" and self._in_heading() and (link := _PAPER_LINK.fullmatch(given.get("href", ""))):
            self._card = Card(link[1], votes=self._votes)
            self._page.cards.append(self._card)
        if tag in _HEADINGS or tag in _UNREAD or tag == "p":
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        if tag in _HEADINGS or tag in ("p", "div", "time", "li", "article", "button", "a"):
            self._text.append("\n")
        if tag == "article":
            self._card, self._votes = None, None

    def handle_data(self, data: str) -> None:
        if not _UNREAD.isdisjoint(self._within):
            return
        self._text.append(data)
        if self._card and self._in_heading():
            self._card.title += data
            return
        if self._card and "p" in self._within:
            self._card.abstract += data
            return
        if _VOTES.fullmatch(data.strip()):
            self._vote(int(data))

    def _vote(self, votes: int) -> None:
        if self._card is None:
            self._votes = votes
            return
        if self._card.votes is None:
            self._card.votes = votes

    def _in_heading(self) -> bool:
        return not _HEADINGS.isdisjoint(self._within)

    def _carried(self, props: str) -> None:
        """The page's own data: {"dailyPapers": [items as of the API], "dateString": "2026-06-05", ...}."""
        try:
            found = json.loads(props)
        except (ValueError, RecursionError):
            return
        if not isinstance(found, Mapping) or not isinstance(found.get("dailyPapers"), list):
            return
        self._page.items = found["dailyPapers"]
        day = found.get("dateString") or found.get("date")
        if isinstance(day, str):
            self._page.day = day[:10]
