"""Where each query hits each paper, for all papers at once: what ranking goes by, without a word for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .indexing import PaperIndex
from .plans import Plan, told
from .query_form import stretches
from .terms import Scope, Term, Words


@dataclass(frozen=True, slots=True)
class Hits:
    """Bitmaps of one query: bit i for papers[i]."""

    matched: int = 0  # the query matches
    titled: int = 0  # and one of its words or phrases stands in the title
    twice: int = 0  # or two of them do
    elsewhere: int = 0  # and something of it holds outside the title: in the abstract, a category, ...


NO_HITS = Hits()


class Places:
    """Tells hits in titles from all others, for any number of queries over one batch of papers."""

    def __init__(
        self, index: PaperIndex, bits: Mapping[str, int], titles: Mapping[str, int], terms: Mapping[str, Term]
    ) -> None:
        """Take every atom's papers, the titles each short phrase stands in, and the atoms that are no such phrase."""
        self._index = index
        self._bits = bits
        self._titles = titles
        self._terms = terms

    def of(self, plan: Plan, matched: int) -> Hits:
        """The hits of a plan among the papers it matches."""
        in_title: dict[str, int] = {}
        elsewhere = 0
        for atom, papers in told(plan, self._bits, self._index.full).items():
            said, here = self._in_title(atom, papers)
            in_title[said] = in_title.get(said, 0) | here
            elsewhere |= papers & ~here
        once = twice = 0
        for papers in in_title.values():
            twice |= once & papers
            once |= papers
        return Hits(matched, once & matched, twice & matched, elsewhere & matched)

    def _in_title(self, atom: str, papers: int) -> tuple[str, int]:
        """What an atom says, whatever field it is asked of, and in the titles of which of these papers."""
        term = self._terms.get(atom)
        if isinstance(term, Words):
            said = "/".join(stretches(term.tokens, prefix=term.prefix))
            if term.scope is Scope.ABSTRACT:
                return said, 0
            return said, self._index.bitmap(Words(term.tokens, Scope.TITLE, term.prefix), papers) & papers
        if term is not None:
            return atom, 0
        scope, colon, said = atom.partition(":")
        if not colon:
            return atom, self._titles.get(atom, 0) & papers
        return said, papers if scope == Scope.TITLE else 0
