"""How a contract check fails."""

from __future__ import annotations


class ContractBroken(AssertionError):
    """The adapter or source does not keep its contract; the message says which clause."""


def need(kept: bool, clause: str) -> None:
    """Raise `ContractBroken` with the clause unless it is kept."""
    if not kept:
        raise ContractBroken(clause)
