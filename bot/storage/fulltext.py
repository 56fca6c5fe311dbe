"""The full-text index over papers: words in, rows out.

It holds no text of its own: it is fed with the words `normalise` gives, so "the same word" means the same here
as in matching, on SQLite (`fts5.py`) and on PostgreSQL (`tsearch.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.domain.text import fold, normalise

from . import tables as t
from .fts5 import Fts5
from .index import Document, Index
from .statements import insert
from .tsearch import TextSearch

FED_BY = ("title", "abstract", "authors", "organization", "venue", "comment", "categories")
RECIPE = "full-text recipe"
# Raise it whenever `document` gives other words for some paper (`normalise`, `singular`, `fold`, `words_of`): every
# index is then fed anew, once. A test pins the words of a sample to this number.
RULES = 1

# What SQLite's tokenizer keeps together besides letters and digits; all other characters would part a word.
PARTING = re.compile(r"[^0-9a-z#&*+\-./_\x80-\U0010ffff]")


def index_of(db: Connection) -> Index:
    """The index of the database at hand."""
    return TextSearch() if db.dialect.name == "postgresql" else Fts5()


def document(paper: Mapping[str, Any]) -> Document:
    """The words of a paper, column by column, as the index is fed with them."""
    return words_of(*(paper[name] for name in FED_BY))


def words_of(
    title: str,
    abstract: str,
    authors: tuple[str, ...],
    organization: str,
    venue: str,
    comment: str,
    categories: tuple[str, ...],
) -> Document:
    """`document`, from the fields `FED_BY` names."""
    codes = {code for name in categories for code in (name.lower(), name.lower().partition(".")[0])}
    return (
        " ".join(normalise(title)),
        " ".join(normalise(abstract)),
        " ".join(word for name in authors for word in fold(name)),
        " ".join(fold(organization)),
        " ".join((*fold(venue), *fold(comment))),
        " ".join(sorted(map(category_word, codes))),
    )


def category_word(code: str) -> str:
    """A category or archive as one word of the index."""
    return PARTING.sub("_", code.lower())


def feed(db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
    """Put papers into the index."""
    index_of(db).feed(db, papers)


def forget(db: Connection, papers: Iterable[tuple[int, Document]]) -> None:
    """Take papers out of the index, given what it was fed."""
    index_of(db).forget(db, papers)


def same_text(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether two states of a paper read the same to the index."""
    return all(left[name] == right[name] for name in FED_BY)


def is_current(db: Connection) -> bool:
    """Whether the index was fed by the same rules as ours."""
    fed = db.execute(select(t.setting.c.value).where(t.setting.c.name == RECIPE)).scalar()
    return fed == recipe()


def rebuild(db: Connection) -> None:
    """Feed every paper anew; needed once after the rules of `normalise` changed."""
    if is_current(db):  # another process was faster
        return
    index_of(db).clear(db)
    columns = [t.paper.c.id, *(t.paper.c[name] for name in FED_BY)]
    rows = db.execute(select(*columns).execution_options(yield_per=500)).mappings()
    for some in rows.partitions():
        feed(db, ((row["id"], document(dict(row))) for row in some))
    db.execute(delete(t.setting).where(t.setting.c.name == RECIPE))
    db.execute(insert(db, t.setting).values(name=RECIPE, value=recipe()))


def recipe() -> str:
    """What stands for the rules the index is fed by: their number, and the Unicode they are applied with."""
    return f"rules {RULES}, Unicode {unicodedata.unidata_version}"
