"""The sample edition: invented papers for a first look with no network; never stored, always labelled."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from bot.domain.digest import Digest, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address


def sample_edition(address: Address, name: str, *, day: date, tz: str, now: datetime) -> Digest:
    """The sample edition as a digest for this destination, dated today."""
    given = tomllib.loads((files("bot") / "data" / "sample.toml").read_text(encoding="utf-8"))
    numbers = iter(range(1, 1000))
    return Digest(
        address=address,
        destination=name,
        day=day,
        tz=tz,
        groups=tuple(
            Group(
                title=group["title"],
                picks=tuple(_pick(one, group["title"], next(numbers), day, now) for one in group["paper"]),
            )
            for group in given["group"]
        ),
        sample=True,
    )


def _pick(given: Mapping[str, Any], query: str, number: int, day: date, now: datetime) -> Pick:
    paper = Paper(
        id=number,
        key=f"sample:{number}",
        title=given["title"],
        first_seen=now,
        authors=tuple(given["authors"]),
        categories=tuple(given["categories"]),
        listed=day,
        code_url=given.get("code_url", ""),
        stars=given.get("stars"),
        summary=given["summary"],
        summary_by="source",
        votes=given["votes"],
        sources=tuple(given["sources"]),
    )
    return Pick(
        paper=paper, why=(Why(query=query, subscription_id=None, hits=tuple(given["matched"])),), score=0.0
    )
