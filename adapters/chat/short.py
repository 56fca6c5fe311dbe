"""Names and numbers in few characters, as every chat shows them."""

from __future__ import annotations

from collections.abc import Sequence

# What the last word of an author is when the author is no person: "Xiaomi Robotics Team".
TEAMS = frozenset(
    {"team", "ai", "lab", "labs", "group", "collaboration", "consortium", "research", "contributors"}
)


def short_authors(authors: Sequence[str]) -> str:
    """Two family names and how many more: "Song, Ermon +5"."""
    names = [family_name(name) for name in authors if name.split()]
    rest = f" +{len(names) - 2}" if len(names) > 2 else ""
    return ", ".join(names[:2]) + rest


def family_name(name: str) -> str:
    """The last word of a person's name; a team keeps its whole name."""
    *_, last = name.split()
    return name if last.lower() in TEAMS else last


def short_number(number: int) -> str:
    """As 950, 1.2k, 31k."""
    if number < 1000:
        return str(number)
    thousands = number / 1000
    return f"{thousands:.1f}k".replace(".0k", "k") if thousands < 9.95 else f"{thousands:.0f}k"
