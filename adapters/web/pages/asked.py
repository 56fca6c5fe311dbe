"""What a reader chose, from the address of a page. Nothing there is a mistake: what cannot be read is not chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlencode

from adapters.chat.foreign import readable
from bot.commands.archive import Filters, Order, Sort

LONGEST = 1_000  # characters of one value
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WEEK = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)
MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
Given = Mapping[str, str]
Kind = TypeVar("Kind", bound=Enum)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """How a list is read."""

    sort: Sort = Sort.VOTES
    source: str = ""
    topic: str = ""
    view: str = ""  # "cards", else a list
    page: int = 1

    def but(self, **changes: Any) -> str:
        """The end of the address of the same list, read otherwise; another list begins at its first page."""
        return _address(replace(self, **({"page": 1} | changes)), Choice())

    @property
    def is_plain(self) -> bool:
        """Whether nothing was chosen but perhaps a page."""
        return replace(self, page=1) == Choice()


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A search as it stands in an address."""

    q: str = ""
    source: str = ""
    topic: str = ""
    cat: str = ""
    code: bool = False
    votes: int | None = None
    since: date | None = None
    until: date | None = None
    order: Order = Order.BEST
    page: int = 1

    @property
    def filters(self) -> Filters:
        """What it is narrowed to."""
        return Filters(
            source=self.source,
            topic=self.topic,
            category=self.cat,
            code=self.code,
            votes=self.votes,
            since=self.since,
            until=self.until,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.filters != Filters()

    def but(self, **changes: Any) -> str:
        """The end of the address of the same search, read otherwise."""
        return _address(replace(self, **({"page": 1} | changes)), Question())


def choice_of(given: Given) -> Choice:
    """How a list is to be read."""
    return Choice(
        sort=_one_of(Sort, given.get("sort", ""), Sort.VOTES),
        source=text_of(given, "source"),
        topic=text_of(given, "topic"),
        view="cards" if given.get("view") == "cards" else "",
        page=page_of(given),
    )


def question_of(given: Given) -> Question:
    """What is searched for."""
    return Question(
        q=text_of(given, "q"),
        source=text_of(given, "source"),
        topic=text_of(given, "topic"),
        cat=text_of(given, "cat"),
        code=bool(given.get("code")),
        votes=_number(given.get("votes", "")) or None,
        since=day_of(given.get("since", "")),
        until=day_of(given.get("until", "")),
        order=_one_of(Order, given.get("order", ""), Order.BEST),
        page=page_of(given),
    )


def page_of(given: Given) -> int:
    """Which page; the first when it does not say."""
    return max(1, _number(given.get("page", "")))


def name_of(text: str, longest: int) -> str:
    """Something that is named in an address; "" when it is too long, or holds what no name does."""
    return text if len(text) <= longest and readable(text) == text else ""


def day_of(text: str) -> date | None:
    """A day as 2026-06-06."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def week_of(text: str) -> date | None:
    """The Monday of a week as 2026-W23."""
    found = WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def month_of(text: str) -> date | None:
    """The first of a month as 2026-06."""
    found = MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def text_of(given: Given, name: str) -> str:
    """A text on one line, without what cannot be seen."""
    return " ".join(readable(given.get(name, "")[: LONGEST + 1]).split())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _one_of(kind: type[Kind], text: str, otherwise: Kind) -> Kind:
    try:
        return kind(text)
    except ValueError:
        return otherwise


def _address(chosen: Choice | Question, plain: Choice | Question) -> str:
    """What differs from the plain one, as an address has it; "" when nothing does."""
    names = [field.name for field in fields(chosen)]
    values = {name: getattr(chosen, name) for name in names if getattr(chosen, name) != getattr(plain, name)}
    said = {name: "1" if value is True else str(value) for name, value in values.items()}
    return f"?{urlencode(said, errors='replace')}" if said else ""
