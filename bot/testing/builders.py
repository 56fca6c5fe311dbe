"""Sample values with every field filled in; a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.domain.paper import Batch, Facts, Freshness, Listing, Paper

SAMPLE_DAY = date(2026, 6, 1)
SAMPLE_NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


def make_facts(number: int = 1, **changes: Any) -> Facts:
    """What a source says of sample paper `number`."""
    given: dict[str, Any] = {
        "title": f"Sample Paper {number}: Walking Robots That Knit",
        "keys": (f"arxiv:2606.{number:05d}",),
        "abstract": "Robots rarely knit. We teach a walking robot to knit a scarf. It drops 12 % fewer stitches.",
        "authors": ("Ada Example", "Bo Muster"),
        "categories": ("cs.RO", "cs.LG"),
        "url": f"https://arxiv.org/abs/2606.{number:05d}",
        "submitted": date(2026, 5, 29),
    }
    return Facts(**(given | changes))


def make_listing(number: int = 1, *, facts: Facts | None = None, **changes: Any) -> Listing:
    """A Hugging Face listing of sample paper `number` on the sample day."""
    given: dict[str, Any] = {
        "source": "huggingface",
        "origin": "",
        "day": SAMPLE_DAY,
        "rank": number,
        "votes": 10,
        "facts": facts or make_facts(number),
    }
    return Listing(**(given | changes))


def make_batch(*listings: Listing, **changes: Any) -> Batch:
    """A fresh batch of these listings (or of three sample ones)."""
    chosen = listings or tuple(make_listing(number) for number in (1, 2, 3))
    given: dict[str, Any] = {
        "source": chosen[0].source,
        "origin": chosen[0].origin,
        "day": chosen[0].day,
        "freshness": Freshness.FRESH,
        "listings": chosen,
    }
    return Batch(**(given | changes))


def make_paper(number: int = 1, **changes: Any) -> Paper:
    """Sample paper `number` as the store would return it."""
    facts = make_facts(number)
    given: dict[str, Any] = {
        "id": 20260601 * 100_000 + number,
        "key": facts.keys[0],
        "title": facts.title,
        "abstract": facts.abstract,
        "authors": facts.authors,
        "categories": facts.categories,
        "url": facts.url,
        "submitted": facts.submitted,
        "listed": SAMPLE_DAY,
        "first_seen": SAMPLE_NOW,
        "votes": 10,
        "sources": ("huggingface",),
    }
    return Paper(**(given | changes))
