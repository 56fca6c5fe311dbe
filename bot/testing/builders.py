"""Sample values with every field filled in; a test names only what it is about."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.paper import Batch, Facts, Freshness, Listing, Paper
from bot.ports import Installation

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


def make_installation(workspace: str = "T01", **changes: Any) -> Installation:
    """A workspace that installed the bot, with a token that rotates."""
    given: dict[str, Any] = {
        "platform": "slack",
        "workspace": workspace,
        "token": f"xoxb-canary-{workspace}",
        "installed_at": SAMPLE_NOW,
        "name": "Knitters",
        "scopes": frozenset({"commands", "chat:write"}),
        "installed_by": "U01",
        "bot_user": "U99",
        "refresh_token": f"xoxe-canary-{workspace}",
        "expires_at": SAMPLE_NOW + timedelta(hours=12),
        "details": {"app": "A01"},
    }
    return Installation(**(given | changes))


def make_secret_key() -> str:
    """A key as `paperround init` makes one."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
