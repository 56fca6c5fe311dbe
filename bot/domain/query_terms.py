"""What each filter of a query means: one word and its field become one node, or a kind error."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Protocol

from bot.errors import InvalidQuery

from .categories import ARCHIVES, CATEGORIES, suggest_categories
from .kinds import KINDS
from .lexing import FIELDS, NUMBERS, Kind, Token
from .query_values import COMPARED, compared, day, number
from .stemming import singular
from .terms import (
    Author,
    Category,
    Count,
    From,
    Has,
    Node,
    Organization,
    Scope,
    TopicTerm,
    Venue,
    Words,
)
from .terms import Kind as KindTerm
from .text import FUNCTION_WORDS, fold, normalise, readable

HAS = ("abstract", "code", "doi", "project", "summary", "thumbnail", "venue")
SOURCES = ("arxiv", "feed", "huggingface", "page")  # those that come along; a plug-in may bring others
SHORTEST_PREFIX = 3
_ALIASES = {"hf": "huggingface", "rss": "feed", "github": "code", "review": "survey"}

# What people write from habit, and what to write here.
_HABITS = {
    "about": ("Searching by meaning is not available yet.", "Use words, or a `topic:`."),
    "submitteddate": ("I don't know `submittedDate:`.", "Use `since:2026-01-01` and `until:2026-01-31`."),
    "date": ("I don't know `date:`.", "Use `since:2026-01-01` and `until:2026-01-31`."),
    "year": ("I don't know `year:`.", "Use `since:2026`."),
    "arxiv": ("A query looks for words, not for one paper.", "Try `show 2401.00001`."),
    "id": ("A query looks for words, not for one paper.", "Try `show 2401.00001`."),
    "doi": ("A query looks for words, not for one paper.", "Try `show 10.1000/xyz`, or `has:doi`."),
    "at": ("`at:` belongs to a channel, not to a query.", "Give it to `subscribe` or `settings`."),
    "tz": ("`tz:` belongs to a channel, not to a query.", "Give it to `subscribe` or `settings`."),
    "days": ("`days:` belongs to a channel, not to a query.", "Give it to `subscribe` or `settings`."),
    "max": ("`max:` belongs to a channel, not to a query.", "Give it to `subscribe` or `settings`."),
}
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?\.[a-z]{2}(?:[a-z-]+)?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|ftp)://|www\.", re.IGNORECASE)
_PREFIX = re.compile(r"(?:[^\W_]{2}|[+#&°])\W*\*$")  # but the one letter of A* is a word
_INNER_STAR = re.compile(r"[^\W_]{2,}\*+[^\W_]")


class TopicLookup(Protocol):
    """Where `topic:` is looked up."""

    def term(self, name: str) -> TopicTerm:
        """Return the topic of this name or synonym, or raise `InvalidQuery` with a suggestion."""
        ...


def field_of(token: Token) -> str:
    """Return the filter a FIELD token names, or raise `InvalidQuery`."""
    return _known_field(token.text.strip().removesuffix(":"), ":", token.column)


def count_term(token: Token) -> Node:
    """Read `upvotes>=10`, `stars > 1k`."""
    match = COMPARED.fullmatch(token.text)
    name = _known_field(match["name"], match["op"], token.column) if match else ""
    if match is None or name not in tuple(Count):
        raise InvalidQuery(
            f"`{token.text}` compares something that has no number.",
            fix="Numbers are upvotes, stars and comments: `upvotes>=10`.",
            column=token.column,
        )
    return compared(name, match, token)


def make_term(field: str, token: Token, topics: TopicLookup) -> Node | None:
    """Return the node for one word or quotation under a field ("" for none); None for a word that says nothing."""
    return _READERS[field](field, token, topics)


def _known_field(name: str, mark: str, column: int) -> str:
    low = name.casefold()
    if low in _HABITS:
        raise InvalidQuery(_HABITS[low][0], fix=_HABITS[low][1], column=column)
    if low in FIELDS:
        return FIELDS[low]
    known = [field for field in (FIELDS if mark == ":" else NUMBERS) if field not in _HABITS]
    close = get_close_matches(low, known, 1, 0.75)
    fix = (
        f"Did you mean `{close[0]}{mark}`?"
        if close
        else f'To look for the words, use quotes: `"{name} ..."`.'
    )
    raise InvalidQuery(f"I don't know `{name}{mark}`.", fix=fix, column=column)


def _words(field: str, token: Token, topics: TopicLookup) -> Node | None:
    del topics
    scope = Scope(field) if field in ("title", "abstract") else Scope.ANY
    text = token.text.strip()
    if field == "" and token.kind is Kind.WORD and _is_category(text):
        return _category(field, token, None)
    if token.kind is Kind.WORD and _LINK.match(text):
        raise InvalidQuery(
            f"`{text}` is a link, not a word to look for.",
            fix="One paper is looked up with `show LINK`.",
            column=token.column,
        )
    if _INNER_STAR.search(text):
        raise InvalidQuery(
            f"In `{text}` the `*` may only stand at the end.", fix="Try `optimi*`.", column=token.column
        )
    if _PREFIX.search(text):
        return _prefix(text.rstrip("*"), token, scope)
    tokens = normalise(text)
    if not tokens:
        raise _nothing(token)
    if len(tokens) == 1 and tokens[0] in FUNCTION_WORDS:
        return None
    return Words(tokens, scope, said=_said(fold(text)))


def _said(words: Sequence[str]) -> tuple[str, ...]:
    """The words as written, to be shown; none where they would not be read back as themselves."""
    return tuple(words) if fold(readable(words)) == list(words) else ()


def _prefix(stem: str, token: Token, scope: Scope) -> Node:
    words = fold(stem)
    if not words:
        raise _nothing(token)
    *head, last = words
    if not last.isascii() and len(last) < SHORTEST_PREFIX:  # a pair of CJK characters is looked for as it is
        return Words((*map(singular, head), last), scope, said=_said(words))
    if len(last) < SHORTEST_PREFIX:
        raise InvalidQuery(
            f"`{token.text}` would match too much: `*` needs at least {SHORTEST_PREFIX} letters before it.",
            fix=f"Write the word out, or more of it than `{last}`.",
            column=token.column,
        )
    prefix = _PREFIX.search(f"{last}*") is not None  # R&D& ends in a word that is read back whole
    return Words((*map(singular, head), last), scope, prefix=prefix, said=_said(words))


def _is_category(text: str) -> bool:
    low = text.lower().removesuffix(".*")
    return bool(_CATEGORY.fullmatch(low)) and low.partition(".")[0] in ARCHIVES


def _category(field: str, token: Token, topics: TopicLookup | None) -> Node:
    del field, topics
    name = token.text.strip().lower().removesuffix("*").removesuffix(".")
    if name in CATEGORIES:
        return Category(name)
    raise _unknown("the arXiv category", token, "cat:", suggest_categories(name) or ("cs.CL",))


def _names(field: str, token: Token, topics: TopicLookup) -> Node:
    del topics
    tokens = tuple(dict.fromkeys(fold(token.text)))
    if not tokens:
        raise _nothing(token)
    if field == "author":
        return Author(tokens)
    return Organization(tokens) if field == "org" else Venue(tokens)


def _topic(field: str, token: Token, topics: TopicLookup) -> Node:
    del field
    try:
        return topics.term(token.text)
    except InvalidQuery as problem:
        raise InvalidQuery(problem.what, fix=problem.fix, column=token.column) from problem


def _source(field: str, token: Token, topics: TopicLookup) -> Node:
    del field, topics
    name = _name(token)
    close = get_close_matches(name, SOURCES, 1, 0.75)
    if name not in SOURCES and (close or not re.fullmatch(r"[a-z0-9_-]+", name)):
        raise _unknown("the source", token, "source:", close or SOURCES[:1])
    return From(name)


def _has(field: str, token: Token, topics: TopicLookup) -> Node:
    del field, topics
    return Has(_one_of(HAS, token, "has:"))


def _type(field: str, token: Token, topics: TopicLookup) -> Node:
    del field, topics
    return KindTerm(_one_of(KINDS, token, "type:"))


def _number(field: str, token: Token, topics: TopicLookup) -> Node:
    del topics
    return number(field, token)


def _day(field: str, token: Token, topics: TopicLookup) -> Node:
    del topics
    return day(field, token)


def _name(token: Token) -> str:
    name = token.text.strip().casefold()
    return _ALIASES.get(name, name)


def _one_of(known: tuple[str, ...], token: Token, field: str) -> str:
    name = _name(token).replace(" ", "-")
    for candidate in (name, singular(name)):
        if candidate in known:
            return candidate
    raise _unknown("the value", token, field, get_close_matches(name, known, 1, 0.6) or known)


def _unknown(what: str, token: Token, field: str, options: tuple[str, ...] | list[str]) -> InvalidQuery:
    said = " or ".join(f"`{field}{option}`" for option in options[:3])
    if len(options) > 3:
        said = ", ".join(f"`{field}{option}`" for option in options)
    fix = f"Did you mean {said}?" if len(options) <= 3 else f"There is {said}."
    return InvalidQuery(f"I don't know {what} `{token.text}`.", fix=fix, column=token.column)


def _nothing(token: Token) -> InvalidQuery:
    return InvalidQuery(
        f"`{token.text}` holds no word to look for.",
        fix="Use at least one letter or digit.",
        column=token.column,
    )


_READERS: dict[str, Callable[[str, Token, TopicLookup], Node | None]] = {
    "": _words, "all": _words, "title": _words, "abstract": _words, "cat": _category, "author": _names,
    "org": _names, "venue": _names, "topic": _topic, "source": _source, "has": _has, "type": _type,
    "upvotes": _number, "stars": _number, "comments": _number, "since": _day, "until": _day,
}  # fmt: skip
