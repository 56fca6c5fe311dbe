"""Read a query by recursive descent: OR binds loosest (a comma is an OR), then AND or a space, then `-`.

How far an OR reaches when conditions follow it is in `query_alternatives.py`.
"""

from __future__ import annotations

from bot.errors import InvalidQuery

from .categories import CATEGORIES
from .lexing import Kind, Token, lex
from .query_alternatives import Operand, either
from .query_terms import TopicLookup, count_term, field_of, make_term
from .terms import Count, Node, Not, Or

MOST_CHARACTERS = 1_000
MOST_TERMS = 64
MOST_NESTING = 32

_VALUES = (Kind.WORD, Kind.QUOTE)
_STARTS = (*_VALUES, Kind.FIELD, Kind.COUNT, Kind.OPEN, Kind.NOT)


def read(text: str, topics: TopicLookup) -> Node | None:
    """Return the tree of a query as written, None when only small words are left; raises `InvalidQuery`."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidQuery(
            f"The query has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be read.",
            fix="Split it into several subscriptions, or define a topic.",
            column=MOST_CHARACTERS + 1,
        )
    parser = _Parser(lex(text), topics)
    node = parser.any_of("")
    if parser.here.kind is not Kind.END:
        raise _misplaced(parser.here)
    return node


class _Parser:
    def __init__(self, tokens: list[Token], topics: TopicLookup) -> None:
        self.tokens = tokens
        self.topics = topics
        self.at = 0
        self.terms = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def any_of(self, field: str) -> Node | None:
        alternatives = [self.all_of(field)]
        while self.here.kind in (Kind.OR, Kind.COMMA):
            comma = self.take().kind is Kind.COMMA
            if comma and self.here.kind in (Kind.COMMA, Kind.CLOSE, Kind.END):  # "a, b,"
                continue
            alternatives.append(self.all_of(field))
        return either(alternatives)

    def all_of(self, field: str) -> list[Operand]:
        nodes = [(self.negated(field), False)]
        while self.here.kind in (Kind.AND, *_STARTS):
            anded = self.here.kind is Kind.AND
            if anded:
                self.take()
            nodes.append((self.negated(field), anded))
        return [Operand(node, anded) for node, anded in nodes if node is not None]

    def negated(self, field: str) -> Node | None:
        negative = False
        while self.here.kind is Kind.NOT:
            self.take()
            negative = not negative
        node = self.atom(field)
        return Not(node) if negative and node is not None else node

    def atom(self, field: str) -> Node | None:
        token = self.here
        if token.kind not in _STARTS:
            raise _misplaced(token)
        if token.kind is Kind.OPEN:
            return self.group(field)
        if field and token.kind in (Kind.FIELD, Kind.COUNT):
            raise InvalidQuery(
                f"`{token.text}` cannot stand inside `{field}:( )`.",
                fix="Close the bracket first.",
                column=token.column,
            )
        self.take()
        if token.kind is Kind.FIELD:
            return self.valued(field_of(token), token)
        return self.term(field, token)

    def group(self, field: str) -> Node | None:
        opened = self.take()
        self.depth += 1
        if self.depth > MOST_NESTING:
            raise InvalidQuery(
                f"The brackets are nested more than {MOST_NESTING} deep.",
                fix="Leave some out.",
                column=opened.column,
            )
        if self.here.kind is Kind.CLOSE:
            raise InvalidQuery(
                "There is nothing between the brackets.", fix="Try `(a OR b)`.", column=opened.column
            )
        node = self.any_of(field)
        if self.take().kind is not Kind.CLOSE:
            raise InvalidQuery("This bracket is never closed.", fix="Add a `)`.", column=opened.column)
        self.depth -= 1
        return node

    def valued(self, field: str, token: Token) -> Node | None:
        """Read what follows `field:` -- a word, a quotation, a list with commas, or a group."""
        if self.here.kind is Kind.OPEN:
            return self.group(field)
        if self.here.kind not in _VALUES:
            what = f"`{token.text.strip()}` needs a word after it."
            if field in tuple(Count):
                raise InvalidQuery(
                    what.replace("word", "number"), fix=f"Write `{field}>=10`.", column=token.column
                )
            raise InvalidQuery(
                what, fix=f'Write `{field}:word` or `{field}:"two words"`.', column=token.column
            )
        nodes = [self.term(field, self.take())]
        while self.lists_on(field):
            self.take()
            nodes.append(self.term(field, self.take()))
        kept = tuple(node for node in nodes if node is not None)
        return Or(kept) if len(kept) > 1 else next(iter(kept), None)

    def lists_on(self, field: str) -> bool:
        if self.here.kind is not Kind.COMMA or self.tokens[self.at + 1].kind not in _VALUES:
            return False
        value = self.tokens[self.at + 1]
        return (self.here.glued and value.glued) or (field == "cat" and value.text.lower() in CATEGORIES)

    def term(self, field: str, token: Token) -> Node | None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise InvalidQuery(
                f"The query has more than {MOST_TERMS} terms.",
                fix="Split it into several subscriptions, or define a topic.",
                column=token.column,
            )
        return count_term(token) if token.kind is Kind.COUNT else make_term(field, token, self.topics)


def _misplaced(token: Token) -> InvalidQuery:
    if token.kind is Kind.CLOSE:
        return InvalidQuery(
            "This `)` closes nothing, or nothing stands before it.", fix="Take it out.", column=token.column
        )
    if token.kind is Kind.END:
        return InvalidQuery(
            "The query ends where a word should follow.", fix="Try `diffusion`.", column=token.column
        )
    return InvalidQuery(
        f"`{token.text}` needs something on both sides.",
        fix="Try `diffusion OR flow`; lower-case `or` and quotation marks make it a plain word.",
        column=token.column,
    )
