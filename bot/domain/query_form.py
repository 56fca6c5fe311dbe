"""The form of a query: simplified, and written out in the words of whoever asked (canonical) or for machines (key)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .categories import written
from .kinds import kind_node
from .terms import (
    And,
    AtLeast,
    Author,
    Category,
    From,
    Has,
    Kind,
    Listed,
    Node,
    Not,
    Or,
    Organization,
    Scope,
    Term,
    TopicTerm,
    Venue,
    Words,
)
from .text import readable, spelled

LONGEST_STRETCH = 4  # words of a phrase that are looked up in one go; see `matching.py`


def simplified(node: Node) -> Node:
    """Flatten, drop what is said twice, and push "not" down to what it denies; the meaning stays."""
    match node:
        case Not(Not(inner)):
            return simplified(inner)
        case Not(Or(nodes)):
            return simplified(And(tuple(Not(each) for each in nodes)))
        case Not(inner):
            plain = simplified(inner)
            return Not(plain) if not isinstance(plain, Not | Or) else simplified(Not(plain))
        case And(nodes) | Or(nodes):
            return _gathered(type(node), nodes)
        case _:
            return node


def resolved(node: Node) -> Node:
    """Put what topics and kinds stand for in their place, down to plain terms."""
    return simplified(_resolved(node))


def wants_something(node: Node) -> bool:
    """Whether a paper has to have something to match, so that the query is not everything but a little."""
    match node:
        case Not():
            return False
        case And(nodes):
            return any(map(wants_something, nodes))
        case Or(nodes):
            return all(map(wants_something, nodes))
        case _:
            return True


def canonical(node: Node) -> str:
    """Write a simplified node in the query grammar: in lower case, with brackets wherever OR and AND meet.

    Words stand as they were spelled, and in the order they were written in; filters follow, sorted.
    """
    match node:
        case And(nodes):
            return " ".join(sorted((_bracketed(each, Or) for each in nodes), key=_place))
        case Or(nodes):
            return " OR ".join(_alternatives(nodes))
        case Not(inner):
            return "-" + _bracketed(inner, And)
        case _:
            return _written(node)


def key(node: Node) -> str:
    """Write a resolved node so that equal keys match equal papers, however compounds and names were spelled."""
    match node:
        case And(nodes) | Or(nodes):
            mark = " AND " if isinstance(node, And) else " OR "
            return f"({mark.join(sorted(map(key, nodes)))})"
        case Not(inner):
            return "-" + key(inner)
        case TopicTerm(name):
            return f"topic:{name}"
        case Kind(name):
            return f"type:{name}"
        case _:
            return term_key(node)


def term_key(term: Term) -> str:
    """Write one plain term so that equal keys match equal papers."""
    match term:
        case Words(tokens, scope, prefix):
            letters = "/".join(stretches(tokens, prefix=prefix))
            return letters if scope is Scope.ANY else f"{scope}:{letters}"
        case Author(tokens) | Organization(tokens) | Venue(tokens):
            return f"{type(term).__name__.lower()}:{'+'.join(sorted(set(tokens)))}"
        case _:
            return _written(term)


def stretches(tokens: tuple[str, ...], *, prefix: bool = False) -> list[str]:
    """Cut a phrase into stretches of four words, each spelled; a prefix ends in `>begin*`."""
    cut = [tokens[at : at + LONGEST_STRETCH] for at in range(0, len(tokens), LONGEST_STRETCH)]
    letters = [spelled(stretch) for stretch in cut]
    if prefix:
        letters[-1] = f"{spelled(cut[-1][:-1])}>{cut[-1][-1]}*"
    return letters


def _gathered(kind: type[And | Or], nodes: Iterable[Node]) -> Node:
    chosen: dict[str, Node] = {}
    for node in _flat(kind, nodes):
        name = key(node)
        chosen[name] = min(node, chosen[name], key=_spelling_order) if name in chosen else node
    order = (lambda node: _place(_bracketed(node, Or))) if kind is And else canonical
    kept = sorted(chosen.values(), key=order)
    return kind(tuple(kept)) if len(kept) > 1 else kept[0]


def _flat(kind: type[And | Or], nodes: Iterable[Node]) -> Iterable[Node]:
    for node in map(simplified, nodes):
        if isinstance(node, kind):
            yield from node.nodes
            continue
        yield node


def _spelling_order(node: Node) -> tuple[int, str]:
    """Of two spellings of one thing the one with more words reads best: "fine tuning", not "finetuning"."""
    text = canonical(node)
    return (-text.count(" "), text)


def _resolved(node: Node) -> Node:
    match node:
        case And(nodes) | Or(nodes):
            return type(node)(tuple(map(_resolved, nodes)))
        case Not(inner):
            return Not(_resolved(inner))
        case TopicTerm(_, inner):
            return _resolved(inner)
        case Kind(name):
            return kind_node(name)
        case _:
            return node


def _bracketed(node: Node, loose: type[And | Or]) -> str:
    text = canonical(node)
    return f"({text})" if isinstance(node, loose) and not _is_category_list(node) else text


def _is_category_list(node: And | Or) -> bool:
    return isinstance(node, Or) and all(isinstance(each, Category) for each in node.nodes)


def _alternatives(nodes: Iterable[Node]) -> list[str]:
    """Write the alternatives of an OR in order, its categories as one list: `cat:cs.CL,cs.LG`."""
    names = sorted(written(node.name) for node in nodes if isinstance(node, Category))
    others = [_bracketed(node, And) for node in nodes if not isinstance(node, Category)]
    return sorted([*others, f"cat:{','.join(names)}"] if names else others, key=_reading_order)


def _place(text: str) -> tuple[int, str]:
    """Where something stands in an AND; all words have one place, and so keep the order they were written in."""
    rank, text = _reading_order(text)
    return (rank, text if rank else "")


def _reading_order(text: str) -> tuple[int, str]:
    """Words first, then brackets, topics and people, then filters, and what is left out last."""
    if text.startswith(("-", "(", '"')):
        return ({"-": 9, "(": 1, '"': 0}[text[0]], text)
    field, mark, _ = re.split("([:>]|$)", text, maxsplit=1)
    return (_READING.get(field, 6) if mark else 0, text)


_READING = {"title": 2, "abstract": 2, "topic": 3, "author": 4, "org": 4, "venue": 4, "cat": 5}


def _quoted(tokens: tuple[str, ...]) -> str:
    text = readable(tokens)
    return f'"{text}"' if " " in text else text


def _words(term: Words) -> str:
    text = readable(term.said or term.tokens) + ("*" if term.prefix else "")
    quoted = f'"{text}"' if " " in text else text
    return quoted if term.scope is Scope.ANY else f"{term.scope}:{quoted}"


def _written(term: Term) -> str:  # noqa: C901, PLR0911 - one case for each kind of term
    match term:
        case Words():
            return _words(term)
        case Author(tokens):
            return f"author:{_quoted(tokens)}"
        case Organization(tokens):
            return f"org:{_quoted(tokens)}"
        case Venue(tokens):
            return f"venue:{_quoted(tokens)}"
        case Category(name):
            return f"cat:{written(name)}"
        case From(source):
            return f"source:{source}"
        case AtLeast(count, number):
            return f"{count}>={number}"
        case Has(what):
            return f"has:{what}"
        case Kind(name):
            return f"type:{name}"
        case TopicTerm(name):
            return f"topic:{name}"
        case Listed(since, until):
            days = [
                f"{field}:{day}" for field, day in (("since", since), ("until", until)) if day is not None
            ]
            return " ".join(days)
