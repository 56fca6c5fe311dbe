"""The full-text index on PostgreSQL: one `tsvector` a paper, https://www.postgresql.org/docs/current/datatype-textsearch.html.

No parser and no dictionary of PostgreSQL's is asked: the vector is written here, word by word with its place, from
what `normalise` gives. Title words weigh A, abstract words D, and a place is left free between the two, so that no
phrase crosses. The words of other fields begin with a mark no word begins with, so that one index serves every field.

A vector keeps 256 places of a word, places up to 16,383 and a megabyte in all. A paper beyond that gets the word
`LOST`: searches then find it too, and look at it one by one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from bot.domain.terms import Scope

from .index import Document, Index, Known, Run, Scores

MARKS = {"authors": "@", "organization": "^", "venue": "=", "categories": ":"}
WEIGHTS = {"authors": "B", "organization": "C", "venue": "C", "categories": ""}
LOST = "~"
MOST_PLACES = 255
LAST_PLACE = 16_000
MOST_BYTES = 600_000  # of the text; the rest is for names
MOST_NAMED = 6_000  # authors' names and other fields' words
LONGEST_WORD = 400  # letters; PostgreSQL takes 2,046 bytes

SCOPES = {Scope.ANY: "", Scope.TITLE: "A", Scope.ABSTRACT: "D"}

INSERT = "INSERT INTO paper_text (id, words) VALUES (%s, %s::tsvector)"
DELETE = "DELETE FROM paper_text WHERE id = %s"
# The weights are those of abstract and categories, organization and venue, authors, title. BM25 gives one telling
# word of a title about five, so does this; 1 divides by the logarithm of the length.
RANK = "8 * ts_rank('{0.5, 0.6, 0.8, 1}', words, asked, 1)"
RANKED = f"""
SELECT id, {RANK} FROM (
    SELECT id, words, asked FROM paper_text CROSS JOIN (SELECT CAST(? AS tsquery) AS asked) AS question
    WHERE words @@ asked AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?
) AS newest ORDER BY id DESC
"""  # noqa: S608 - constants of this file
RANKED_WHERE = f"""
SELECT id, {RANK} FROM (
    SELECT p.id, words, asked FROM paper_text JOIN paper AS p ON p.id = paper_text.id
    CROSS JOIN (SELECT CAST(? AS tsquery) AS asked) AS question
    WHERE words @@ asked AND p.id BETWEEN ? AND ? AND {{where}} ORDER BY p.id DESC LIMIT ?
) AS newest ORDER BY id DESC
"""  # noqa: S608 - as above
# What a paper's words are worth together, those of its title twice.
LIKE = """
SELECT id, {worth} FROM (
    SELECT id, words FROM paper_text WHERE words @@ CAST(? AS tsquery) ORDER BY id DESC LIMIT ?
) AS newest ORDER BY id DESC
"""
WORTH = "CAST(? AS float8) * (CAST(words @@ CAST(? AS tsquery) AS int) + CAST(words @@ CAST(? AS tsquery) AS int))"
COUNT = "SELECT count(*) FROM (SELECT 1 FROM paper_text WHERE words @@ CAST(? AS tsquery) LIMIT ?) AS counted"
TOTAL = """
SELECT count(*) FROM (
    SELECT 1 FROM paper_text WHERE words @@ CAST(? AS tsquery) AND id BETWEEN ? AND ? LIMIT ?
) AS counted
"""
IDS = """
SELECT id FROM paper_text WHERE words @@ CAST(? AS tsquery) AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?
"""
# The limit stands outside: within, it looks to PostgreSQL as if the first rows it comes to would do, and for words that
# no paper has, which are most, it would read them all instead of the index.
KNOWN = """
WITH found AS MATERIALIZED (SELECT 1 FROM paper_text WHERE words @@ CAST(%s AS tsquery)) SELECT 1 FROM found LIMIT 1
"""


class TextSearch(Index):
    """PostgreSQL's index; only words of `bot.domain.text` reach a query, each in quotes: never what a person typed."""

    inside = "p.id IN (SELECT id FROM paper_text WHERE words @@ CAST(? AS tsquery))"
    contains = "strpos({text}, ?) > 0"
    joints = (" & ", " | ", " & !")

    def __init__(self) -> None:
        self._exact = True

    def feed(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Put papers into the index."""
        rows = [(paper_id, vector(words)) for paper_id, words in papers]
        if rows:
            db.exec_driver_sql(INSERT, rows)

    def forget(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Take papers out of the index."""
        rows = [(paper_id,) for paper_id, _ in papers]
        if rows:
            db.exec_driver_sql(DELETE, rows)

    def clear(self, db: Connection) -> None:
        """Take every paper out."""
        db.exec_driver_sql("DELETE FROM paper_text")

    def phrases(self, scope: Scope, runs: Iterable[Run], *, prefix: bool = False) -> str:
        """Any of these runs of words in a row."""
        found = [_phrase(run, SCOPES[scope], prefix=prefix) for run in runs]
        return self.some(found if self._exact else [*found, quoted(LOST)])

    def field(self, name: str, words: Iterable[str], *, initials: bool = False) -> str:
        """All of these words in a field."""
        mark = MARKS[name]
        said = [quoted(mark + word) + (":*" if initials and len(word) == 1 else "") for word in words]
        return self.every(said)

    def known(self, db: Connection) -> Known:
        """Whether any paper has these words in a row; past SQLAlchemy."""
        cursor = db.connection.cursor()

        @cache
        def known(words: str) -> bool:
            cursor.execute(KNOWN, (_phrase(tuple(words.split()), "", prefix=False),))
            return bool(cursor.fetchall())

        return known

    def is_exact(self, known: Known) -> bool:
        """It does, unless a paper is longer than a vector can be; from then on expressions find those papers too."""
        self._exact = not known(LOST)
        return self._exact

    def ranked(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Scores:
        """The newest papers an expression finds, ranked by `ts_rank`."""
        return _scores(self.ask(db, RANKED, (asked, *ids, limit)))

    def ranked_where(
        self, db: Connection, asked: str, ids: tuple[int, int], where: tuple[str, Sequence[Any]], limit: int
    ) -> Scores:
        """`ranked`, of the papers `p` that a condition holds for."""
        return _scores(
            self.ask(db, RANKED_WHERE.replace("{where}", where[0]), (asked, *ids, *where[1], limit))
        )

    def ids(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Iterable[int]:
        """The newest papers an expression finds."""
        return (row[0] for row in self.ask(db, IDS, (asked, *ids, limit)))

    def like(self, db: Connection, worth: Mapping[str, float], limit: int) -> Scores:
        """The newest papers with any of these words, ranked by what they are worth."""
        asked = self.some([quoted(word) for word in worth])
        values = chain.from_iterable(
            (value, quoted(word), f"{quoted(word)}:A") for word, value in worth.items()
        )
        statement = LIKE.format(worth=" + ".join([WORTH] * len(worth)))
        return _scores(self.ask(db, statement, (*values, asked, limit)))

    def count(self, db: Connection, word: str, limit: int) -> int:
        """How many papers have a word, counted up to a limit."""
        return sum(int(row[0]) for row in self.ask(db, COUNT, (quoted(word), limit)))

    def total(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> int:
        """How many papers an expression finds, counted up to a limit."""
        return sum(int(row[0]) for row in self.ask(db, TOTAL, (asked, *ids, limit)))

    def ask(self, db: Connection, statement: str, values: Sequence[Any]) -> Iterable[Any]:
        """Run a statement written with `?` for each value, as psycopg spells it."""
        return super().ask(db, statement.replace("?", "%s"), values)


def vector(words: Document) -> str:
    """A paper's words as PostgreSQL reads a `tsvector`: 'fine':1A 'tuning':2A,9 '@song':1B ..."""
    title, abstract, *fields = (text.split() for text in words)
    text, whole = _text(title, abstract)
    marked = zip(MARKS.values(), WEIGHTS.values(), fields, strict=True)
    named = [
        f"{quoted(mark + word)}:1{weight}" for mark, weight, field in marked for word in dict.fromkeys(field)
    ]
    return " ".join([text, *named[:MOST_NAMED], *([] if whole else [quoted(LOST)])])


def _text(title: Sequence[str], abstract: Sequence[str]) -> tuple[str, bool]:
    """The words of title and abstract with their places, and whether that is all of them."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(title, start=1):
        places.setdefault(word, []).append(f"{at}A")
    for at, word in enumerate(abstract, start=len(title) + 2):
        places.setdefault(word, []).append(str(at))
    whole = len(title) + len(abstract) < LAST_PLACE and all(len(at) <= MOST_PLACES for at in places.values())
    text = " ".join([f"{quoted(word)}:{','.join(at[:MOST_PLACES])}" for word, at in places.items()])
    return (text, whole) if len(text.encode()) < MOST_BYTES else ("", False)


def quoted(word: str) -> str:
    """A word of `normalise` or `fold` as one lexeme, whatever is in it."""
    if len(word) > LONGEST_WORD:
        word = word[:LONGEST_WORD] + hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest()
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _phrase(run: Run, weight: str, *, prefix: bool) -> str:
    said = [f"{quoted(word)}:{weight}" if weight else quoted(word) for word in run]
    if prefix:
        said[-1] = f"{quoted(run[-1][:LONGEST_WORD])}:*{weight}"
    return said[0] if len(said) == 1 else f"({' <-> '.join(said)})"


def _scores(rows: Iterable[Any]) -> Scores:
    return {row[0]: row[1] for row in rows}
