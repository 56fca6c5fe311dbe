"""A saved Daily Papers page, as HTML or as plain text; only ever imported, never fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date

from bot.domain.clean import arxiv_id_of, identity_keys
from bot.domain.paper import Batch, Facts, Freshness, Listing, RejectedItem
from bot.errors import SourceError
from bot.ports import SourceContext

from .fields import day_of, text_of
from .huggingface_items import Items, Span, read_items
from .page_html import Card, read_page_html
from .page_text import Entry, Written, looks_like_page, read_page_text

_NOT_TEXT = (b"{", b"[", b"\x1f\x8b", b"PK", b"%PDF")


class PageSource:
    """The list of Hugging Face as somebody saved it: listings of `huggingface`, with what the page shows of them."""

    name = "page"

    def __init__(self, context: SourceContext) -> None:
        self._clock = context.clock

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:  # noqa: ARG002 - the port's signature
        """Yield nothing: a page comes from a file."""
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether it is such a page; never a feed, data, or text that is no list of papers."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start or start.startswith(_NOT_TEXT) or b"\x00" in start:
            return False
        if start.startswith(b"<"):
            return _is_daily_papers(start.lower())
        if name.lower().endswith(
            (".json", ".xml", ".csv", ".tsv", ".md", ".rst", ".py", ".toml", ".yml", ".yaml")
        ):
            return False
        return looks_like_page(start.decode(errors="replace"))

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved page. Its day is `day`, else what the page says, else today; the note says what was assumed."""
        text = body.decode("utf-8-sig", errors="replace")
        items = self._html(text, day) if text.lstrip().startswith("<") else self._text(text, day)
        if not items.listings and not items.rejected:
            raise SourceError(
                "No paper was found in it: neither cards of a Daily Papers page nor titles followed by abstracts.",
                reason="not_the_expected_kind",
            )
        return Batch(
            source="page",
            origin="",
            day=items.day,
            freshness=Freshness.FRESH if items.listings else Freshness.FAILED,
            listings=items.listings,
            rejected=items.rejected,
            note=items.note,
        )

    def _html(self, markup: str, day: date | None) -> Items:
        page = read_page_html(markup)
        told = day or day_of(page.day)
        if page.items:
            return read_items(page.items, day=told, span=Span.until(self._today()), where="page")
        if not page.cards:
            return Items()
        written = read_page_text(page.text).day if told is None else None
        found, note = (told, "") if told else self._day(written)
        listings = (_carded(card, found, rank) for rank, card in enumerate(page.cards, start=1))
        return Items(listings=tuple(listings), day=found, note=note)

    def _text(self, text: str, day: date | None) -> Items:
        page = read_page_text(text)
        found, note = (day, "") if day else self._day(page.day)
        paired = [entry for entry in page.entries if entry.abstract]
        lone = tuple(_lone(entry) for entry in page.entries if not entry.abstract)
        listings = (_listed(entry, found, rank) for rank, entry in enumerate(paired, start=1))
        return Items(listings=tuple(listings), rejected=lone if paired else (), day=found, note=note)

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()

    def _day(self, written: Written | None) -> tuple[date, str]:
        """The newest such day that is not in the future; today when the page does not say."""
        today = self._today()
        if written is None:
            return today, f"The page does not say its day, so today ({today}) was taken; --day sets another."
        if written.year is not None and (found := _date(written.year, written)):
            return found, ""
        for year in range(today.year, today.year - 8, -1):  # eight: a 29 February is that far apart at most
            found = _date(year, written)
            if found and found <= today:
                return (
                    found,
                    f"The page says {found:%b} {found.day} without a year; {year} was assumed ({found}).",
                )
        return today, f"The page's day could not be read, so today ({today}) was taken; --day sets another."


def _is_daily_papers(start: bytes) -> bool:
    """HTML that says it is the page; an XML feed is not."""
    if start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")):
        return False
    if b"daily papers" in start and b"hugging" in start:
        return True
    return b'data-target="dailypapers"' in start or b'href="/papers/' in start


def _date(year: int, written: Written) -> date | None:
    try:
        return date(year, written.month, written.day)
    except ValueError:
        return None


def _lone(entry: Entry) -> RejectedItem:
    return RejectedItem(
        where=f"line {entry.line}",
        code="no_abstract",
        reason="The line stands alone: no abstract follows it.",
    )


def _listed(entry: Entry, day: date, rank: int) -> Listing:
    facts = Facts(title=text_of(entry.title), abstract=text_of(entry.abstract))
    return Listing(source="huggingface", origin="", day=day, rank=rank, facts=facts)


def _carded(card: Card, day: date, rank: int) -> Listing:
    arxiv_id = arxiv_id_of(card.identifier) or ""
    facts = Facts(
        title=text_of(card.title),
        keys=identity_keys(arxiv_id=arxiv_id),
        abstract=text_of(card.abstract),
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else "",
    )
    return Listing(source="huggingface", origin="", day=day, rank=rank, facts=facts, votes=card.votes)
