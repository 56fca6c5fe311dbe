"""The runs of words that spell a phrase: "finetuning" is written "fine tuning" in some papers.

`bot.domain.phrases` says what a phrase matches: runs of words that spell the same letters. The index knows words in
a row, so a search asks for the runs that some paper really has: neighbours joined, and each word parted in two at
most once ("multimodal superresolution" is "multi-modal super-resolution"; nobody writes "mul-ti-mo-dal").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import TypeAlias

from bot.domain.phrases import LONGEST_RUN
from bot.domain.query_form import LONGEST_STRETCH
from bot.domain.text import FUNCTION_WORDS, spelled

Run: TypeAlias = tuple[str, ...]
Known: TypeAlias = Callable[[str], bool]  # whether any paper has this word, or these words in a row

MOST_TRIED = 300  # ways to write one phrase; hardly any is met in a paper


def runs_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """The phrase, and every other run of words in some paper that matches it."""
    stretches = [tokens[at : at + LONGEST_STRETCH] for at in range(0, len(tokens), LONGEST_STRETCH)]
    choices = [list(islice(_ways(stretch, known), MOST_TRIED)) for stretch in stretches]
    found = (tuple(word for stretch in parts for word in stretch) for parts in product(*choices))
    met = (run for run in islice(found, MOST_TRIED) if len(run) == 1 or known(" ".join(run)))
    return list(dict.fromkeys((tuple(tokens), *met)))


def beginnings_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """The same for a prefix: the last word of each run stands for every word that begins so."""
    cut = (len(tokens) - 1) // LONGEST_STRETCH * LONGEST_STRETCH
    before = runs_of(tokens[:cut], known) if cut else [()]
    head, last = tokens[cut:-1], tokens[-1]
    letters = spelled(head)
    found: dict[Run, None] = {tuple(tokens): None}
    for at in range(len(letters), -1, -1):
        rest = (letters + last)[at:]
        if " " in rest:
            continue
        for way in islice(_ways(head, known, stop=at, most=LONGEST_RUN - 1), MOST_TRIED):
            if not way or known(" ".join(way)):
                found |= {(*earlier, *way, rest): None for earlier in before}
    return list(found)


def _ways(
    tokens: Sequence[str], known: Known, *, stop: int | None = None, most: int = LONGEST_RUN
) -> Iterator[Run]:
    """The ways to write the letters of a stretch, up to `stop`, in known words; fewest words first."""
    letters = spelled(tokens)[:stop]
    parts = _parts(tokens)
    steps: dict[int, list[tuple[str, int]]] = {}

    def go(at: int, left: int) -> Iterator[Run]:
        if at == len(letters) or left == 0:
            yield from [()] if at == len(letters) and left == 0 else []
            return
        if at not in steps:
            steps[at] = list(_words_at(letters, at, known))
        for word, end in steps[at]:
            if at in parts and parts[at] == parts.get(end):
                continue  # this word of the phrase would be parted twice
            for rest in go(end, left - 1):
                yield (word, *rest)

    for count in range(most + 1):
        yield from go(0, count)


def _parts(tokens: Sequence[str]) -> dict[int, int]:
    """The places inside a word, each with that word's number; between words there is nothing to part."""
    parts: dict[int, int] = {}
    start = 0
    for number, token in enumerate(tokens):
        end = start + len(spelled([token]))
        parts |= dict.fromkeys(range(start + 1, end), number)
        start = end
    return parts


def _words_at(letters: str, at: int, known: Known) -> Iterator[tuple[str, int]]:
    """The known words that the letters go on with here, longest first, each with where it ends."""
    if letters[at] == " ":  # a function word keeps its spaces, see `spelled`
        end = letters.find(" ", at + 1)
        yield from [(letters[at + 1 : end], end + 1)] if end > 0 else []
        return
    stop = letters.find(" ", at)
    for end in range(len(letters) if stop < 0 else stop, at, -1):
        word = letters[at:end]
        if word not in FUNCTION_WORDS and known(word):
            yield word, end
