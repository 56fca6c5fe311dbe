"""The runs of words that spell a phrase: "finetuning" is written "fine tuning" in some papers.

`bot.domain.phrases` says what a phrase matches: runs of words that spell the same letters. The index knows words in
a row, so a search asks for the runs that some paper really has: neighbours joined into one word, or a word parted in
two. ("multimodal superresolution" is "multi-modal super-resolution"; nobody writes "mul-ti-mo-dal".)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import TypeAlias

from bot.domain.phrases import LONGEST_RUN
from bot.domain.query_form import LONGEST_STRETCH
from bot.domain.text import FUNCTION_WORDS

Run: TypeAlias = tuple[str, ...]
Known: TypeAlias = Callable[[str], bool]  # whether any paper has this word, or these words in a row

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
    """One word of a phrase whole or in two, or several of them joined; a function word stays itself."""
    if len(tokens) == 1 and tokens[0] in FUNCTION_WORDS:
        return [(tokens[0],)]
    if not FUNCTION_WORDS.isdisjoint(tokens):
        return []
    word = "".join(tokens)
    ways: list[Run] = [(word,)] if word not in FUNCTION_WORDS and known(word) else []
    if len(tokens) == 1:
        halves = ((word[:at], word[at:]) for at in range(1, len(word)))
        ways += [pair for pair in halves if FUNCTION_WORDS.isdisjoint(pair) and _stand(pair, known)]
    return ways


def _stand(pair: tuple[str, str], known: Known) -> bool:
    """Whether two halves stand side by side somewhere; each is looked for first, for most are no words at all."""
    return known(pair[0]) and known(pair[1]) and known(" ".join(pair))
