"""What it means that a phrase stands in a text.

A phrase stands in a text where a run of at most `LONGEST_RUN` words spells the same letters (`text.spelled`), so that
"fine-tuning", "fine tuning" and "finetuning" find one another, whatever the words. A phrase of more than four words is
cut into stretches of four (`query_form.stretches`), and each must be spelled by the run right after the last one's.
A run never crosses from title to abstract. In a prefix (`fine-tun*`) the last word of the run begins no later than the
phrase's own last word, and goes on as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import add

from .query_form import stretches
from .terms import Words

LONGEST_RUN = 5


def runs(pieces: Sequence[str]) -> Iterator[str]:
    """Yield what every run of up to `LONGEST_RUN` words spells, each length made of two shorter ones at C speed."""
    two = list(map(add, pieces, pieces[1:]))
    three = list(map(add, two, pieces[2:]))
    return chain(pieces, two, three, map(add, two, two[2:]), map(add, three, two[3:]))


def stands_in(words: Words, pieces: Sequence[str]) -> bool:
    """Whether a phrase or prefix stands anywhere in one field, given as `text.pieces`."""
    wanted = stretches(words.tokens, prefix=words.prefix)
    return any(_stands_at(wanted, pieces, at) for at in range(len(pieces)))


def _stands_at(wanted: list[str], pieces: Sequence[str], at: int) -> bool:
    if wanted[0].endswith("*") and ">" in wanted[0]:
        return _begins_at(wanted[0], pieces, at)
    return any(
        len(wanted) == 1 or _stands_at(wanted[1:], pieces, end) for end in _ends(wanted[0], pieces, at)
    )


def _ends(letters: str, pieces: Sequence[str], at: int) -> Iterator[int]:
    """Yield where a run that starts here and spells these letters ends; one place, or none."""
    spelled = ""
    for end in range(at, min(at + LONGEST_RUN, len(pieces))):
        spelled += pieces[end]
        if spelled == letters:
            yield end + 1
        if not letters.startswith(spelled):
            return


def _begins_at(stretch: str, pieces: Sequence[str], at: int) -> bool:
    head, _, last = stretch.removesuffix("*").partition(">")
    spelled = ""
    for piece in pieces[at : at + LONGEST_RUN]:
        if len(spelled) > len(head):
            return False
        spelled += piece
        if spelled.startswith(head + last):
            return True
    return False
