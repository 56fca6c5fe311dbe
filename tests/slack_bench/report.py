"""What a drive has to say."""

from __future__ import annotations

from acts import Acts


def told(title: str, acts: Acts) -> bool:
    """Print what held and what did not; whether all did."""
    print(f"== {title}")
    for fact in acts.facts:
        print(f"  ok    {fact}")
    for one in acts.wrong:
        print(f"  WRONG {one}")
    return not acts.wrong
