"""Topics: named sets of phrases and categories, shipped in `bot/data/topics.toml` and defined by workspaces."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

from bot.errors import InvalidQuery

from .query_form import simplified, wants_something
from .query_parser import read
from .terms import And, Node, Not, Or, TopicTerm
from .text import fold, normalise, spelled

DEEPEST = 16  # topics may name topics, but a person has to be able to follow
MOST_TERMS = 2_000  # that a topic comes down to; each level of topics may multiply them


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A named query; `synonyms` are the phrases it looks for, `category` is the shelf it stands on."""

    name: str  # kebab-case, what `topic:` names
    title: str
    definition: str  # in the query grammar
    synonyms: tuple[str, ...] = ()
    category: str = ""
    own: bool = False  # defined by the workspace


class Topics:
    """The shipped catalogue, with a workspace's own topics on top."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = {topic.name: topic for topic in topics}
        self._nodes: dict[str, Node] = {}
        self._sizes: dict[str, int] = {}  # how many terms each of those comes down to
        self._spellings: dict[str, str] | None = None

    @classmethod
    def shipped(cls) -> Topics:
        """Return the catalogue that comes along; read once."""
        return _shipped()

    def with_own(self, own: Mapping[str, str], *, check: bool = True) -> Topics:
        """Return these topics with a workspace's definitions on top.

        Raises `InvalidQuery` when one of them cannot be read or goes round in a circle; with `check=False` only when
        such a one is used.
        """
        if not own:
            return self
        mine = (
            Topic(name=topic_name(name), title=name, definition=text, own=True) for name, text in own.items()
        )
        topics = Topics((*self._topics.values(), *mine))
        for name in own if check else ():
            topics.term(name)
        return topics

    def get(self, name: str) -> Topic | None:
        """Return the topic of this name, title or synonym."""
        return self._topics.get(topic_name(name)) or self._topics.get(
            self._by_spelling().get(_spelling(name), "")
        )

    def all(self) -> tuple[Topic, ...]:
        """Return every topic, by name."""
        return tuple(sorted(self._topics.values(), key=lambda topic: topic.name))

    def term(self, name: str) -> TopicTerm:
        """Return the node of a topic, or raise `InvalidQuery` naming the nearest ones."""
        return self._term(name, ())

    def suggest(self, word: str, n: int = 3) -> tuple[Topic, ...]:
        """Return the topics somebody may have meant by a word that is none: those named so, else misspelled ones."""
        wanted = _spelling(word)
        names = self._begun(wanted) if len(wanted) >= _TELLING else []
        return tuple(self._topics[name] for name in names or self._misspelled(wanted))[:n]

    def _begun(self, begin: str) -> list[str]:
        """Return the topics with a word that begins so in their name or title, or else in a synonym."""
        ranked = sorted(
            (_beginning(topic, begin), len(topic.name), topic.name) for topic in self._topics.values()
        )
        last = _SAID if ranked and ranked[0][0] == _SAID else _SAID - 1
        return [name for rank, _, name in ranked if rank <= last]

    def _misspelled(self, wanted: str) -> list[str]:
        ranked = sorted((-_likeness(topic, wanted), topic.name) for topic in self._topics.values())
        return [name for unlike, name in ranked if unlike]

    def complete(self, prefix: str, n: int = 25) -> tuple[Topic, ...]:
        """Return the topics for what has been typed so far: names first, then titles and synonyms."""
        wanted = _spelling(prefix)
        ranked = ((_closeness(topic, wanted), topic.name) for topic in self._topics.values())
        return tuple(self._topics[name] for rank, name in sorted(ranked) if rank < _FAR)[:n]

    def _term(self, name: str, inside: tuple[str, ...]) -> TopicTerm:
        """Return the node of a topic named in the definition of others, the outermost first."""
        topic = self.get(name)
        if topic is None:
            raise self._unknown(name)
        if topic.name not in self._nodes:
            node = read(topic.definition, _Within(self, _deeper(topic.name, inside)))
            self._sizes[topic.name] = _checked_size(topic, node, self._sizes)
            self._nodes[topic.name] = _checked(topic, node)
        return TopicTerm(topic.name, self._nodes[topic.name], topic.title)

    def _unknown(self, name: str) -> InvalidQuery:
        near = " or ".join(f"`topic:{each.name}`" for each in self.suggest(name, 3))
        fix = f"Did you mean {near}?" if near else "`topics` lists them all."
        return InvalidQuery(f"I don't know the topic `{name}`.", fix=fix)

    def _by_spelling(self) -> dict[str, str]:
        """Return each name, title and synonym, spelled, with its topic; a name wins over a synonym."""
        if self._spellings is None:
            spellings: dict[str, str] = {}
            for said in (lambda topic: (topic.name, topic.title), lambda topic: topic.synonyms):
                for topic in self._topics.values():
                    for phrase in said(topic):
                        spellings.setdefault(_spelling(phrase), topic.name)
            self._spellings = spellings
        return self._spellings


def terms_in(node: Node) -> int:
    """How many terms a query comes down to, those of the topics it names counted each time."""
    match node:
        case And(nodes) | Or(nodes):
            return sum(map(terms_in, nodes))
        case Not(inner) | TopicTerm(_, inner):
            return terms_in(inner)
        case _:
            return 1


def topic_name(text: str) -> str:
    """Return a topic's name as it is stored: lower case, words joined by hyphens."""
    return "-".join(fold(text))


@dataclass(frozen=True, slots=True)
class _Within:
    """The topics as seen from inside a definition: it knows what it is part of, to notice a circle."""

    topics: Topics
    inside: tuple[str, ...]

    def term(self, name: str) -> TopicTerm:
        return self.topics._term(name, self.inside)  # noqa: SLF001 - the two are one thing


def _deeper(name: str, inside: tuple[str, ...]) -> tuple[str, ...]:
    if name in inside:
        circle = " -> ".join([*inside[inside.index(name) :], name])
        raise InvalidQuery(
            f"These topics go round in a circle: {circle}.", fix="Take one of them out of the other."
        )
    if len(inside) >= DEEPEST:
        raise InvalidQuery(f"Topics are nested more than {DEEPEST} deep.", fix="Write the words out.")
    return (*inside, name)


def _checked_size(topic: Topic, node: Node | None, sizes: Mapping[str, int]) -> int:
    """How many terms a topic comes down to, counted before anything goes through all of them."""
    size = _size(node, sizes)
    if size > MOST_TERMS:
        raise InvalidQuery(
            f"With the topics it names, `{topic.name}` comes down to {size:,} terms; at most {MOST_TERMS:,} can be asked.",
            fix="Name fewer topics in it, or smaller ones.",
        )
    return size


def _size(node: Node | None, sizes: Mapping[str, int]) -> int:
    match node:
        case And(nodes) | Or(nodes):
            return sum(_size(each, sizes) for each in nodes)
        case Not(inner):
            return _size(inner, sizes)
        case TopicTerm(name):
            return sizes[name]
        case _:
            return 1


def _checked(topic: Topic, node: Node | None) -> Node:
    if node is None or not wants_something(simplified(node)):
        raise InvalidQuery(
            f"The topic `{topic.name}` says only what to leave out.", fix="Add what it is about: `a OR b -c`."
        )
    return simplified(node)


def _spelling(text: str) -> str:
    return spelled(normalise(text))


_FAR = 9
_TELLING = 5  # letters; fewer stand inside too many words


def _closeness(topic: Topic, wanted: str) -> int:
    said = [_spelling(topic.name), _spelling(topic.title), *map(_spelling, topic.synonyms)]
    begins = [spelling.startswith(wanted) for spelling in said]
    if begins[0]:
        return 0
    if any(begins):
        return 1
    inside = len(wanted) >= _TELLING and any(wanted in spelling for spelling in said)
    return 2 if inside else _FAR


_LIKE = 0.8  # of the letters, in order; less makes "nope" a misspelt "node"
_WHOLE = 0.1  # how much better a whole name is than one word of it


def _likeness(topic: Topic, wanted: str) -> float:
    """How well a misspelt word fits a topic's name or title, one word of them, or a synonym; 0 when it does not."""
    named = (topic.name, topic.title)
    whole = max(_alike(_spelling(phrase), wanted) for phrase in named)
    words = [word for phrase in named for word in normalise(phrase)]
    part = max(_alike(other, wanted) for other in (*words, *map(_spelling, topic.synonyms)))
    return max(whole and whole + _WHOLE, part)


def _alike(spelling: str, wanted: str) -> float:
    """Return 1 for two letters the wrong way round, the usual slip in a short name."""
    # Told by the lengths alone: whoever types twelve thousand letters would have them compared with every topic's.
    if 2 * min(len(spelling), len(wanted)) < _LIKE * (len(spelling) + len(wanted)):
        return 0.0
    if sorted(spelling) == sorted(wanted):
        return 1.0
    compared = SequenceMatcher(a=spelling, b=wanted)
    if compared.quick_ratio() < _LIKE:
        return 0.0
    return ratio if (ratio := compared.ratio()) >= _LIKE else 0.0


_SAID = 2  # by a synonym only


def _beginning(topic: Topic, begin: str) -> int:
    """0 when its name begins so, 1 when a word of its name or title does, 2 when one of a synonym does."""
    if _spelling(topic.name).startswith(begin):
        return 0
    for rank, phrases in ((1, (topic.name, topic.title)), (_SAID, topic.synonyms)):
        if any(word.startswith(begin) for phrase in phrases for word in normalise(phrase)):
            return rank
    return _FAR


@cache
def _shipped() -> Topics:
    catalogue = tomllib.loads(files("bot.data").joinpath("topics.toml").read_text(encoding="utf-8"))
    return Topics(_topic(name, entry) for name, entry in catalogue.items())


def _topic(name: str, entry: dict[str, Any]) -> Topic:
    phrases = tuple(entry.get("phrases", ()))
    parts = [f'"{phrase}"' for phrase in phrases]
    if entry.get("categories"):
        parts.append(f"cat:{','.join(entry['categories'])}")
    if entry.get("also"):
        parts.append(f"({entry['also']})")
    return Topic(
        name=name,
        title=entry["title"],
        definition=" OR ".join(parts),
        synonyms=phrases,
        category=entry["group"],
    )
