"""How a query is put together from bitmaps: atoms by name, and `&`, `|` and `~` over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

# An atom by name, or an operator and its operands.
Plan: TypeAlias = "str | tuple[str, tuple[Plan, ...]]"
ALL, ANY, NONE = "all", "any", "none"


def evaluate(plan: Plan, bits: Mapping[str, int], full: int) -> int:
    """The papers a plan holds for; an atom that `bits` does not name holds for none."""
    if isinstance(plan, str):
        return bits.get(plan, 0)
    operator, parts = plan
    if operator is NONE:
        return full & ~evaluate(parts[0], bits, full)
    found = full if operator is ALL else 0
    for part in parts:
        bitmap = bits.get(part, 0) if isinstance(part, str) else evaluate(part, bits, full)
        if operator is ANY:
            found |= bitmap
            continue
        found &= bitmap
        if not found:
            return 0
    return found


def atoms(plan: Plan) -> Iterator[str]:
    """Every atom of a plan, as often as it is named."""
    if isinstance(plan, str):
        yield plan
        return
    for part in plan[1]:
        yield from atoms(part)


def told(plan: Plan, bits: Mapping[str, int], full: int) -> dict[str, int]:
    """The atoms that speak for a plan, each with the papers it does so for.

    An atom that is left out speaks for none, nor does one of an alternative that does not hold as a whole.
    """
    found: dict[str, int] = {}
    _tell(plan, bits, full, found)
    return found


def _tell(plan: Plan, bits: Mapping[str, int], within: int, found: dict[str, int]) -> None:
    here = within & evaluate(plan, bits, within)
    if not here:
        return
    if isinstance(plan, str):
        found[plan] = found.get(plan, 0) | here
        return
    operator, parts = plan
    for part in parts if operator is not NONE else ():
        _tell(part, bits, here, found)
