"""Where papers come from, and the one polite way to the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.domain.paper import Batch, Validator

from .clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The answer to one GET: status 200 with a body, or 304 with none."""

    url: str  # where it was finally found
    status: int
    body: bytes
    content_type: str
    validator: Validator
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names


class Fetcher(Protocol):
    """The one polite way to the network (`adapters/sources/http.py`)."""

    async def get(
        self,
        url: str,
        *,
        validator: Validator | None = None,
        accept: str = "*/*",
        limit: int | None = None,
        pace: str = "",
    ) -> Page:
        """Fetch a URL under all limits, or raise `SourceError`.

        `limit` is the most bytes of (inflated) body to take, when the usual is too small. `pace` names the lane whose
        patience the request shares, whatever its host: everything arXiv says "arxiv", also to a stand-in.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """What a source is built with; a third-party source takes it as its only argument."""

    fetcher: Fetcher
    clock: Clock
    settings: Mapping[str, str]  # upper-case names: PAPERROUND_HUGGINGFACE_URL, ... (all PAPERROUND_*)
    categories: tuple[str, ...] = ()  # arXiv categories: configured, plus every `cat:` subscribed to
    feeds: tuple[str, ...] = ()  # feed URLs: configured, plus every `feed add`
    validators: Mapping[str, Validator] = field(default_factory=dict)  # by URL, from the last good fetch
    backfill_days: int = 0  # how many list days before today a first run fetches as back-fill
    wanted: tuple[str, ...] = ()  # arXiv ids listed without an abstract: who knows them may fill them in


class Source(Protocol):
    """Where papers come from."""

    name: str

    def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """Yield one batch per origin and day; a failed one is a batch that says so, never an exception."""
        ...

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether a file that begins so and is called so is this source's (for `import FILE`)."""
        ...

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved body; raises `SourceError` when it is not the expected kind. Pure, may block."""
        ...
