"""Papers as the items of a feed: every text readable, every address one that may be linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from adapters.chat.facts import matched_line, paper_facts
from adapters.chat.foreign import link_within, readable
from bot.commands.archive import Entries, Entry
from bot.domain.paper import Paper
from bot.domain.text import clip

LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK = 500, 10_000, 2_000
MOST_AUTHORS, MOST_TAGS = 50, 30
# Where a work of each kind of key is, for good.
PLACES = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "openreview": "https://openreview.net/forum?id=",
    "acl": "https://aclanthology.org/",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One paper in a feed."""

    id: str  # the same in every feed, for ever: what makes a reader show it once
    title: str
    url: str  # its page here
    external: str  # the work itself; "" when its address is not safe to link
    authors: tuple[str, ...]
    summary: str
    html: str
    tags: tuple[str, ...]
    published: datetime
    updated: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed, before it is written in any format."""

    title: str
    self_url: str  # of the format it is written in
    other_url: str  # of the other one
    home: str  # the page of the same papers
    updated: datetime
    items: tuple[Item, ...]


def items_of(entries: Entries, pages: str) -> tuple[Item, ...]:
    """The items of these papers, each once; `pages` is what stands before the number of a paper's page."""
    made: dict[str, Item] = {}
    for entry in entries.papers:
        item = _item(entry, f"{pages}{entry.paper.id}")
        made.setdefault(item.id, item)
    return tuple(made.values())


def lasting_id(paper: Paper) -> str:
    """The canonical address of a work; a name made of its key where it has none."""
    kind, _, rest = paper.key.partition(":")
    if kind in PLACES and rest:
        return PLACES[kind] + quote(readable(rest), safe="/:;()._-")
    address = link_within(rest, LONGEST_LINK) if kind == "url" else ""
    return address or f"urn:uuid:{uuid5(NAMESPACE_URL, _storable(paper.key))}"


def line(text: str, most: int = LONGEST_TITLE) -> str:
    """Somebody else's text on one line, readable and not too long."""
    return clip(" ".join(readable(text).split()), most)


def _item(entry: Entry, url: str) -> Item:
    paper = entry.paper
    abstract = readable(paper.abstract)[:LONGEST_TEXT]
    external = link_within(paper.url, LONGEST_LINK)
    return Item(
        id=lasting_id(paper),
        title=line(paper.title) or "(no title)",
        url=url,
        external=external,
        authors=_each(paper.authors, MOST_AUTHORS),
        summary=line(paper.summary, 1_000),
        html="".join(_html(entry, abstract, external, url)),
        tags=_each((*entry.topics, *paper.categories, *paper.keywords), MOST_TAGS),
        published=entry.published,
        updated=entry.updated,
    )


def _html(entry: Entry, abstract: str, external: str, url: str) -> Iterator[str]:
    """A page's worth for feed readers: words escaped, and no link but to the work, its code and its page here."""
    facts = " · ".join(paper_facts(entry.paper, line, code=False))
    matched = matched_line(entry.pick, line)
    yield from (f"<p>{escape(one)}</p>" for one in (facts, matched) if one)
    yield from (f"<p>{escape(one.strip())}</p>" for one in abstract.split("\n\n") if one.strip())
    links = (
        ("The paper", external),
        ("Code", link_within(entry.paper.code_url, LONGEST_LINK)),
        ("In the archive", url),
    )
    yield f"<p>{' · '.join(_link(words, to) for words, to in links if to)}</p>"


def _link(words: str, to: str) -> str:
    return f'<a href="{escape(to)}">{words}</a>'


def _each(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """Short texts, each once, without empty ones."""
    found = dict.fromkeys(line(text, 200) for text in texts)
    return tuple(text for text in found if text)[:most]


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
