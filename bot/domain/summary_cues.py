"""What the sentences of an abstract say of themselves, and which of its words a summary would say again.

The numbers were estimated on abstracts that carry a one-sentence summary written by a model, on half of the days;
the other half agreed. `paperround bench summary` measures what they are worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Worths are on the scale of an F1 score: 0.1 is ten points of ROUGE. The optimum is flat: halving or doubling any
# of them moves the result by less than half a point.
CONTRIBUTION: Final = 0.10  # the first sentence that says what the paper offers
FINDING: Final = 0.06  # where no sentence does: the first that says what was studied or found
NEXT: Final = 0.04  # the sentence after either: how it works
NAMED: Final = 0.05  # the first to use the name which the title gives ("Name: what it is")
BACKGROUND: Final = -0.06  # what others did, what is hard
RELEASE: Final = -0.15  # where the code is
QUESTION: Final = -0.02

_MAKE: Final = "propose|introduce|present|develop|design|build|create|describe|construct|formulate|devise|establish|release"
_FIND: Final = (
    "show|demonstrate|find|reveal|discover|observe|prove|argue|identify|study|investigate|explore|analy[sz]e"
)
_WORK: Final = "paper|work|report|study|survey|article|tutorial"
_HAPPEN: Final = "outperform|surpass|achiev|improv|exceed|reduc|yield|enabl"
_HISTORY: Final = (
    "recent|recently|despite|existing|current|currently|prior|previous|traditional|traditionally|conventional|while"
    "|although|however|yet|but|unfortunately|as"
)


def _cue(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways), re.IGNORECASE)


_CONTRIBUTES: Final = _cue(
    rf"\bwe\b[^.;:]{{0,40}}\b(?:{_MAKE})\b",
    rf"\b(?:this|the|our) (?:\w+ )?(?:{_WORK})\b[^.;:]{{0,25}}\b(?:{_MAKE})e?s\b",
)
_FINDS: Final = _cue(
    rf"\bwe (?:\w+ )?(?:{_FIND})\b",
    rf"\b(?:this|the) (?:{_WORK}) (?:\w+ )?(?:shows|studies|investigates|explores|argues|reviews|provides)\b",
)
_RESULTS: Final = _cue(
    r"\b(?:results?|experiments?|evaluations?|analys[ie]s|studies|benchmarks?)\b.{0,60}"
    r"\b(?:show|demonstrate|reveal|indicate|suggest|confirm|validate|highlight)s?\b",
    rf"\b(?:{_HAPPEN})\w*\b",
)
_BACKGROUND: Final = _cue(
    rf"^(?:{_HISTORY})\b(?!.*\bwe\b)",
    r"\b(?:have|has) (?:recently )?(?:shown|demonstrated|achieved|become|emerged|made|been|seen)\b",
    r"\b(?:remains?|struggles?|suffers?) ",
)
_RELEASES: Final = _cue(
    r"https?://|\bgithub\b|\bproject (?:page|website)\b|\bpublicly\b",
    r"\b(?:is|are|made|be) (?:\w+ )?(?:available|released|open-sourced)\b",
)
_POINTS_BACK: Final = _cue(r"^(?:it|they|these|such|both|he|she)\b", rf"^this (?!{_WORK})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What one sentence says of itself; `worth` sums up its place and its cue phrases."""

    worth: float
    contributes: bool
    results: bool
    points_back: bool  # at the sentence before, without which it is hard to understand


def read(title: str, parts: Sequence[str]) -> tuple[Said, ...]:
    """What each sentence of an abstract says of itself, in order."""
    contributing = [bool(_CONTRIBUTES.search(part)) for part in parts]
    bonus = _bonuses(title, parts, contributing)
    return tuple(
        _said(part, bonus.get(at, 0.0), contributes=contributes)
        for at, (part, contributes) in enumerate(zip(parts, contributing, strict=True))
    )


def _said(part: str, bonus: float, *, contributes: bool) -> Said:
    releases = bool(_RELEASES.search(part))
    worth = bonus + RELEASE * releases + QUESTION * part.endswith("?")
    worth += BACKGROUND * bool(_BACKGROUND.search(part))
    return Said(
        worth=worth,
        contributes=contributes,
        results=bool(_RESULTS.search(part)) and not releases,
        points_back=bool(_POINTS_BACK.search(part)),
    )


def _bonuses(title: str, parts: Sequence[str], contributing: Sequence[bool]) -> dict[int, float]:
    """What some sentences earn by being the first to say something, by their index."""
    bonus: dict[int, float] = {}
    telling, worth = next((at for at, does in enumerate(contributing) if does), None), CONTRIBUTION
    if telling is None:
        telling, worth = _first(_FINDS, parts), FINDING
    if telling is not None:
        bonus = {telling: worth, telling + 1: NEXT}
    named = _first_naming(_coined(title), parts)
    if named is not None:
        bonus[named] = bonus.get(named, 0.0) + NAMED
    return bonus


def _first(cue: re.Pattern[str], parts: Sequence[str]) -> int | None:
    return next((at for at, part in enumerate(parts) if cue.search(part)), None)


def _first_naming(name: str, parts: Sequence[str]) -> int | None:
    return next((at for at, part in enumerate(parts) if name and name in part), None)


def _coined(title: str) -> str:
    """The one or two words before a title's colon: mostly the name of what the paper offers."""
    name, colon, _ = title.partition(":")
    return name.strip() if colon and len(name.split()) <= 2 else ""


# How often a word of the abstract is in its summary, by the number of sentences that have it (0, 1, 2, 3, more).
_TOLD: Final = (0.0, 0.065, 0.25, 0.46, 0.62)
_TOLD_IN_TITLE: Final = (0.0, 0.41, 0.65, 0.78, 0.88)  # the same when the title has it too
_LETTER: Final = 0.05  # a single letter or digit, such as what is left of "e.g."
FUNCTION_WORDS: Final = {
    "and": 0.83, "a": 0.5, "to": 0.4, "in": 0.4, "by": 0.35, "for": 0.35, "with": 0.34, "through": 0.31, "using": 0.3,
    "that": 0.26, "of": 0.22, "is": 0.2, "across": 0.2, "the": 0.17, "on": 0.14, "from": 0.12, "an": 0.08, "as": 0.05,
}  # fmt: skip


def chance(word: str, *, in_sentences: int, in_title: bool) -> float:
    """How likely a summary is to say `word`, from 0 to 1."""
    if word in FUNCTION_WORDS:
        return FUNCTION_WORDS[word]
    if len(word) == 1 and word.isascii():
        return _LETTER
    told = _TOLD_IN_TITLE if in_title else _TOLD
    return told[min(in_sentences, len(told) - 1)]
