"""The nodes of a parsed query; what each means is decided in `matching.py` alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Scope(StrEnum):
    """Where words are looked for."""

    ANY = "any"  # title or abstract
    TITLE = "title"
    ABSTRACT = "abstract"


class Count(StrEnum):
    """A number a paper carries."""

    UPVOTES = "upvotes"
    STARS = "stars"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Words:
    """Normalised words next to each other; one word is a phrase of one."""

    tokens: tuple[str, ...]
    scope: Scope = Scope.ANY
    prefix: bool = False  # the last token stands for every word that begins so
    said: tuple[str, ...] = field(
        default=(), compare=False
    )  # the words as written, for people; () for the tokens


@dataclass(frozen=True, slots=True)
class Author:
    """All these name words in one author's name ("Yang Song", "song")."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """An arXiv category ("cs.cv") or a whole archive ("cs"), lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Organization:
    """All these words in the organization's name."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Venue:
    """All these words in the venue or the comment field."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class From:
    """Listed by this source."""

    source: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least this many upvotes, stars or comments."""

    count: Count
    number: int


@dataclass(frozen=True, slots=True)
class Has:
    """The paper has one of: code, project, summary, thumbnail, doi, venue, abstract."""

    what: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The paper is a survey, dataset, benchmark, ... as its own words say (`type:`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Listed on or after `since`, on or before `until`."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A topic by name, with what it stood for when the query was parsed."""

    name: str
    node: Node
    title: str = field(default="", compare=False)  # as people read it


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    nodes: tuple[Node, ...]


Term: TypeAlias = (
    Words | Author | Category | Organization | Venue | From | AtLeast | Has | Kind | Listed | TopicTerm
)
Node: TypeAlias = Term | Not | And | Or
