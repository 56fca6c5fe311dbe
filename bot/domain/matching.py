"""The bitmap index: a batch of papers against every query at once.

The papers of a batch are indexed, not the queries. Each distinct term of all queries (an atom) becomes one Python int,
bit i for papers[i]; a query is then `&`, `|` and `~` over them. Adding or removing a query puts its atoms in dicts or
takes them out: there is nothing to rebuild.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern

from .explaining import explain, holds
from .hits import Hits, Places
from .indexing import OnePaper, PaperIndex, found_in_titles, found_runs
from .kinds import kind_node
from .paper import Paper
from .plans import ALL, ANY, NONE, Plan, atoms, evaluate
from .query import Query
from .query_form import LONGEST_STRETCH, term_key
from .terms import And, Kind, Node, Not, Or, Scope, Term, TopicTerm, Words

__all__ = ["Bitmaps", "Hits", "Matcher", "explain", "matches"]


class Bitmaps(dict[str, int]):
    """Query.key -> bitmap; a query that matched nothing takes no room and reads as 0."""

    def __missing__(self, key: str) -> int:
        return 0


class Matcher:
    """Every distinct query, each evaluated once per batch whatever the number of subscriptions that share it."""

    def __init__(self) -> None:
        self._alone: set[str] = set()  # queries that are one atom: key and atom are the same text
        self._plans: dict[str, tuple[str, tuple[Plan, ...]]] = {}  # all others
        self._again: dict[str, int] = {}  # how often a query was added beyond the first time
        self._uses: dict[str, int] = {}  # atom -> how many places of plans name it
        self._phrases: dict[Scope, set[str]] = {scope: set() for scope in Scope}  # short ones, spelled
        self._others: dict[str, Term] = {}  # atoms that are not short phrases
        self._heads: dict[str, str] = {}  # long phrase -> the atom of its first stretch

    def __len__(self) -> int:
        return len(self._alone) + len(self._plans)

    def __contains__(self, query: Query) -> bool:
        return query.key in self._plans or query.key in self._alone

    def add(self, query: Query) -> None:
        """Look for this query from now on; adding it again only counts."""
        if query in self:
            self._again[query.key] = self._again.get(query.key, 0) + 1
            return
        plan = self._plan(query.node)
        if isinstance(plan, str):
            self._alone.add(plan)
            return
        self._plans[query.key] = plan

    def remove(self, query: Query) -> None:
        """Undo one `add` of this query; KeyError when there was none."""
        if query not in self:
            raise KeyError(query.key)
        again = self._again.pop(query.key, 0)
        if again > 1:
            self._again[query.key] = again - 1
        if again:
            return
        plan = self._plans.pop(query.key, query.key)
        self._alone.discard(query.key)
        for atom in atoms(plan):
            self._release(atom)

    def match(self, papers: Sequence[Paper]) -> dict[str, int]:
        """Return Query.key -> bitmap, bit i set when papers[i] matches; queries without a match are left out."""
        index = PaperIndex(papers)
        return self._matched(self._atoms(index), index.full)

    def hits(self, papers: Sequence[Paper]) -> dict[str, Hits]:
        """Return Query.key -> what `match` finds, and whether in the title; queries without a match are left out."""
        index = PaperIndex(papers)
        bits = self._atoms(index)
        places = Places(index, bits, found_in_titles(index, self._phrases[Scope.ANY]), self._others)
        matched = self._matched(bits, index.full)
        return {key: places.of(self._plans.get(key, key), bitmap) for key, bitmap in matched.items()}

    def _matched(self, bits: dict[str, int], full: int) -> dict[str, int]:
        found = Bitmaps((key, bits[key]) for key in self._alone & bits.keys() if bits[key])
        for key, plan in self._plans.items():
            operator, parts = plan
            first = parts[0]
            if operator is ALL and isinstance(first, str) and first not in bits:  # most queries end here
                continue
            if bitmap := evaluate(plan, bits, full):
                found[key] = bitmap
        return found

    def _atoms(self, index: PaperIndex) -> dict[str, int]:
        """Return atom -> bitmap for every atom of every query."""
        found = found_runs(index, self._phrases)
        bits = found[Scope.ANY]
        for scope in (Scope.TITLE, Scope.ABSTRACT):
            bits.update((f"{scope}:{letters}", bitmap) for letters, bitmap in found[scope].items())
        bits.update([(atom, self._bitmap(index, atom, bits)) for atom in self._others])
        return bits

    def _bitmap(self, index: PaperIndex, atom: str, bits: dict[str, int]) -> int:
        head = self._heads.get(atom)
        among = None if head is None else bits.get(head, 0)
        return index.bitmap(self._others[atom], among)

    def _plan(self, node: Node) -> Plan:
        match node:
            case And(nodes):
                return (ALL, tuple(sorted(map(self._plan, nodes), key=_likeliest_last)))
            case Or(nodes):
                return (ANY, tuple(self._plan(each) for each in nodes))
            case Not(inner):
                return (NONE, (self._plan(inner),))
            case TopicTerm(_, inner):
                return self._plan(inner)
            case Kind(name):
                return self._plan(kind_node(name))
            case _:
                return self._atom(node)

    def _atom(self, term: Term) -> str:
        atom = intern(term_key(term))
        uses = self._uses.get(atom, 0)
        self._uses[atom] = uses + 1
        if not uses:
            self._register(atom, term)
        return atom

    def _register(self, atom: str, term: Term) -> None:
        if isinstance(term, Words) and not term.prefix:
            if len(term.tokens) <= LONGEST_STRETCH:
                self._phrases[term.scope].add(_letters(atom, term.scope))
                return
            head = Words(term.tokens[:LONGEST_STRETCH], term.scope)
            self._heads[atom] = self._atom(head)
        self._others[atom] = term

    def _release(self, atom: str) -> None:
        self._uses[atom] -= 1
        if self._uses[atom]:
            return
        del self._uses[atom]
        if self._others.pop(atom, None) is None:
            scope = _scope(atom)
            self._phrases[scope].remove(_letters(atom, scope))
        head = self._heads.pop(atom, None)
        if head is not None:
            self._release(head)


def matches(query: Query, paper: Paper) -> bool:
    """Whether a paper matches; the same answer as `Matcher.match`."""
    return holds(query.node, OnePaper(paper))


def _likeliest_last(plan: Plan) -> tuple[bool, int]:
    """Long phrases first, they are rare and end the evaluation early; brackets after them."""
    return (not isinstance(plan, str), -len(plan))


def _scope(atom: str) -> Scope:
    scope, colon, _ = atom.partition(":")
    return Scope(scope) if colon else Scope.ANY


def _letters(atom: str, scope: Scope) -> str:
    return atom if scope is Scope.ANY else atom.removeprefix(f"{scope}:")
