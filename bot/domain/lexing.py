"""Cut the text of a query into tokens, as forgivingly as phones, chats and spreadsheets need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from bot.errors import InvalidQuery

from .text import PLAIN_MARKS

# Every filter and its other spellings; what each means is in `query_terms.py`.
FIELDS = {
    "title": "title", "ti": "title", "abstract": "abstract", "abs": "abstract", "all": "all",
    "author": "author", "au": "author", "authors": "author", "cat": "cat", "category": "cat", "categories": "cat",
    "topic": "topic", "source": "source", "has": "has", "type": "type", "venue": "venue",
    "org": "org", "organization": "org", "organisation": "org", "since": "since", "until": "until",
    "upvotes": "upvotes", "upvote": "upvotes", "votes": "upvotes", "likes": "upvotes", "stars": "stars",
    "comments": "comments", "about": "about",
}  # fmt: skip
NUMBERS = tuple(name for name, field in FIELDS.items() if field in ("upvotes", "stars", "comments"))


class Kind(StrEnum):
    """What a token of a query is."""

    WORD = "word"
    QUOTE = "quote"
    FIELD = "field"
    COUNT = "count"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    OR = "OR"
    AND = "AND"
    NOT = "NOT"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `column` counts from 1 in the text as typed, `glued` means no space before it."""

    kind: Kind
    text: str
    column: int
    glued: bool = False


_OPERATORS = {"OR": (Kind.OR,), "AND": (Kind.AND,), "NOT": (Kind.NOT,), "ANDNOT": (Kind.AND, Kind.NOT)}
_MARKS = {"(": Kind.OPEN, ")": Kind.CLOSE, ",": Kind.COMMA, ";": Kind.COMMA, "|": Kind.OR, "-": Kind.NOT}
_LEX = re.compile(
    rf"""
      (?P<space>\s+)
    | "(?P<quote>[^"]*)"
    | (?P<unclosed>")
    | (?P<mark>[(),;]|\|+|-(?=[^\s)-]))
    | (?P<count>[A-Za-z]+\s*:?\s*(?:>=|=>|<=|=<|[<>=])\s*\d+k?(?![\w.]|,\d)
        |(?:{"|".join(NUMBERS)})\s*:?\s*[<>=]+\s*[^\s"(),;|]*(?:,\d+)*)
    | (?P<field>(?:{"|".join(FIELDS)}):\s*(?=[^\s])(?!//)|[A-Za-z_]+:(?=[^\s:/)]))
    | (?P<word>[^\s"(),;|]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Slack sends links and names as <target|text> and escapes & < >: https://docs.slack.dev/messaging/formatting-message-text
_WRAPPED = re.compile(
    r"<(?:https?:|mailto:|tel:|[#@!])[^|<>]*\|(?P<text>[^<>]*)>|<(?P<bare>(?:https?:|mailto:|tel:|[#@!])[^|<>]*)>"
    r"|&(?P<entity>amp|lt|gt|quot);|.",
    re.DOTALL,
)
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_TYPED: dict[int, str | int | None] = {
    **PLAIN_MARKS,
    **str.maketrans("\uff08\uff09\uff1a\uff0c\u3001\uff1b\uff5c\uff1e\uff1c\uff1d`", "():,,;|><= "),
    ord("\u2265"): ">=",
    ord("\u2264"): "<=",
}


def lex(text: str) -> list[Token]:
    """Return the tokens of a query, the last one of kind END, or raise `InvalidQuery` for an open quotation mark."""
    plain, origins = _plain(text)
    tokens = list(chain.from_iterable(_tokens(match, origins) for match in _LEX.finditer(plain)))
    return [*tokens, Token(Kind.END, "", len(text) + 1)]


def _tokens(match: re.Match[str], origins: list[int]) -> Iterator[Token]:
    kind, text = match.lastgroup or "", match.group()
    column = origins[match.start()] + 1
    glued = match.start() > 0 and not match.string[match.start() - 1].isspace()
    if kind == "unclosed":
        raise InvalidQuery(
            f"The quotation mark at column {column} is never closed.",
            fix='Write `"two words"`.',
            column=column,
        )
    if kind == "space":
        return
    if kind == "quote":
        yield Token(Kind.QUOTE, match["quote"], column, glued)
        return
    if kind == "mark":
        yield Token(_MARKS[text[0]], text, column, glued)
        return
    for operator in _OPERATORS.get(text, (Kind(kind),)):
        yield Token(operator, text, column, glued)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text with plain punctuation and without Slack's wrapping, and where each character came from."""
    if text.isascii() and not set("<&`") & set(text):
        return text, list(range(len(text)))
    plain: list[str] = []
    origins: list[int] = []
    for match in _WRAPPED.finditer(text):
        said = _unwrapped(match)
        plain.append(said)
        origins += [match.start()] * len(said)
    return "".join(plain), origins


def _unwrapped(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return match["text"].translate(_TYPED)
    if match["bare"] is not None:
        return match["bare"].removeprefix("mailto:").translate(_TYPED)
    if match["entity"] is not None:
        return _ENTITIES[match["entity"]]
    return match.group().translate(_TYPED)
