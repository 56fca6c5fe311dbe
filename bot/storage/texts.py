"""The slow text work of a batch, done once per text and outside the transaction where it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from bot.domain.paper import Facts

from .fulltext import FED_BY, words_of
from .index import Document


class Texts:
    """Index documents, remembered for as long as a batch is worked on."""

    def __init__(self) -> None:
        self._words = cache(words_of)

    def prepare(self, papers: Iterable[Facts]) -> None:
        """Do now what these papers will need, if nobody else's fields win over theirs."""
        for facts in papers:
            self._words(*(getattr(facts, name) for name in FED_BY))

    def document(self, paper: Mapping[str, Any]) -> Document:
        """What the index is fed with for a paper."""
        return self._words(*(paper[name] for name in FED_BY))
