"""What one workspace hears from its sources, worked out once for each day however many channels it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .notes import Verdict, late_sources, source_notes
from .paper import Paper
from .window import Window


class Heard:
    """The verdicts on the last days, and what follows from them for digests."""

    def __init__(self, verdicts: Sequence[Verdict], window: Window) -> None:
        self._verdicts = verdicts
        self._window = window
        self._notes: dict[date, tuple[str, ...]] = {}
        self._held: dict[date, int] = {}

    def notes(self, day: date) -> tuple[str, ...]:
        """The lines a digest of that day says of them."""
        if day not in self._notes:
            self._notes[day] = source_notes(self._verdicts, day)
        return self._notes[day]

    def held(self, day: date) -> int:
        """Papers of the day that are a bare title because arXiv, which has the rest, is late."""
        if day not in self._held:
            late = "arxiv" in late_sources(self._verdicts, day)
            self._held[day] = (
                self._window.where(lambda paper: paper.listed == day and _is_bare(paper)) if late else 0
            )
        return self._held[day]


def _is_bare(paper: Paper) -> bool:
    return paper.key.startswith("arxiv:") and not paper.abstract and "arxiv" not in paper.sources
