"""The slow text work of a batch, done once per text and outside the transaction where it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from bot.domain.paper import Facts
from bot.domain.summary import SUMMARY_LIMIT, summarise
from bot.domain.text import clip

from .fulltext import FED_BY, Document, words_of


class Texts:
    """Summaries and index documents, remembered for as long as a batch is worked on."""

    def __init__(self) -> None:
        self._summary = cache(summarise)
        self._words = cache(words_of)

    def prepare(self, papers: Iterable[Facts]) -> None:
        """Do now what these papers will need, if nobody else's fields win over theirs."""
        for facts in papers:
            self._words(*(getattr(facts, name) for name in FED_BY))
            if not facts.summary:
                self._summary(facts.title, facts.abstract)

    def document(self, paper: Mapping[str, Any]) -> Document:
        """What the index is fed with for a paper."""
        return self._words(*(paper[name] for name in FED_BY))

    def summarise(self, paper: dict[str, Any], stored: Mapping[str, Any] | None) -> None:
        """Give a paper its summary: its source's, clipped to fit, or else the telling sentences of its abstract."""
        if paper["summary_by"] == "source":
            paper["summary"] = clip(paper["summary"], SUMMARY_LIMIT)
            return
        if stored is not None and _same(paper, stored):
            return
        paper["summary"] = self._summary(paper["title"], paper["abstract"])
        paper["summary_by"] = "abstract" if paper["summary"] else ""


def _same(paper: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return bool(paper["title"] == stored["title"] and paper["abstract"] == stored["abstract"])
