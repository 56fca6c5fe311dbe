"""Troubles that strike a stand-in's calls: so often, after so many, or by a seeded chance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar


@dataclass(kw_only=True, eq=False)
class Trouble:
    """One kind of trouble; `times` is how often it strikes (None: for ever), `after` how many calls it lets pass."""

    kind: str
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seconds: float = 1.0  # of Retry-After, of slowness, of hanging


One = TypeVar("One", bound=Trouble)


class Troubles(Generic[One]):
    """The troubles of one stand-in, met in the order they were added."""

    def __init__(self, *, seed: int = 0) -> None:
        self._chance = Random(seed)  # noqa: S311 - the same troubles in every run
        self._all: list[One] = []
        self.met: Counter[str] = Counter()  # how often which kind really struck

    def clear(self) -> None:
        """Let all go well from now on."""
        self._all.clear()

    def begin(self, trouble: One) -> One:
        """Let something go wrong from now on."""
        self._all.append(trouble)
        return trouble

    def met_by(self, call: tuple[str, ...]) -> One | None:
        """What a call meets; a trouble that strikes is used up by it."""
        for trouble in self._all:
            if trouble.times != 0 and self.concerns(trouble, call) and self._strikes(trouble):
                self.met[trouble.kind] += 1
                return trouble
        return None

    def concerns(self, trouble: One, call: tuple[str, ...]) -> bool:
        """Whether a call is one of those it strikes; each stand-in names its calls its own way."""
        raise NotImplementedError

    def _strikes(self, trouble: One) -> bool:
        if trouble.after > 0:
            trouble.after -= 1
            return False
        if trouble.probability < 1 and self._chance.random() >= trouble.probability:
            return False
        if trouble.times is not None:
            trouble.times -= 1
        return True
