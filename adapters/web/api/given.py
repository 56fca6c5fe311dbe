"""What may be asked, each value with what it may be; what it may not be is refused and never guessed at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.commands.archive import Filters, Order, Sort

LAST_PAGE, MOST, USUAL, MOST_VOTES = 1_000_000, 100, 30, 10**9
LONGEST, LONGEST_NAME, LONGEST_REF = 1_000, 100, 500
NUMBER = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
BOOLEANS = {"true": True, "false": False}


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise ValueError("it is not a whole number")
    return int(text)


def _boolean(text: str) -> bool:
    if text not in BOOLEANS:
        raise ValueError("it is neither true nor false")
    return BOOLEANS[text]


def _day(text: str) -> date:
    if not DAY.fullmatch(text):
        raise ValueError("it is no day as 2026-06-01")
    return date.fromisoformat(text)


def _from(read: Callable[[str], Any]) -> BeforeValidator:
    """Read a text strictly; a default is no text."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


PageNumber: TypeAlias = Annotated[int, Field(ge=1, le=LAST_PAGE), _from(_number)]
Size: TypeAlias = Annotated[int, Field(ge=1, le=MOST), _from(_number)]
Votes: TypeAlias = Annotated[int, Field(ge=0, le=MOST_VOTES), _from(_number)]
Boolean: TypeAlias = Annotated[bool, _from(_boolean)]
Day: TypeAlias = Annotated[date, _from(_day)]


class Given(BaseModel):
    """The values of one request; a name that is not here is a mistake, and said to be one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Given):
    """What every list takes."""

    page: Annotated[PageNumber, Field(description="Which page, from 1.")] = 1
    size: Annotated[Size, Field(description="How many papers a page has.")] = USUAL


class PaperGiven(Given):
    """Which paper."""

    id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_REF,
            description="Its number here, or an arXiv id, a DOI, a key or a link.",
            examples=["2401.00001"],
        ),
    ]


class DayGiven(Paged):
    """Which day, and how it is read."""

    day: Annotated[Day, Field(description="The day.", examples=["2026-06-01"])]
    sort: Annotated[Sort, Field(description="In which order the papers come.")] = Sort.VOTES
    source: Annotated[str, Field(max_length=LONGEST_NAME, description="Only what this source listed.")] = ""
    topic: Annotated[str, Field(max_length=LONGEST_NAME, description="Only papers of this topic.")] = ""


class SearchGiven(Paged):
    """What is searched for."""

    q: Annotated[
        str,
        Field(
            max_length=LONGEST,
            description="A query: words, phrases, `-without`, `OR`, `author:`, `cat:`, `topic:`.",
        ),
    ] = ""
    order: Annotated[Order, Field(description="In which order the papers come.")] = Order.BEST
    source: Annotated[str, Field(max_length=LONGEST_NAME, description="Only from this source.")] = ""
    topic: Annotated[str, Field(max_length=LONGEST_NAME, description="Only of this topic.")] = ""
    category: Annotated[str, Field(max_length=LONGEST_NAME, description="Only of this arXiv category.")] = ""
    code: Annotated[Boolean, Field(description="Only with code.")] = False
    votes: Annotated[Votes | None, Field(description="With at least so many votes.")] = None
    since: Annotated[Day | None, Field(description="Listed on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Listed on this day or before.")] = None

    @property
    def filters(self) -> Filters:
        """What it is narrowed to."""
        return Filters(
            source=self.source,
            topic=self.topic,
            category=self.category,
            code=self.code,
            votes=self.votes,
            since=self.since,
            until=self.until,
        )


class TopicsGiven(Given):
    """Which topics."""

    q: Annotated[
        str, Field(max_length=LONGEST_NAME, description="Those like this text, best first; else all.")
    ] = ""


class TopicGiven(Paged):
    """Which topic."""

    name: Annotated[
        str, Field(min_length=1, max_length=LONGEST_NAME, description="Its name.", examples=["robotics"])
    ]
