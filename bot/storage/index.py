"""What the store asks of a database's full-text index; `fts5.py` and `tsearch.py` answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection

from bot.domain.terms import Scope

# The words of title, abstract, authors, organization, venue and categories, joined by spaces.
Document: TypeAlias = tuple[str, str, str, str, str, str]
Run: TypeAlias = tuple[str, ...]
Known: TypeAlias = Callable[[str], bool]  # whether any paper has this word, or these words in a row
Scores: TypeAlias = dict[int, float]  # paper id -> score, newest paper first


class Index(ABC):
    """One database's way to feed, write to and ask its index; `?` stands for a value in every statement."""

    inside: str  # the condition that paper `p` is among what an expression finds
    contains: str  # the condition that column `{text}` holds a text
    joints: tuple[str, str, str]  # how "and", "or" and "and not" are written

    @abstractmethod
    def feed(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Put papers into the index."""

    @abstractmethod
    def forget(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Take papers out of the index, given what it was fed."""

    @abstractmethod
    def clear(self, db: Connection) -> None:
        """Take every paper out."""

    @abstractmethod
    def phrases(self, scope: Scope, runs: Iterable[Run], *, prefix: bool = False) -> str:
        """Any of these runs of words in a row; with `prefix` the last word of each may go on."""

    @abstractmethod
    def field(self, name: str, words: Iterable[str], *, initials: bool = False) -> str:
        """All of these words in a field; with `initials` a single letter stands for any word it begins."""

    def every(self, parts: Sequence[str], denied: Sequence[str] = ()) -> str:
        """All of these parts, and none of the denied ones."""
        together, _, but_not = self.joints
        wanted = bracketed(together, parts)
        return f"({wanted}{but_not}{self.some(denied)})" if denied else wanted

    def some(self, parts: Sequence[str]) -> str:
        """Any of these parts."""
        return bracketed(self.joints[1], parts)

    @abstractmethod
    def known(self, db: Connection) -> Known:
        """Whether any paper has these words in a row; asked a thousand times a search."""

    @abstractmethod
    def is_exact(self, known: Known) -> bool:
        """Whether the index keeps every word of every paper and its place."""

    @abstractmethod
    def ranked(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Scores:
        """The newest papers an expression finds, each with how well it answers."""

    @abstractmethod
    def ranked_where(
        self, db: Connection, asked: str, ids: tuple[int, int], where: tuple[str, Sequence[Any]], limit: int
    ) -> Scores:
        """`ranked`, of the papers `p` that a condition holds for."""

    @abstractmethod
    def ids(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Iterable[int]:
        """The newest papers an expression finds."""

    @abstractmethod
    def like(self, db: Connection, worth: Mapping[str, float], limit: int) -> Scores:
        """The newest papers with any of these words in title or abstract, best those with the most telling ones."""

    @abstractmethod
    def count(self, db: Connection, word: str, limit: int) -> int:
        """How many papers have a word, counted up to a limit."""

    @abstractmethod
    def total(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> int:
        """How many papers an expression finds, counted up to a limit."""

    def ask(self, db: Connection, statement: str, values: Sequence[Any]) -> Iterable[Any]:
        """Run a statement written with `?` for each value."""
        return db.exec_driver_sql(statement, tuple(values))


def bracketed(word: str, parts: Sequence[str]) -> str:
    """The parts with a word between each two, in brackets when there are several."""
    return parts[0] if len(parts) == 1 else f"({word.join(parts)})"
