"""Made-up papers and subscriptions for the benches: seeded, with word frequencies like those of abstracts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate

from bot.domain.categories import SUBJECTS
from bot.domain.paper import Paper
from bot.domain.text import FUNCTION_WORDS, normalise

_ONSETS = "b c d f g h j k l m n p r s t v w z br cl cr dr fl gr pl pr sl sp st str th tr".split()  # noqa: SIM905 - reads best as words
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_CODAS = ("", "", "n", "r", "l", "m", "t", "ck", "nd", "x", "ve", "ing", "tion")
_CATEGORIES = [code for code, _ in SUBJECTS.values()]
_SEEN = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WordModel:
    """A vocabulary, its collocations, and how often each is said (Zipf, exponent about 1)."""

    words: list[str]
    phrases: list[str]
    names: list[str]
    rng: random.Random

    @classmethod
    def seeded(cls, seed: int = 7, *, words: int = 60_000, phrases: int = 120_000) -> WordModel:
        """Return a model that is the same for the same seed."""
        rng = random.Random(seed)
        vocabulary = [
            word for word in dict.fromkeys(_word(rng) for _ in range(words)) if word not in FUNCTION_WORDS
        ]
        weights = _zipf(len(vocabulary))
        drawn = rng.choices(vocabulary, cum_weights=weights, k=3 * phrases)
        pairs = [" ".join(drawn[at : at + 2 + at % 2]) for at in range(0, len(drawn) - 3, 3)]
        names = [f"{_word(rng).title()} {_word(rng).title()}" for _ in range(20_000)]
        return cls(vocabulary, list(dict.fromkeys(pairs)), names, rng)

    def papers(self, count: int) -> list[Paper]:
        """Return papers of about 185 words each: half small words, the rest single words and collocations."""
        return [self._paper(number) for number in range(count)]

    def queries(self, count: int) -> list[str]:
        """Return subscriptions as people write them; popular ones come many times."""
        atoms = self._atoms(4 * count)
        return [self._query(next(atoms), next(atoms), next(atoms), next(atoms)) for _ in range(count)]

    def _paper(self, number: int) -> Paper:
        rng = self.rng
        return Paper(
            id=number,
            key=f"bench:{number}",
            title=self._text(10).rstrip(".").title(),
            abstract=" ".join(self._text(rng.randint(18, 32)) for _ in range(7)),
            authors=tuple(rng.choices(self.names, k=rng.randint(1, 8))),
            categories=tuple(rng.sample(_CATEGORIES, rng.randint(1, 3))),
            first_seen=_SEEN,
            votes=rng.randint(0, 60),
            sources=("arxiv",),
        )

    def _text(self, length: int) -> str:
        rng = self.rng
        content = length // 3
        said = rng.choices(self.words, cum_weights=_zipf(len(self.words)), k=content)
        said += rng.choices(self.phrases, cum_weights=_zipf(len(self.phrases)), k=max(1, content // 2))
        said += rng.choices(_SMALL, k=content)
        rng.shuffle(said)
        return " ".join(map(self._inflected, said)).capitalize() + "."

    def _inflected(self, word: str) -> str:
        chance = self.rng.random()
        if chance < 0.2:
            return word + "s"
        if chance < 0.3:
            return word.replace(" ", "-")
        return word + "," if chance < 0.36 else word

    def _atoms(self, count: int) -> Iterator[str]:
        """Draw words and phrases log-uniformly by rank, as people's interests are."""
        singles, phrases = self.words, self.phrases
        for _ in range(count):
            table = singles if self.rng.random() < 0.35 else phrases
            yield f'"{table[int(len(table) ** self.rng.random()) - 1]}"'

    def _query(self, one: str, two: str, three: str, four: str) -> str:
        """Return one of the shapes people use, in about the shares seen in shared configurations."""
        shapes = (
            (40, one),
            (15, f"{one} OR {two}" if self.rng.random() < 0.5 else f"{one} OR {two} OR {three}"),
            (27, f"{one} {two}" if self.rng.random() < 0.7 else f"{one} {two} {three}"),
            (5, f"{one} -{two}" if normalise(one) != normalise(two) else one),
            (6, f"title:{one}"),
            (4, f"{one} cat:{self.rng.choice(_CATEGORIES)}"),
            (2, f"{one} ({two} OR {three} OR {four})"),
            (1, f'author:"{self.rng.choice(self.names)}"'),
        )
        return self.rng.choices([text for _, text in shapes], [share for share, _ in shapes])[0]


_SMALL = sorted(FUNCTION_WORDS)


def _word(rng: random.Random) -> str:
    syllables = rng.choices((1, 2, 3), (1, 4, 3))[0]
    return "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) for _ in range(syllables)) + rng.choice(_CODAS)


@cache
def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 3) for rank in range(count)))
