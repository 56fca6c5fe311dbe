"""The papers a digest may choose from, as bits: paper `i` of the window is bit `i` of every mask."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from .indexing import places
from .paper import Paper
from .ranking import merit, turn_of

IDS_PER_DAY = 100_000  # a paper's id begins with the day it came on


class Window:
    """Candidate papers, by the moment they were first seen; built once for any number of destinations."""

    def __init__(self, papers: Iterable[Paper], merged: Mapping[int, int] | None = None) -> None:
        """Take the papers, and ids that stood for one of them before it was known to be that one."""
        self.papers: Sequence[Paper] = sorted(papers, key=lambda paper: (paper.first_seen, paper.id))
        self.everything = (1 << len(self.papers)) - 1
        self.standing = self.where(lambda paper: not paper.withdrawn)
        self._seen = [paper.first_seen for paper in self.papers]
        self._bit = {paper.id: bit for bit, paper in enumerate(self.papers)}
        for once, now in (merged or {}).items():
            if now in self._bit:
                self._bit.setdefault(once, self._bit[now])
        self._merits: dict[date, list[float]] = {}

    def where(self, wanted: Callable[[Paper], bool]) -> int:
        """The papers of which something is true."""
        return mask_of(bit for bit, paper in enumerate(self.papers) if wanted(paper))

    def holding(self, ids: Iterable[int]) -> int:
        """The papers with these ids; ids of no paper here do not matter."""
        return mask_of(self._bit[number] for number in ids if number in self._bit)

    def reach(self, day: date, most: int) -> tuple[int, tuple[int, ...]]:
        """The first paper id of a day, and those of the papers here that are older, at most so many.

        With more of them it is the oldest id here, and no others. A paper that is listed again may be years old.
        """
        begin = int(f"{day:%Y%m%d}") * IDS_PER_DAY
        older = sorted(number for number in self._bit if number < begin)
        return (begin, tuple(older)) if len(older) <= most else (older[0], ())

    def seen_since(self, moment: datetime) -> int:
        """The papers first seen at that moment or later."""
        older = bisect_left(self._seen, moment)
        return self.everything >> older << older

    def newest_of(self, days: Mapping[str, date]) -> int:
        """The papers on the newest list day of one of their sources."""
        return self.where(lambda paper: any(days.get(source) == paper.listed for source in paper.sources))

    def chosen(self, mask: int) -> Iterator[Paper]:
        """The papers of a mask, oldest first."""
        return (self.papers[bit] for bit in places(mask))

    def merits(self, day: date) -> Sequence[float]:
        """What each paper brings along on a day, whoever wants it; worked out once for all destinations."""
        if day not in self._merits:
            self._merits[day] = [merit(paper, day) for paper in self.papers]
        return self._merits[day]

    @cached_property
    def turns(self) -> Sequence[int]:
        """Where each paper stands among those of its score."""
        turns = [0] * len(self.papers)
        for turn, bit in enumerate(sorted(range(len(turns)), key=lambda bit: turn_of(self.papers[bit]))):
            turns[bit] = turn
        return turns


def mask_of(bits: Iterable[int]) -> int:
    """One integer with these bits set."""
    wanted = set(bits)
    if not wanted:
        return 0
    ones = bytearray(max(wanted) // 8 + 1)
    for bit in wanted:
        ones[bit // 8] |= 1 << bit % 8
    return int.from_bytes(ones, "little")
