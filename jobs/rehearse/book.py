"""What a rehearsal keeps for its checks: frozen digests before they are pruned, pauses, restores, and the log."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.domain.delivery import Slot
from bot.domain.digest import Digest
from bot.storage.store import Store

from .cast import Member

LOOKED_BACK = 60  # slots read at a time; more than come between two readings
STUDY = re.compile(r"study (\d+)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A frozen digest by the numbers of its papers."""

    shown: tuple[int, ...]
    folded: tuple[int, ...]
    deferred: tuple[int, ...]
    matched: int  # as the digest itself says

    @property
    def papers(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.shown, *self.folded, *self.deferred)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in it."""
        return self.since <= moment <= self.until


@dataclass(kw_only=True, slots=True)
class Book:
    """Everything that was written down on the way."""

    pages: dict[tuple[int, str], Page] = field(default_factory=dict)
    pauses: dict[int, list[Span]] = field(default_factory=dict)
    restores: list[Span] = field(
        default_factory=list
    )  # from the backup to the first ingest after it was put back
    logged: Counter[str] = field(default_factory=Counter)  # by code
    lines: int = 0
    unforeseen: list[str] = field(default_factory=list)  # failures with a traceback: bugs

    async def read(self, store: Store, members: Iterable[Member], *, limit: int = LOOKED_BACK) -> None:
        """Keep the digests of these destinations that are not kept yet."""
        fresh: dict[int, Slot] = {}
        for member in members:
            number = member.destination.id
            for slot in await store.slots(number, limit=limit):
                if (number, slot.slot_key) not in self.pages:
                    fresh[slot.id] = slot
        digests = await store.digests(list(fresh))
        folded = {one.paper_id for digest in digests.values() for one in digest.folded}
        deferred = {one for digest in digests.values() for one in digest.deferred}
        titles = {paper.id: paper.title for paper in await store.papers(folded | deferred)}
        for slot_id, digest in digests.items():
            slot = fresh[slot_id]
            self.pages[slot.destination_id, slot.slot_key] = _page(digest, titles)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count the log's lines by their code instead of printing them."""
        before = structlog.get_config()
        structlog.configure(processors=[self._hear], wrapper_class=structlog.make_filtering_bound_logger(20))
        try:
            yield
        finally:
            structlog.configure(**before)

    def _hear(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        code = event.get("code") or event["event"]
        self.logged[str(code)] += 1
        self.lines += 1
        if failure := event.get("exc_info"):
            raised = failure if isinstance(failure, BaseException) else sys.exc_info()[1]
            self.unforeseen.append(f"{event['event']}: {raised!r}")
        raise structlog.DropEvent


def numbers_in(text: str) -> list[int]:
    """The papers a message shows, by their numbers."""
    return [int(found) for found in STUDY.findall(text)]


def _page(digest: Digest, titles: dict[int, str]) -> Page:
    return Page(
        shown=_numbers(pick.paper.title for pick in digest.picks),
        folded=_numbers(titles[one.paper_id] for one in digest.folded),
        deferred=_numbers(titles[one] for one in digest.deferred),
        matched=digest.matched,
    )


def _numbers(titles: Iterable[str]) -> tuple[int, ...]:
    found: Sequence[int] = [number for title in titles for number in numbers_in(title)]
    return tuple(found)
