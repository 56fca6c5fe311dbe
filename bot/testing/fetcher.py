"""A fetcher that answers from a table, for testing a source without any network."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from bot.domain.paper import Validator
from bot.errors import SourceError
from bot.ports import Page

Scripted: TypeAlias = Page | bytes | SourceError


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One GET that was asked for."""

    url: str
    validator: Validator | None
    accept: str
    limit: int | None
    pace: str


def make_page(url: str, body: bytes = b"", **changes: object) -> Page:
    """A 200 answer found at its own URL; `etag`, `content_type` and `status` may be given."""
    given = {"etag": "", "content_type": "application/octet-stream", "status": 200} | changes
    etag = str(given.pop("etag"))
    return Page(
        url=url,
        body=body,
        status=int(str(given["status"])),
        content_type=str(given["content_type"]),
        validator=Validator(url=url, etag=etag, fetched_at=datetime(2026, 6, 1, 6, 0, tzinfo=UTC)),
    )


class FakeFetcher:
    """Answers each URL with its page, bytes or error, and records every call.

    A list is answered in order, its last entry again and again. A URL that is not in the table is "unreachable". A page
    whose ETag the caller already has is answered 304, without a body.
    """

    def __init__(self, answers: Mapping[str, Scripted | Iterable[Scripted]] | None = None) -> None:
        self.calls: list[Call] = []
        self._answers: dict[str, deque[Scripted]] = {}
        for url, scripted in (answers or {}).items():
            self.answer(url, *([scripted] if isinstance(scripted, Page | bytes | SourceError) else scripted))

    def answer(self, url: str, *scripted: Scripted) -> FakeFetcher:
        """Answer this URL so from now on; returns itself, to be chained."""
        self._answers[url] = deque(scripted)
        return self

    @property
    def urls(self) -> list[str]:
        """The URLs asked for, in order."""
        return [call.url for call in self.calls]

    async def get(
        self,
        url: str,
        *,
        validator: Validator | None = None,
        accept: str = "*/*",
        limit: int | None = None,
        pace: str = "",
    ) -> Page:
        """The scripted answer for a URL."""
        self.calls.append(Call(url=url, validator=validator, accept=accept, limit=limit, pace=pace))
        found = self._next(url)
        if isinstance(found, SourceError):
            raise found
        page = make_page(url, found) if isinstance(found, bytes) else found
        if validator is not None and validator.etag and validator.etag == page.validator.etag:
            return Page(url=url, status=304, body=b"", content_type="", validator=validator)
        return page

    def _next(self, url: str) -> Scripted:
        answers = self._answers.get(url)
        if not answers:
            return SourceError(f"{url} is not in the table of this fake.", reason="unreachable")
        return answers.popleft() if len(answers) > 1 else answers[0]
