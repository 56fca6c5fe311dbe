"""A source that gives what a test tells it to."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from datetime import date
from typing import Self

from bot.domain.paper import Batch, Facts, Freshness, Listing
from bot.errors import SourceError
from bot.ports import SourceContext

FIRST_LINE = b"fake papers"


class FakeSource:
    """Yields its batches in the order given, then raises its error if it has one; records every `since`.

    Its files begin with the line "fake papers"; each line after it is a title, or a title, " | " and an abstract.
    The lines "!sleep", "!die" and "!break" make `parse` hang, end its process and raise an unforeseen error.
    """

    def __init__(self, context: SourceContext | None = None, *, name: str = "fake") -> None:
        self.name = name
        self.context = context
        self.asked: list[date] = []
        self._batches: list[Batch] = []
        self._error: Exception | None = None

    def gives(self, *batches: Batch) -> Self:
        """Yield these batches, after those given before; returns itself, to be chained."""
        self._batches += batches
        return self

    def forgets(self) -> Self:
        """Yield nothing from now on."""
        self._batches.clear()
        return self

    def fails(self, error: Exception) -> Self:
        """Raise this after the batches."""
        self._error = error
        return self

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """Yield the batches."""
        self.asked.append(since)
        for batch in self._batches:
            yield batch
        if self._error is not None:
            raise self._error

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - the port's signature
        """Whether it begins as a fake file does."""
        return head.startswith(FIRST_LINE)

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a fake file; its day is `day`, else 1 June 2026."""
        lines = body.decode().splitlines()[1:]
        for line in lines:
            _obey(line)
        if not lines:
            raise SourceError("There is no paper in it.", reason="malformed")
        found = day or date(2026, 6, 1)
        listings = tuple(_listing(self.name, found, rank, line) for rank, line in enumerate(lines, start=1))
        return Batch(source=self.name, origin="", day=found, freshness=Freshness.FRESH, listings=listings)


def _listing(source: str, day: date, rank: int, line: str) -> Listing:
    title, _, abstract = line.partition(" | ")
    facts = Facts(title=title, abstract=abstract, authors=("Ada Example",))
    return Listing(source=source, origin="", day=day, rank=rank, facts=facts)


def _obey(line: str) -> None:
    match line:
        case "!sleep":
            time.sleep(600)
        case "!die":
            os._exit(1)
        case "!break":
            raise ZeroDivisionError("as it was told")
