"""Queries: the text of a subscription or a search, read once into what matching, search and people need.

    "flow matching" OR diffusion -survey cat:cs.CV,cs.LG author:"Yang Song" title:benchmark topic:rlhf
    source:huggingface upvotes>=10 has:code type:survey org:deepmind venue:neurips since:2026-01-01

A space is AND; `OR`, `|` and a comma are OR; `-` or `NOT` leaves out; `generaliz*` stands for every word that begins
so. Quotation marks make a phrase. Lower-case `or`, `and`, `not` are plain words. Filters and exclusions around a row of
alternatives hold for all of them: `a OR b -c` is `(a OR b) -c`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import InvalidQuery

from .lexing import Kind, lex
from .query_form import canonical, key, resolved, simplified, wants_something
from .query_parser import MOST_CHARACTERS, read
from .query_possible import check_possible
from .terms import Node, Or
from .topics import Topics, terms_in

MOST_TERMS = 10_000  # with those of its topics, each time one is named


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read; two with one key match the same papers."""

    node: Node
    canonical: str  # as stored and shown; `parse(canonical).canonical == canonical`
    key: str  # topics written out, compounds spelled


def parse(text: str, topics: Topics | None = None) -> Query:
    """Read a query; `topics` are the workspace's (the shipped ones when None). Raises `InvalidQuery`."""
    if not text.strip():
        raise InvalidQuery(
            "There is nothing to look for.", fix='Try `diffusion` or `"flow matching" -survey`.', column=1
        )
    node = read(text, topics or Topics.shipped())
    if node is None:
        raise InvalidQuery(
            f"`{text.strip()}` is in nearly every paper.",
            fix="Add a word that says what it is about.",
            column=1,
        )
    if (terms := terms_in(node)) > MOST_TERMS:
        raise InvalidQuery(
            f"With the topics it names, the query comes down to {terms:,} terms; at most {MOST_TERMS:,} can be asked.",
            fix="Name each topic once, or smaller ones.",
        )
    plain = simplified(node)
    if not wants_something(plain):
        raise _only_negative(plain, text)
    check_possible(plain, text)
    written = canonical(plain)
    if len(written) > MOST_CHARACTERS:
        raise InvalidQuery(
            f"Written out the query has {len(written):,} characters; at most {MOST_CHARACTERS:,} can be kept.",
            fix="Split it into several subscriptions, or define a topic.",
        )
    return Query(plain, written, key(resolved(plain)))


def _only_negative(node: Node, text: str) -> InvalidQuery:
    column = next((token.column for token in lex(text) if token.kind is Kind.NOT), None)
    why = "one of its alternatives only leaves" if isinstance(node, Or) else "it only leaves"
    return InvalidQuery(
        f"`{canonical(node)}` matches nearly every paper: {why} something out.",
        fix=f"Say what you do want as well: `diffusion -survey`.{' (A comma means OR.)' * (',' in text)}",
        column=column,
    )
