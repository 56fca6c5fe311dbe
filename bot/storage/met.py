"""What was asked of the index before, remembered until papers come or change.

A topic has dozens of phrases, and each can be written in many ways: whether any paper has them is asked hundreds of
times a search, and the answer is the same until the next batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sqlalchemy import Connection, Integer, String, cast, select

from . import tables as t
from .engine import Stored
from .fulltext import index_of
from .index import Known
from .statements import insert

BATCHES = "batches taken in"  # a setting that counts them
TEXTS = "batches with new texts"  # those of them that fed the index
MOST_WORDS = 200_000
LONGEST_RUN = 100  # characters: what anybody types is remembered, and that may be a thousand each time
MOST_TOTALS = 5_000


@dataclass(frozen=True, slots=True)
class _Moment:
    """How many batches were taken in, and how many with new texts."""

    batches: str = ""
    texts: str = ""


@dataclass(slots=True)
class _Answers:
    """What holds while this many batches were taken in; of words, while none of these had new texts."""

    moment: _Moment
    words: dict[str, bool] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)

    def at(self, moment: _Moment) -> _Answers:
        """What of it still holds at another moment; words that were met once are taken to be there still."""
        if moment.texts == self.moment.texts:
            return _Answers(moment, self.words, self.counts)
        return _Answers(moment, {run: True for run, there in self.words.items() if there})


class Met:
    """The answers of one moment of the papers; safe from many threads, each of which may read another moment."""

    def __init__(self) -> None:
        self._answers = _Answers(_Moment())

    def known(self, db: Connection) -> Known:
        """Whether any paper has these words in a row."""
        words = self._now(db).words
        ask = index_of(db).known(db)

        def known(run: str) -> bool:
            found = words.get(run)
            if found is None:
                found = all(map(known, _pairs(run))) and ask(run)
                if len(words) < MOST_WORDS and len(run) <= LONGEST_RUN:
                    words[run] = found
            return found

        return known

    def counter(self, db: Connection, limit: int) -> Callable[[str], int]:
        """How many papers have a word, counted up to a limit that is the same each time."""
        counts = self._now(db).counts
        index = index_of(db)

        def count(word: str) -> int:
            found = counts.get(word)
            if found is None:
                found = index.count(db, word, limit)
                if len(counts) < MOST_WORDS and len(word) <= LONGEST_RUN:
                    counts[word] = found
            return found

        return count

    def totals(self, db: Connection) -> dict[str, int]:
        """How many papers queries were found to have, by `Query.key`."""
        totals = self._now(db).totals
        if len(totals) > MOST_TOTALS:
            totals.clear()
        return totals

    def _now(self, db: Connection) -> _Answers:
        """The answers of the moment this transaction sees."""
        moment = _moment(db)
        answers = self._answers
        if answers.moment != moment:
            answers = self._answers = answers.at(moment)
        return answers


class Remembering(Stored):
    """The base of the store's methods that ask the index."""

    @cached_property
    def _met(self) -> Met:
        return Met()


def _pairs(run: str) -> Iterator[str]:
    """Each two neighbours of a longer run: many runs share them, and where they are in no paper, no run of them is."""
    words = run.split(" ")
    return map(" ".join, pairwise(words)) if len(words) > 2 else iter(())


def one_more(db: Connection, what: str) -> None:
    """Count a batch: what was answered about papers, or about the index, may be otherwise from now on."""
    row = insert(db, t.setting).values(name=what, value="1")
    more = cast(cast(t.setting.c.value, Integer) + 1, String)
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": more}))


def _moment(db: Connection) -> _Moment:
    rows = db.execute(
        select(t.setting.c.name, t.setting.c.value).where(t.setting.c.name.in_([BATCHES, TEXTS]))
    )
    found = {row.name: row.value for row in rows}
    return _Moment(found.get(BATCHES, ""), found.get(TEXTS, ""))
