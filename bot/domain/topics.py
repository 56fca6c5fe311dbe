"""Topics: named sets of phrases and categories, shipped in `bot/data/topics.toml` and defined by workspaces."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from bot.errors import InvalidQuery

from .query_form import simplified, wants_something
from .query_parser import read
from .terms import Node, TopicTerm
from .text import fold, normalise, spelled

DEEPEST = 16  # topics may name topics, but a person has to be able to follow


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
        """Return the topics somebody may have meant by a word that is none."""
        by_spelling = self._by_spelling()
        wanted = _spelling(word)
        close = get_close_matches(wanted, by_spelling, 4 * n, 0.7)
        holding = [spelling for spelling in by_spelling if len(wanted) > 3 and wanted in spelling]
        names = dict.fromkeys(by_spelling[spelling] for spelling in (*close, *sorted(holding, key=len)))
        return tuple(self._topics[name] for name in names)[:n]

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
            self._nodes[topic.name] = _read(topic, _Within(self, _deeper(topic.name, inside)))
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


def _read(topic: Topic, lookup: _Within) -> Node:
    node = read(topic.definition, lookup)
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
