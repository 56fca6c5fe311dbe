"""The JSON of Hugging Face's Daily Papers, item by item: what cannot be used is said, the rest stands.

Traps of the format: `publishedAt` outside of `paper` is off by a zone's hours (the one inside is arXiv's date), votes
stand inside and comments outside, and optional fields are absent or, after an archive, of any shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.clean import arxiv_id_of, identity_keys
from bot.domain.paper import Facts, Listing, RejectedItem

from .fields import address_of, count_of, day_of, names_of, text_of

MOST_KEYWORDS = 40
FIRST_DAY = date(1990, 1, 1)  # no list of papers on the web is older
NEAR = timedelta(days=7)  # how far from the day asked for an item may say it was listed
_REPOSITORY = re.compile(r"[\w.\-]{1,64}/[\w.\-]{1,128}")


@dataclass(frozen=True, slots=True)
class Span:
    """The list days an item is believed; what says another one is taken for undated."""

    first: date
    last: date

    @classmethod
    def until(cls, today: date) -> Span:
        """Any day that can have been: tomorrow's list may be open already."""
        return cls(FIRST_DAY, today + timedelta(days=1))

    @classmethod
    def around(cls, asked: date, today: date) -> Span:
        """The days near the one asked for."""
        return cls(asked - NEAR, min(asked + NEAR, today + timedelta(days=1)))

    def day_of(self, value: object) -> date | None:
        """The day a value is written with, when it is believed."""
        day = day_of(value)
        return day if day is not None and self.first <= day <= self.last else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """What a list held, and how its day was found ("" when it was plain)."""

    listings: tuple[Listing, ...] = ()
    rejected: tuple[RejectedItem, ...] = ()
    day: date | None = None
    note: str = ""


def read_items(items: Sequence[object], *, day: date | None, span: Span, where: str) -> Items:
    """Every item as a listing or as a rejection; ranks count from 1 within a day, in the order given.

    An item's own list day, when it lies in `span`, wins over `day`; without either, the day most items were published
    on stands in.
    """
    guess, note = (day, "") if day else _day_among(items, span)
    listings: list[Listing] = []
    rejected: list[RejectedItem] = []
    ranks: Counter[date] = Counter()
    for number, item in enumerate(items):
        found = _listing(item, guess, span, ranks, f"{where}[{number}]")
        if isinstance(found, Listing):
            listings.append(found)
            continue
        rejected.append(found)
    newest = max((listing.day for listing in listings), default=None)
    return Items(listings=tuple(listings), rejected=tuple(rejected), day=day or newest, note=note)


def name_of(item: object) -> str:
    """What tells an item from the others of its list, its paper's id; "" when it has none."""
    name = _paper(item).get("id") if isinstance(item, Mapping) else ""
    return name if isinstance(name, str) else ""


def _listing(
    item: object, guess: date | None, span: Span, ranks: Counter[date], where: str
) -> Listing | RejectedItem:
    if not isinstance(item, Mapping):
        return RejectedItem(where=where, code="bad_shape", reason=f"It is {_kind(item)}, not a paper.")
    paper = _paper(item)
    facts = _facts(item, paper)
    if not facts.title:
        return RejectedItem(where=where, code="no_title", reason="It has no title.")
    day = span.day_of(paper.get("submittedOnDailyAt")) or guess
    if day is None:
        return RejectedItem(
            where=where, code="bad_date", reason="It names no believable day it was listed on."
        )
    ranks[day] += 1
    return Listing(
        source="huggingface",
        origin="",
        day=day,
        rank=ranks[day],
        facts=facts,
        votes=count_of(paper.get("upvotes")),
        comments=count_of(item.get("numComments")),
    )


def _paper(item: Mapping[str, object]) -> Mapping[str, object]:
    """The paper inside an item; some answers give it bare."""
    paper = item.get("paper")
    return paper if isinstance(paper, Mapping) else item


def _facts(item: Mapping[str, object], paper: Mapping[str, object]) -> Facts:
    identifier = paper.get("id") if isinstance(paper.get("id"), str) else ""
    arxiv_id = arxiv_id_of(str(identifier)) or ""
    return Facts(
        title=text_of(paper.get("title")) or text_of(item.get("title")),
        keys=identity_keys(arxiv_id=arxiv_id),
        abstract=text_of(paper.get("summary")) or text_of(item.get("summary")),
        authors=_authors(paper.get("authors")),
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else "",
        submitted=day_of(paper.get("publishedAt")),
        code_url=_repository(paper.get("githubRepo")),
        stars=count_of(paper.get("githubStars")),
        project_url=address_of(paper.get("projectPage")),
        thumbnail=address_of(item.get("thumbnail"), schemes=("https",)),
        organization=_organization(paper, item),
        keywords=_keywords(paper.get("ai_keywords")),
        summary=text_of(paper.get("ai_summary")),
    )


def _authors(value: object) -> tuple[str, ...]:
    shown = [each for each in _list(value) if isinstance(each, Mapping) and each.get("hidden") is not True]
    return names_of(each.get("name") for each in shown)


def _repository(value: object) -> str:
    """A repository's address, which is given in full or as `owner/name`."""
    given = value.strip() if isinstance(value, str) else ""
    return f"https://github.com/{given}" if _REPOSITORY.fullmatch(given) else address_of(given)


def _organization(*places: Mapping[str, object]) -> str:
    for place in places:
        for key in ("organization", "submitterOrganization"):
            told = place.get(key)
            if isinstance(told, Mapping) and (
                name := text_of(told.get("fullname")) or text_of(told.get("name"))
            ):
                return name
    return ""


def _keywords(value: object) -> tuple[str, ...]:
    words = (text_of(each) for each in _list(value))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_KEYWORDS]


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _day_among(items: Sequence[object], span: Span) -> tuple[date | None, str]:
    """The day most items say they were listed on; the outer date stands in for answers older than that field."""
    shaped = [item for item in items if isinstance(item, Mapping)]
    listed = Counter(span.day_of(_paper(item).get("submittedOnDailyAt")) for item in shaped)
    published = Counter(span.day_of(item.get("publishedAt")) for item in shaped)
    for days, note in ((listed, ""), (published, "Its day ({day}) was taken from the papers' dates.")):
        days.pop(None, None)
        if days:
            day = days.most_common(1)[0][0]
            return day, note.format(day=day)
    return None, ""


def _kind(value: object) -> str:
    names = {
        str: "text",
        int: "a number",
        float: "a number",
        list: "a list",
        bool: "a yes or no",
        type(None): "nothing",
    }
    return names.get(type(value), "something else")
