"""What a drive has to say."""

from __future__ import annotations

from typing import Protocol


class Told(Protocol):
    """What held, and what did not."""

    facts: list[str]
    wrong: list[str]


def told(title: str, acts: Told) -> bool:
    """Print what held and what did not; whether all did."""
    print(f"== {title}")
    for fact in acts.facts:
        print(f"  ok    {fact}")
    for one in acts.wrong:
        print(f"  WRONG {one}")
    return not acts.wrong
