"""Whether one paper matches, and why, in words for people."""

from __future__ import annotations

from collections.abc import Iterable

from .categories import written
from .indexing import OnePaper, PaperIndex, day_of, named
from .kinds import kind_node
from .paper import Paper
from .query import Query
from .terms import (
    And,
    AtLeast,
    Author,
    Category,
    Count,
    From,
    Has,
    Kind,
    Listed,
    Node,
    Not,
    Or,
    Organization,
    Scope,
    TopicTerm,
    Venue,
    Words,
)
from .text import readable

_MOST_WORDS = 3  # of one topic; more says nothing more


def explain(query: Query, paper: Paper) -> tuple[str, ...]:
    """Return one line for each thing that made the paper match, () when it does not.

    Such as `title "flow matching"`, `topic rlhf: "reward model" in abstract`, `cs.CV`, `41 upvotes`.
    """
    index = OnePaper(paper)
    if not holds(query.node, index):
        return ()
    return tuple(dict.fromkeys(_lines(query.node, paper, index)))


def holds(node: Node, index: PaperIndex) -> bool:
    """Whether a node holds for the one paper of an index."""
    match node:
        case And(nodes):
            return all(holds(each, index) for each in nodes)
        case Or(nodes):
            return any(holds(each, index) for each in nodes)
        case Not(inner):
            return not holds(inner, index)
        case TopicTerm(_, inner):
            return holds(inner, index)
        case Kind(name):
            return holds(kind_node(name), index)
        case _:
            return bool(index.bitmap(node))


def _lines(node: Node, paper: Paper, index: PaperIndex) -> Iterable[str]:
    if isinstance(node, Not) or not holds(node, index):
        return ()
    match node:
        case And(nodes) | Or(nodes):
            return [line for each in nodes for line in _lines(each, paper, index)]
        case TopicTerm(name, inner):
            return [f"topic {name}: {_joined(_said(inner, paper, index))}"]
        case Kind(name):
            return [f"{name}: {_joined(_said(kind_node(name), paper, index))}"]
        case Words():
            return [f'{_field(node, index)} "{_shown(node)}"']
        case _:
            return [_fact(node, paper)]


def _said(node: Node, paper: Paper, index: PaperIndex) -> Iterable[str]:
    """Return what of a topic was found, the words first and then where."""
    if isinstance(node, Not) or not holds(node, index):
        return ()
    match node:
        case And(nodes) | Or(nodes):
            return [said for each in nodes for said in _said(each, paper, index)]
        case TopicTerm(_, inner):
            return _said(inner, paper, index)
        case Kind(name):
            return _said(kind_node(name), paper, index)
        case Words():
            return [f'"{_shown(node)}" in {_field(node, index)}']
        case _:
            return [_fact(node, paper)]


def _joined(said: Iterable[str]) -> str:
    in_title_first = sorted(dict.fromkeys(said), key=lambda words: not words.endswith(" in title"))
    return ", ".join(in_title_first[:_MOST_WORDS])


def _field(words: Words, index: PaperIndex) -> Scope:
    in_title = Words(words.tokens, Scope.TITLE, words.prefix)
    found = words.scope is not Scope.ABSTRACT and index.bitmap(in_title)
    return Scope.TITLE if found else Scope.ABSTRACT


def _shown(words: Words) -> str:
    """The words as the query wrote them."""
    return readable(words.said or words.tokens) + ("*" if words.prefix else "")


def _fact(term: Node, paper: Paper) -> str:  # noqa: PLR0911 - one case for each kind of term
    match term:
        case Author(tokens):
            return f"author {named(paper, tokens)}"
        case Organization():
            return f"from {paper.organization}"
        case Venue(tokens):
            return f"venue {paper.venue}" if paper.venue else f'comment "{" ".join(tokens)}"'
        case Category(name):
            return written(name)
        case From(source):
            return f"listed by {source}"
        case AtLeast(count, number):
            return f"{_count(paper, count) or number} {count}"
        case Has(what):
            return f"has {what}"
        case Listed():
            return f"listed {day_of(paper)}"
        case _:
            raise TypeError(f"{term!r} has no words of its own.")


def _count(paper: Paper, count: Count) -> int | None:
    return {Count.UPVOTES: paper.votes, Count.STARS: paper.stars, Count.COMMENTS: paper.comments}[count]
