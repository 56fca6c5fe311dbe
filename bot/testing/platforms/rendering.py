"""A digest as plain text, one title per line: a header, and a part for so many papers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.digest import Digest, Pick
from bot.ports import Part


def text_parts(digest: Digest, *, papers_per_part: int) -> tuple[Part, ...]:
    """Draw a digest: "#crafts 2026-06-01 (1/2)", then its titles; "nothing new" when there are none."""
    picks = digest.picks
    pages = [
        picks[start : start + papers_per_part] for start in range(0, max(len(picks), 1), papers_per_part)
    ]
    return tuple(_part(digest, page, number, len(pages)) for number, page in enumerate(pages))


def _part(digest: Digest, page: Sequence[Pick], number: int, of: int) -> Part:
    header = f"{digest.destination} {digest.day} ({number + 1}/{of})"
    lines = [header, *(pick.paper.title for pick in page)] if page else [header, "nothing new"]
    return Part(
        number=number,
        payload="\n".join(lines).encode(),
        channel=digest.address.channel,
        papers=tuple(pick.paper.id for pick in page),
    )
