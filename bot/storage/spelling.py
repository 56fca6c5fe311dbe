"""The runs of words that spell a phrase: "finetuning" is written "fine tuning" in some papers.

`bot.domain.phrases` says what a phrase matches: runs of words that spell the same letters. The index knows words in
a row, so a search asks for every such run whose words some paper really has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import TypeAlias

from bot.domain.phrases import LONGEST_RUN
from bot.domain.query_form import LONGEST_STRETCH
from bot.domain.text import FUNCTION_WORDS, spelled

Run: TypeAlias = tuple[str, ...]
Known: TypeAlias = Callable[[str], bool]  # whether any paper has this word

MOST_RUNS = 40  # of one phrase; the likeliest come first


def runs_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """Every run of known words that matches a phrase, the phrase's own words first; at most `MOST_RUNS`."""
    stretches = [tokens[at : at + LONGEST_STRETCH] for at in range(0, len(tokens), LONGEST_STRETCH)]
    choices = [list(islice(_ways(spelled(stretch), known), MOST_RUNS)) for stretch in stretches]
    found = (tuple(word for stretch in parts for word in stretch) for parts in product(*choices))
    return list(islice(dict.fromkeys((tuple(tokens), *found)), MOST_RUNS))


def beginnings_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """The same for a prefix: the last word of each run stands for every word that begins so."""
    cut = (len(tokens) - 1) // LONGEST_STRETCH * LONGEST_STRETCH
    before = runs_of(tokens[:cut], known) if cut else [()]
    head, last = spelled(tokens[cut:-1]), tokens[-1]
    found: dict[Run, None] = {tuple(tokens): None}
    for at in range(len(head), -1, -1):
        rest = (head + last)[at:]
        if " " in rest:
            continue
        for way in islice(_ways(head[:at], known, LONGEST_RUN - 1), MOST_RUNS):
            found |= {(*earlier, *way, rest): None for earlier in before}
    return list(islice(found, MOST_RUNS))


def _ways(letters: str, known: Known, most: int = LONGEST_RUN) -> Iterator[Run]:
    """The ways to cut letters into known words, fewest words first."""
    steps: dict[int, list[tuple[str, int]]] = {}

    def cut(at: int, left: int) -> Iterator[Run]:
        if at == len(letters):
            if left == 0:
                yield ()
            return
        if left == 0:
            return
        if at not in steps:
            steps[at] = list(_words_at(letters, at, known))
        for word, end in steps[at]:
            for rest in cut(end, left - 1):
                yield (word, *rest)

    if not letters:
        yield ()
        return
    for count in range(1, most + 1):
        yield from cut(0, count)


def _words_at(letters: str, at: int, known: Known) -> Iterator[tuple[str, int]]:
    """The known words that the letters go on with here, longest first, each with where it ends."""
    if letters[at] == " ":  # a function word keeps its spaces, see `spelled`
        end = letters.index(" ", at + 1)
        yield letters[at + 1 : end], end + 1
        return
    stop = letters.find(" ", at)
    for end in range(len(letters) if stop < 0 else stop, at, -1):
        word = letters[at:end]
        if word not in FUNCTION_WORDS and known(word):
            yield word, end
