"""Papers the index found for a query it cannot say exactly, looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from bot.domain.indexing import names_all
from bot.domain.matching import matches
from bot.domain.query import Query
from bot.domain.terms import Author
from bot.domain.text import fold

from . import tables as t
from .expressions import Asked
from .papers import papers_by_id
from .statements import chunks

AT_ONCE = 100  # read before the next are


def really(db: Connection, query: Query, asked: Asked, ids: Sequence[int]) -> Iterator[int]:
    """Those that match, in the order given.

    A link to an author's papers is the commonest query of this kind: nothing but names is read for it.
    """
    names = [part.tokens for part in asked.unsure if isinstance(part, Author)]
    if len(names) == len(asked.unsure):
        yield from _named(db, names, ids)
        return
    for some in chunks(ids, AT_ONCE):
        yield from (paper.id for paper in papers_by_id(db, some) if matches(query, paper))


def _named(db: Connection, wanted: Sequence[tuple[str, ...]], ids: Sequence[int]) -> Iterator[int]:
    """Those by authors of all these names."""
    for some in chunks(ids):
        query = select(t.paper.c.id, t.paper.c.authors).where(t.paper.c.id.in_(some))
        authors = {row.id: [fold(name) for name in row.authors] for row in db.execute(query)}
        yield from (
            number
            for number in some
            if all(any(names_all(name, tokens) for name in authors.get(number, ())) for tokens in wanted)
        )
