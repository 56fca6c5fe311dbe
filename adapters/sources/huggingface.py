"""Hugging Face Daily Papers: the raw JSON of `/api/daily_papers`, one batch per list day.

Pages of the site are never scraped (their rate limit is a fifth of the API's), and `huggingface_hub` is not used: its
list calls drop the summaries, keywords and repositories, and give the wrong dates.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.paper import Batch, Freshness, Validator
from bot.domain.weekdays import is_weekend, weekdays_before
from bot.errors import SourceError
from bot.packed import beginning, unpacked
from bot.ports import Page, SourceContext

from .huggingface_items import Items, Span, name_of, read_items

HOME = "https://huggingface.co"
PAGE_SIZE = 100  # the most the API gives at once: huggingface.co/docs/hub/api, /api/daily_papers
MOST_PAGES = 10
MOST_DAYS = 31  # before today: more is the back-fill's business
OPENS = time(12, 0, tzinfo=UTC)  # by then a weekday's list has always been there
TOLERATED = 0.2  # of the items may be unusable before the batch is called degraded
# huggingface.co/docs/hub/rate-limits: RateLimit: "api";r=<requests left>;t=<seconds to the reset>
_NONE_LEFT = re.compile(r"\br=0\b(?:.*?\bt=(\d{1,6}))?")
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}[^/]*\.json(?:\.gz)?")  # as archives of the API call their files


# Errors that say nothing of the one day that was asked for, but of the host.
_DOWN = frozenset({"throttled", "unreachable"})


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of one day, and whether the host is to be left alone."""

    batch: Batch
    wait: str = ""  # seconds, when no request is left
    down: bool = False


class HuggingFaceSource:
    """Daily Papers by list day; votes move for days, so the days since `since` are read again each time."""

    name = "huggingface"

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._home = (context.settings.get("PAPERROUND_HUGGINGFACE_URL") or HOME).rstrip("/")

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """Yield a batch per list day, newest first, then those of the back-fill.

        A day that has not changed since the last good fetch yields no listings; weekends have no list and are not asked for.
        """
        today = self._today()
        since = max(since, today - timedelta(days=MOST_DAYS))
        days = [today - timedelta(days=n) for n in range((today - since).days + 1)]
        older = [day for day in weekdays_before(today, self._context.backfill_days) if day < since]
        wait = ""
        for day in (*days, *older):
            if wait:
                yield _failed(
                    day, f"Hugging Face allows no more requests for {wait} s; the next run goes on."
                )
                return
            found = await self._day(day, today)
            yield replace(found.batch, backfill=day in older)
            if found.down:
                return  # the other days would fail the same way, and what is known of them stands
            wait = found.wait

    async def _day(self, day: date, today: date) -> _Found:
        if is_weekend(day):
            return _Found(_empty(day, Freshness.EMPTY_EXPECTED, "Hugging Face lists no papers at weekends."))
        try:
            return await self._pages(day, today)
        except SourceError as error:
            if error.status == 400 and day == today:
                return _Found(self._not_there(day, today))
            return _Found(_failed(day, str(error)), down=error.reason in _DOWN)

    async def _pages(self, day: date, today: date) -> _Found:
        items: dict[str, object] = {}
        validators: list[Validator] = []
        wait, more = "", True
        for number in range(MOST_PAGES):
            page = await self._page(day, number)
            wait = _exhausted(page.headers)
            if page.status == 304:
                return _Found(_empty(day, Freshness.FRESH, "unchanged"), wait)
            found, known = _items_of(page.body)[:PAGE_SIZE], len(items)
            for item in found:
                items.setdefault(name_of(item) or f"#{len(items)}", item)
            validators.append(page.validator)
            more = len(found) == PAGE_SIZE and len(items) > known
            if not more or wait:
                break
        if not items:
            return _Found(self._not_there(day, today), wait)
        where = f"{self._home}/api/daily_papers?date={day}"
        batch = _batch(read_items([*items.values()], day=day, span=Span.around(day, today), where=where))
        whole = not batch.rejected and not more
        return _Found(replace(batch, validators=tuple(validators)) if whole else batch, wait)

    async def _page(self, day: date, number: int) -> Page:
        url = f"{self._home}/api/daily_papers?date={day}&limit={PAGE_SIZE}&p={number}"
        known = self._context.validators.get(url)
        return await self._context.fetcher.get(url, validator=known, accept="application/json")

    def _not_there(self, day: date, today: date) -> Batch:
        """A weekday without papers: not open yet, late, or strange."""
        if day < today:
            return _empty(
                day, Freshness.EMPTY_UNEXPECTED, f"Hugging Face lists nothing for {day}, a weekday."
            )
        if self._context.clock.now() < datetime.combine(day, OPENS):
            return _empty(day, Freshness.EMPTY_EXPECTED, "Hugging Face has not opened today's list yet.")
        return _empty(day, Freshness.EMPTY_UNEXPECTED, "Hugging Face is late: today's list is still empty.")

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether it is a list of daily papers (or of their bare objects), as JSON, also gzipped."""
        start = beginning(head)
        if _DAY_FILE.fullmatch(name) and start[:1] != b"<":
            return True
        if not start.startswith(b"["):
            return False
        return b'"paper"' in start or b"'paper'" in start or (b'"title"' in start and b'"upvotes"' in start)

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved answer of the API, gzipped or not."""
        span = Span.until(self._today())
        return _batch(read_items(_items_of(unpacked(body)), day=day, span=span, where="item"))

    def _today(self) -> date:
        return self._context.clock.now().astimezone(UTC).date()


def _exhausted(headers: Mapping[str, str]) -> str:
    """The seconds to wait when the answer says that it was the last one allowed, else ""."""
    found = _NONE_LEFT.search(headers.get("ratelimit", ""))
    return (found[1] or "300") if found else ""


def _items_of(body: bytes) -> list[object]:
    if body.lstrip()[:1] == b"<":
        raise SourceError(
            "Hugging Face answered with a web page instead of data, so nothing was read.",
            reason="not_the_expected_kind",
        )
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "The answer is not whole JSON, so nothing was read from it.", reason="malformed"
        ) from error
    if not isinstance(found, list):
        raise SourceError(
            "The answer is JSON, but no list of papers, so nothing was read from it.",
            reason="not_the_expected_kind",
        )
    return found


def _batch(items: Items) -> Batch:
    total = len(items.listings) + len(items.rejected)
    bad = f"{len(items.rejected)} of {total} items could not be read." if items.rejected else ""
    degraded = f"Degraded: {bad}" if len(items.rejected) > TOLERATED * total else bad
    return Batch(
        source="huggingface",
        origin="",
        day=items.day,
        freshness=_verdict(items),
        listings=items.listings,
        rejected=items.rejected,
        note=" ".join(filter(None, (degraded, items.note))),
    )


def _verdict(items: Items) -> Freshness:
    if items.listings:
        return Freshness.FRESH
    if items.rejected:
        return Freshness.FAILED
    weekend = items.day is not None and is_weekend(items.day)
    return Freshness.EMPTY_EXPECTED if weekend else Freshness.EMPTY_UNEXPECTED


def _empty(day: date, freshness: Freshness, note: str) -> Batch:
    return Batch(source="huggingface", origin="", day=day, freshness=freshness, note=note)


def _failed(day: date, note: str) -> Batch:
    return _empty(day, Freshness.FAILED, note)
