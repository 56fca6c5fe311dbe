"""An abstract's one or two telling sentences.

Every sentence that fits, and every pair of the best ones, is a candidate. A candidate's score is the F1 it may expect
against a summary nobody has written yet: the chance of each of its words being said there, over both lengths; then
what its sentences say of themselves (`summary_cues.py`), and how much of the title it covers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

from bot.domain.sentences import sentences
from bot.domain.summary_cues import FUNCTION_WORDS, Said, chance, read

SUMMARY_LIMIT: Final = 280  # characters
ELLIPSIS: Final = "…"

# Worths, on the scale of `summary_cues.py`.
_TITLE_COVERED: Final = 0.10
_SECOND: Final = -0.02  # a second sentence has to earn its place
_ANSWERED: Final = 0.15  # unless it is the result of the first: worth more to a reader than to ROUGE
_LOST_ANTECEDENT: Final = -0.03  # "It also ..." without the sentence before
_CUT: Final = -0.05

_SUMMARY_WORDS: Final = 25  # how long a one-sentence summary of a paper is, on average
_READ_AT_MOST: Final = 20_000  # characters: whole papers arrive as abstracts
_SENTENCES_AT_MOST: Final = 40
_PAIRED_AT_MOST: Final = 8
_SHORTEST_CUT: Final = SUMMARY_LIMIT // 2

_CJK: Final = "\u3040-\u30ff\u3400-\u9fff"  # written without spaces: each character counts as a word
_UNSPACED: Final = ("。", "！", "？")  # noqa: RUF001  the stops of CJK text
_WORD: Final = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+")
_CLAUSE_END: Final = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)")  # noqa: RUF001  the dashes of running text
_DANGLING: Final = re.compile(
    r"(?:[\s,;:]+(?:and|or|but|which|that|where|while|e\.g\.|i\.e\.|such as|including))+$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """A sentence at its place in the abstract, or as much of a long one as fits."""

    at: int
    text: str
    cut: bool
    words: frozenset[str]
    length: int  # in words, repeated ones too
    said: Said


_Choice: TypeAlias = tuple[_Part, ...]


def summarise(title: str, abstract: str) -> str:
    """One or two whole sentences of `abstract` that tell its contribution and result, at most `SUMMARY_LIMIT` long.

    They are the author's own, in the author's order, white space aside. Where the telling sentence does not fit, it is
    cut at the end of a clause and ends with an ellipsis. "" when there is no abstract.
    """
    found = sentences(abstract[:_READ_AT_MOST])[:_SENTENCES_AT_MOST]
    whole = _joined(found)
    if len(found) <= 2 and len(whole) <= SUMMARY_LIMIT:
        return whole
    parts = _parts(found, read(title, found))
    title_words = frozenset(_words(title)) - FUNCTION_WORDS.keys()
    chances = _chances(parts, title_words)
    ranked = sorted(_scored(((part,) for part in parts), chances, title_words), key=lambda one: -one[0])
    pairs = _scored(_pairs(part for _, (part,) in ranked[:_PAIRED_AT_MOST]), chances, title_words)
    _, best = max((*ranked, *pairs), key=lambda one: one[0])
    return _joined([part.text for part in best])


def _joined(texts: Sequence[str]) -> str:
    """The sentences with a space between them, where their script writes one."""
    spaced = (text if text.endswith(_UNSPACED) else f"{text} " for text in texts)
    return "".join(spaced).rstrip()


def _parts(found: Sequence[str], said: Sequence[Said]) -> tuple[_Part, ...]:
    return tuple(_part(at, text, its) for at, (text, its) in enumerate(zip(found, said, strict=True)))


def _part(at: int, sentence: str, said: Said) -> _Part:
    text = sentence if len(sentence) <= SUMMARY_LIMIT else _shortened(sentence)
    words = _words(text)
    return _Part(
        at=at, text=text, cut=text != sentence, words=frozenset(words), length=max(1, len(words)), said=said
    )


def _pairs(parts: Iterable[_Part]) -> Iterator[_Choice]:
    """Every two whole sentences that fit together, in the abstract's order."""
    whole = sorted((part for part in parts if not part.cut), key=lambda part: part.at)
    for first, second in combinations(whole, 2):
        if len(first.text) + len(second.text) < SUMMARY_LIMIT:
            yield first, second


def _scored(
    choices: Iterable[tuple[_Part, ...]], chances: Mapping[str, float], title_words: frozenset[str]
) -> list[tuple[float, _Choice]]:
    return [(_score(choice, chances, title_words), choice) for choice in choices]


def _score(choice: _Choice, chances: Mapping[str, float], title_words: frozenset[str]) -> float:
    words = choice[0].words.union(*(part.words for part in choice[1:]))
    length = sum(part.length for part in choice)
    expected = 2 * sum(map(chances.__getitem__, words)) / (length + _SUMMARY_WORDS)
    worth = sum(part.said.worth * part.length for part in choice) / length
    covered = len(words & title_words) / max(1, len(title_words))
    return expected + worth + _TITLE_COVERED * covered + _fit(choice)


def _fit(choice: _Choice) -> float:
    """What a choice earns or loses by the way its sentences stand together."""
    first, last = choice[0].said, choice[-1].said
    taken = {part.at for part in choice}
    lost = any(part.said.points_back and part.at - 1 not in taken for part in choice)
    answered = first.contributes and last.results and not last.contributes
    worth = _LOST_ANTECEDENT * lost + _CUT * any(part.cut for part in choice)
    return worth + _SECOND * (len(choice) - 1) + _ANSWERED * answered


def _chances(parts: Sequence[_Part], title_words: frozenset[str]) -> dict[str, float]:
    spread = Counter(word for part in parts for word in part.words)
    return {
        word: chance(word, in_sentences=count, in_title=word in title_words) for word, count in spread.items()
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _shortened(sentence: str) -> str:
    """As many whole clauses of `sentence` as fit, else words, else characters; then an ellipsis."""
    room = sentence[: SUMMARY_LIMIT - len(ELLIPSIS) + 1]
    ends = [match.start() for match in _CLAUSE_END.finditer(room, _SHORTEST_CUT)]
    closed = [end for end in ends if room.count("(", 0, end) <= room.count(")", 0, end)]
    if closed:
        return _DANGLING.sub("", room[: closed[-1]].rstrip()) + ELLIPSIS
    return room[: _word_end(room)].rstrip() + ELLIPSIS


def _word_end(room: str) -> int:
    """Where to cut `room`, which is one character too long: before a space, else between two whole characters."""
    space = room.rfind(" ", _SHORTEST_CUT)
    if space > 0:
        return space
    end = len(room) - 1
    while end > 1 and (unicodedata.combining(room[end]) or "\u200d" in room[end - 1 : end + 1]):
        end -= 1
    return end
