"""How far an OR reaches: conditions at its ends hold for every alternative.

`"flow matching" OR diffusion -survey cat:cs.CV` asks for either of the two, no surveys, in cs.CV; nobody means
"flow matching from anywhere, surveys too". So what filters or leaves out, before the first alternative's words or after
the last one's, holds for all of them. It does not when another alternative has conditions of its own
(`a cat:cs.CV OR b cat:cs.LG`), when it is joined by an explicit AND (`a OR b AND cat:cs.CV`), or in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .terms import And, Category, Node, Or, TopicTerm, Words


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing an alternative asks for, and whether an explicit AND stands before it."""

    node: Node
    anded: bool

    @property
    def is_condition(self) -> bool:
        """Whether it filters or leaves out, rather than says what it is about."""
        if isinstance(self.node, Or):
            return all(isinstance(each, Category) for each in self.node.nodes)  # cat:cs.CV,cs.LG
        return not isinstance(self.node, Words | TopicTerm | And)


def either(alternatives: Sequence[Sequence[Operand]]) -> Node | None:
    """Join alternatives to one node; None when none of them says anything."""
    said = [alternative for alternative in alternatives if alternative]
    if len(said) < 2:
        return _all(said[0]) if said else None
    front, end = _front(said[0]), _end(said[-1])
    bare = [said[0][front:], *said[1:-1], said[-1][:end]]
    one_each = front == 0 and all(
        len(alternative) == 1 for alternative in bare
    )  # cat:cs.CV OR cat:cs.LG -survey
    if not one_each and any(operand.is_condition for alternative in bare for operand in alternative):
        return Or(tuple(map(_all, said)))
    conditions = (*said[0][:front], *said[-1][end:])
    return _all((Operand(Or(tuple(map(_all, bare))), anded=False), *conditions))


def _front(first: Sequence[Operand]) -> int:
    """Return how many operands stand before the first alternative's words; 0 when an AND ties them to it."""
    count = next((at for at, operand in enumerate(first) if not operand.is_condition), 0)
    return 0 if first[count].anded else count


def _end(last: Sequence[Operand]) -> int:
    """Return where the last alternative's words end and the conditions begin."""
    found = next((at for at, operand in enumerate(last) if operand.is_condition and at), len(last))
    return len(last) if found < len(last) and last[found].anded else found


def _all(operands: Iterable[Operand]) -> Node:
    nodes = tuple(operand.node for operand in operands)
    return And(nodes) if len(nodes) > 1 else nodes[0]
