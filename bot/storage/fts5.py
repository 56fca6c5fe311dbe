"""The full-text index on SQLite: FTS5, https://www.sqlite.org/fts5.html.

Being contentless, it forgets a paper only when told the very words it was fed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import Any

from sqlalchemy import Connection

from bot.domain.terms import Scope

from .index import Document, Index, Known, Run, Scores

FIELDS = {Scope.ANY: "title abstract", Scope.TITLE: "title", Scope.ABSTRACT: "abstract"}
INSERT = """
INSERT INTO paper_text(rowid, title, abstract, authors, organization, venue, categories) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
DELETE = """
INSERT INTO paper_text(paper_text, rowid, title, abstract, authors, organization, venue, categories)
VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)
"""
# The weights are those of title, abstract, authors, organization, venue and categories. bm25() gives a word that
# nearly every paper has next to nothing, and less is better. `CROSS JOIN` lets the index drive, not the table.
RANKED_WHERE = """
SELECT paper_text.rowid, -bm25(paper_text, 10, 1, 5, 2, 2, 1)
FROM paper_text CROSS JOIN paper AS p ON p.id = paper_text.rowid
WHERE paper_text MATCH ? AND paper_text.rowid BETWEEN ? AND ? AND {where}
ORDER BY paper_text.rowid DESC LIMIT ?
"""
RANKED = """
SELECT rowid, -bm25(paper_text, 10, 1, 5, 2, 2, 1) FROM paper_text
WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?
"""
LIKE = """
SELECT rowid, -bm25(paper_text, 10, 1, 5, 2, 2, 1) FROM paper_text
WHERE paper_text MATCH ? ORDER BY rowid DESC LIMIT ?
"""
COUNT = "SELECT count(*) FROM (SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT ?)"
TOTAL = """
SELECT count(*) FROM (SELECT 1 FROM paper_text WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)
"""
IDS = "SELECT rowid FROM paper_text WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"


class Fts5(Index):
    """SQLite's index; only words of `bot.domain.text` reach MATCH, each in quotes: never what a person typed."""

    inside = "p.id IN (SELECT rowid FROM paper_text WHERE paper_text MATCH ?)"
    contains = "instr({text}, ?) > 0"
    joints = (" AND ", " OR ", " NOT ")

    def feed(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Put papers into the index."""
        _many(db, INSERT, papers)

    def forget(self, db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
        """Take papers out of the index, given what it was fed."""
        _many(db, DELETE, papers)

    def clear(self, db: Connection) -> None:
        """Take every paper out."""
        db.exec_driver_sql("INSERT INTO paper_text(paper_text) VALUES ('delete-all')")

    def phrases(self, scope: Scope, runs: Iterable[Run], *, prefix: bool = False) -> str:
        """Any of these runs of words in a row."""
        more = " *" if prefix else ""
        return f"{{{FIELDS[scope]}}} : ({' OR '.join(quoted(' '.join(run)) + more for run in runs)})"

    def field(self, name: str, words: Iterable[str], *, initials: bool = False) -> str:
        """All of these words in a field."""
        said = (f"{quoted(word)} *" if initials and len(word) == 1 else quoted(word) for word in words)
        return f"{name} : ({' AND '.join(said)})"

    def known(self, db: Connection) -> Known:
        """Whether any paper has these words in a row; past SQLAlchemy."""
        cursor = db.connection.cursor()

        @cache
        def known(words: str) -> bool:
            cursor.execute("SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT 1", (quoted(words),))
            return bool(cursor.fetchall())  # read to the end: an open statement would hold old pages

        return known

    def is_exact(self, known: Known) -> bool:  # noqa: ARG002 - the other index asks
        """It does."""
        return True

    def ranked(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Scores:
        """The newest papers an expression finds, ranked by BM25."""
        return _scores(db, RANKED, (asked, *ids, limit))

    def ranked_where(
        self, db: Connection, asked: str, ids: tuple[int, int], where: tuple[str, Sequence[Any]], limit: int
    ) -> Scores:
        """`ranked`, of the papers `p` that a condition holds for."""
        return _scores(db, RANKED_WHERE.format(where=where[0]), (asked, *ids, *where[1], limit))

    def ids(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> Iterable[int]:
        """The newest papers an expression finds."""
        return [row[0] for row in _rows(db, IDS, (asked, *ids, limit))]

    def like(self, db: Connection, worth: Mapping[str, float], limit: int) -> Scores:
        """The newest papers with any of these words; BM25 knows by itself how telling each is."""
        return _scores(db, LIKE, (self.phrases(Scope.ANY, ((word,) for word in worth)), limit))

    def count(self, db: Connection, word: str, limit: int) -> int:
        """How many papers have a word, counted up to a limit."""
        return int(db.exec_driver_sql(COUNT, (quoted(word), limit)).scalar() or 0)

    def total(self, db: Connection, asked: str, ids: tuple[int, int], limit: int) -> int:
        """How many papers an expression finds, counted up to a limit."""
        return int(db.exec_driver_sql(TOTAL, (asked, *ids, limit)).scalar() or 0)


def quoted(words: str) -> str:
    """Words of `normalise` or `fold` as a phrase of the index."""
    return '"' + words.replace('"', '""') + '"'


def _scores(db: Connection, statement: str, values: Sequence[Any]) -> Scores:
    return dict(_rows(db, statement, values))


def _rows(db: Connection, statement: str, values: Sequence[Any]) -> list[Any]:
    """Thousands of rows; past SQLAlchemy, which makes an object of each."""
    with closing(db.connection.cursor()) as cursor:
        cursor.execute(statement, tuple(values))
        return list(cursor.fetchall())


def _many(db: Connection, statement: str, papers: Iterable[tuple[int, Document]]) -> None:
    rows = [(paper_id, *words) for paper_id, words in papers]
    if rows:
        db.exec_driver_sql(statement, rows)
