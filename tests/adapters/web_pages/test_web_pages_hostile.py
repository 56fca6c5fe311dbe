"""Nothing in anybody's text runs, leads elsewhere, or hides in a page, whichever field it comes in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

import pytest

from adapters.web.pages import Site
from bot.commands.archive import (
    DayCount,
    DigestDay,
    DigestList,
    DigestPage,
    Entry,
    Newest,
    PaperPage,
    Place,
    Posted,
    Search,
    Shelf,
    SourceCount,
    Span,
    TopicPage,
    Trouble,
)
from bot.commands.pieces import TopicEntry
from bot.domain.digest import Pick, Why
from bot.domain.subscription import Address, Destination, Schedule
from bot.testing.builders import make_paper
from bot.testing.digests import FIELDS, LISTS
from bot.testing.hostile import HOSTILE, in_sentences
from bot.testing.hostile_links import LINKS, ODD_ADDRESSES, REFUSED_ADDRESSES

from .conftest import reader_of
from .judging import Page, findings

DAY = date(2026, 6, 1)
PAGES = (
    "/",
    "/week/2026-W23",
    "/search?q=x",
    "/paper/1",
    "/topics",
    "/topic/knitting",
    "/digest/token",
    "/about",
)
DIGEST = DigestDay(slot_id=1, day=DAY, at=datetime(2026, 6, 1, 9, tzinfo=UTC), shown=1, folded=1)
ADDRESSES = (*LINKS, *REFUSED_ADDRESSES, *ODD_ADDRESSES)


class Shelves:
    """An archive in which every text is the same one, or those of one field are."""

    def __init__(self, text: str, *fields: str) -> None:
        self.text = text
        changed = {name: (text,) * 5 if name in LISTS else text for name in fields or FIELDS}
        self.paper_ = make_paper(1, **{"id": 1, "withdrawn": True, **changed})
        why = Why(query=text, subscription_id=1, hits=(text, f"{text} again"))
        self.entry = Entry(pick=Pick(paper=self.paper_, why=(why,), score=1.0), topics=(text,) * 6, day=DAY)
        self.topic_ = TopicEntry(name="knitting", title=text, definition=text, category=text)
        self.place = Place(
            destination_id=1, name=text, platform="slack", schedule=Schedule(at=time(9)), queries=(text,)
        )

    async def day(self, *_asked: object, **_choices: object) -> Span:
        counts = (SourceCount(source=self.text, name=self.text, papers=1),)
        given = {"papers": (self.entry,), "total": 1, "sources": counts, "notes": (self.text,)}
        return Span(
            first=DAY, last=DAY, source=self.text, trouble=Trouble(what=self.text, fix=self.text), **given
        )

    week = day

    async def days(self, *_asked: object) -> tuple[DayCount, ...]:
        return (DayCount(day=DAY, papers=1),)

    async def search(self, *_asked: object, **_choices: object) -> Search:
        return Search(text=self.text, query=self.text, papers=(self.entry,), total=1)

    async def paper(self, _ref: str) -> PaperPage:
        where = Posted(destination_id=1, place=self.text, platform=self.text, day=DAY, slot_id=1)
        texts = {"bibtex": self.text, "ris": self.text, "csl": self.text}
        return PaperPage(entry=self.entry, similar=(self.entry,), posted=(where,), **texts)

    async def topics(self, _text: str = "") -> tuple[Shelf, ...]:
        return (Shelf(category=self.text, topics=(self.topic_,)),)

    async def topic(self, *_asked: object) -> TopicPage:
        return TopicPage(topic=self.topic_, synonyms=(self.text,), papers=(self.entry,), total=1)

    async def digest(self, *_asked: object, **_more: object) -> DigestPage:
        entries = (self.entry,)
        return DigestPage(
            place=self.place, digest=DIGEST, entries=entries, folded=entries, notes=(self.text,)
        )

    async def digests(self, *_asked: object) -> DigestList:
        return DigestList(place=self.place, digests=(DIGEST,))

    async def public(self) -> tuple[Destination, ...]:
        address = Address(platform=self.text, workspace="T1", channel="C1")
        return (Destination(id=1, address=address, name=self.text, schedule=Schedule()),)

    async def newest(self) -> Newest:
        return Newest(day=DAY, sources={self.text: DAY})


class AnyToken:
    """Everybody may see everything."""

    async def destination(self, _token: str) -> Destination:
        address = Address(platform="slack", workspace="T1", channel="C1")
        return Destination(id=1, address=address, name="x", schedule=Schedule())

    def token(self, _destination_id: int) -> str:
        return "token"


async def pages_of(text: str, *fields: str, paths: tuple[str, ...] = PAGES) -> list[str]:
    site = Site(archive=Shelves(text, *fields), digests=AnyToken(), address="https://papers.example.org")
    async with reader_of(site) as reader:
        answers = [await reader.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def test_there_are_as_many_hostile_texts_as_are_claimed() -> None:
    assert len(set(HOSTILE)) >= 200


async def test_no_hostile_text_gets_anywhere_from_every_field_at_once() -> None:
    for text in HOSTILE[::20]:
        for page in await pages_of(text):
            assert findings(page) == [], text[:80]


@pytest.mark.slow
async def test_none_of_all_hostile_texts_gets_anywhere() -> None:
    for text in (*HOSTILE, *[*in_sentences()][::4]):
        for page in await pages_of(text):
            assert findings(page) == [], text[:80]


@pytest.mark.slow
@pytest.mark.parametrize("field", ["title", "abstract", "authors", "comment"])
async def test_no_text_brings_a_link_of_its_own(field: str) -> None:
    paths = ("/", "/paper/1")
    plain = set().union(*(Page(page).links() for page in await pages_of("plain", "venue", paths=paths)))
    for text in HOSTILE[::3]:
        for page in await pages_of(text, field, paths=paths):
            assert Page(page).links() <= plain, text[:80]


@pytest.mark.parametrize("field", ["url", "code_url"])
async def test_an_address_leads_where_it_says_or_nowhere(field: str) -> None:
    (plain,) = await pages_of("", field, paths=("/",))
    for text in ADDRESSES[::3]:
        (page,) = await pages_of(text, field, paths=("/",))
        for url in Page(page).links() - Page(plain).links():
            led, said = urlsplit(url), urlsplit(text.strip())
            assert led.hostname == (said.hostname or "").encode("idna").decode()
            assert led.username is None
            assert url.isascii()


async def test_what_is_typed_is_said_back_as_text_alone() -> None:
    site = Site(archive=Shelves("x"))
    async with reader_of(site) as reader:
        for text in HOSTILE[::40]:
            for name in ("q", "cat", "source", "since", "page", "order", "view"):
                answer = await reader.get("/search", params={name: text.encode("utf-8", "replace")[:2000]})
                assert answer.status_code in {200, 400, 404}
                assert findings(answer.text) == [], text[:80]
