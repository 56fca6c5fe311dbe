"""A source, watched: what it brought, in one line for people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import TypeAlias

from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Batch, Freshness
from bot.ports import Source

NAMES = SOURCE_NAMES | {"feed": "Feeds"}

Seen: TypeAlias = "Callable[[Watched], None]"


class Watched:
    """Passes a source's batches through and remembers what they said."""

    def __init__(
        self, source: Source, *, seen: Seen = lambda _: None, finished: Seen = lambda _: None
    ) -> None:
        self.name = source.name
        self.listings = 0
        self.newest: date | None = None
        self.failures: list[str] = []
        self.notes: list[str] = []
        self.good = 0
        self._source = source
        self._seen = seen
        self._finished = finished

    def watch(self, seen: Seen) -> None:
        """Tell this one, too, what comes."""
        self._seen = seen

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """The source's own batches."""
        try:
            async for batch in self._source.fetch(since=since):
                self._note(batch)
                self._seen(self)
                yield batch
        except Exception as error:
            self.failures.append(str(error) or type(error).__name__)
            self._finished(self)
            raise
        self._finished(self)  # not when the bot stops meanwhile: of that source nothing is known

    def recognises(self, head: bytes, name: str) -> bool:
        """As the source does."""
        return self._source.recognises(head, name)

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """As the source does."""
        return self._source.parse(body, day=day)

    @property
    def title(self) -> str:
        """The source as people call it."""
        return NAMES.get(self.name, self.name)

    @property
    def failed(self) -> bool:
        """Whether nothing good came at all."""
        return bool(self.failures) and not self.good

    def line(self) -> str:
        """What it brought, or what went wrong and what to do."""
        if self.failed:
            return f"{self.title}: {self.failures[0]}"
        if not self.listings:
            return f"{self.title}: {self.notes[0] if self.notes else 'nothing new'}"
        partly = f" ({len(self.failures)} lists did not come: {self.failures[0]})" if self.failures else ""
        day = f", the newest of {self.newest:%Y-%m-%d}" if self.newest else ""
        return f"{self.title}: {self.listings:,} listings{day}{partly}"

    def _note(self, batch: Batch) -> None:
        if batch.freshness is Freshness.FAILED:
            self.failures.append(batch.note or "it did not answer")
            return
        self.good += 1
        self.listings += len(batch.listings)
        if batch.note:
            self.notes.append(batch.note)
        if batch.listings and batch.day:
            self.newest = max(self.newest or batch.day, batch.day)
