"""The runs of words that spell a phrase: "finetuning" is written "fine tuning" in some papers.

`bot.domain.phrases` says what a phrase matches: runs of words that spell the same letters. The index knows words in
a row, so a search asks for the runs that some paper really has: neighbours joined into one word, or a word parted into
several ("nonautoregressive" is "non-auto-regressive"). Only words parted otherwise than the phrase are not thought of:
nobody writes "fi netuning" for "fine tuning".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from bot.domain.phrases import LONGEST_RUN
from bot.domain.query_form import LONGEST_STRETCH
from bot.domain.text import FUNCTION_WORDS

from .index import Known, Run

LONGEST_PARTED = 40  # letters; a longer word is parted in two at most, for its parts are looked up one by one
MOST_TRIED = 300  # ways to write one phrase; hardly any is met in a paper


def runs_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """The phrase, and every other run of words in some paper that matches it."""
    stretches = [tokens[at : at + LONGEST_STRETCH] for at in range(0, len(tokens), LONGEST_STRETCH)]
    choices = [_ways(stretch, known, LONGEST_RUN) for stretch in stretches]
    found = (tuple(word for stretch in parts for word in stretch) for parts in product(*choices))
    met = (run for run in islice(found, MOST_TRIED) if len(run) == 1 or known(" ".join(run)))
    return list(dict.fromkeys((tuple(tokens), *met)))


def beginnings_of(tokens: Sequence[str], known: Known) -> list[Run]:
    """The same for a prefix: the last word of each run stands for every word that begins so."""
    cut = (len(tokens) - 1) // LONGEST_STRETCH * LONGEST_STRETCH
    before = runs_of(tokens[:cut], known) if cut else [()]
    head = tokens[cut:-1]
    found: dict[Run, None] = {tuple(tokens): None}
    for at in range(len(head), -1, -1):
        if not FUNCTION_WORDS.isdisjoint(head[at:]):
            break
        last = "".join((*head[at:], tokens[-1]))
        for way in _ways(head[:at], known, LONGEST_RUN - 1):
            if not way or known(" ".join(way)):
                found |= {(*earlier, *way, last): None for earlier in before}
    return list(found)


def _ways(tokens: Sequence[str], known: Known, most: int) -> list[Run]:
    """The ways to write a stretch in at most so many known words, fewest first."""
    ways = (way for way in _written(tokens, known) if len(way) <= most)
    return sorted(islice(ways, MOST_TRIED), key=len)


def _written(tokens: Sequence[str], known: Known) -> Iterator[Run]:
    if not tokens:
        yield ()
        return
    for count in range(1, len(tokens) + 1):
        for first in _as_one(tokens[:count], known):
            for rest in _written(tokens[count:], known):
                yield (*first, *rest)


def _as_one(tokens: Sequence[str], known: Known) -> list[Run]:
    """One word of a phrase whole or parted, or several of them joined; a function word stays itself."""
    if len(tokens) == 1 and tokens[0] in FUNCTION_WORDS:
        return [(tokens[0],)]
    if not FUNCTION_WORDS.isdisjoint(tokens):
        return []
    word = "".join(tokens)
    ways: list[Run] = [(word,)] if word not in FUNCTION_WORDS and known(word) else []
    if len(tokens) == 1:
        most = LONGEST_RUN if len(word) <= LONGEST_PARTED else 2
        ways += sorted(islice(_parted(word, known, most), MOST_TRIED), key=len)
    return ways


def _parted(word: str, known: Known, most: int) -> Iterator[Run]:
    """The ways to part a word into two words or more, at most so many, that stand in a row in some paper.

    Every part is looked for alone first: most are no words at all, and a phrase takes longer to look for.
    """
    fewest = _fewest(word, known, most)

    def go_on(run: Run, at: int) -> Iterator[Run]:
        if at == len(word):
            yield run
            return
        for end in range(at + 1, len(word) + 1):
            longer = (*run, word[at:end])
            if end - at == len(word) or len(longer) + fewest[end] > most or not _is_word(longer[-1], known):
                continue
            if not run or known(" ".join(longer)):
                yield from go_on(longer, end)

    return go_on((), 0)


def _fewest(word: str, known: Known, most: int) -> list[int]:
    """How many words at least the rest of a word takes from each letter on; more than `most` when it cannot be."""
    fewest = [most + 1] * len(word) + [0]
    for at in range(len(word) - 1, 0, -1):
        ends = (end for end in range(len(word), at, -1) if fewest[end] < most - 1)
        fewest[at] = 1 + min((fewest[end] for end in ends if _is_word(word[at:end], known)), default=most)
    return fewest


def _is_word(part: str, known: Known) -> bool:
    return part not in FUNCTION_WORDS and known(part)
