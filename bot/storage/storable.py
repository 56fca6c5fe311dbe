"""Text that no database takes (half a surrogate pair, NUL), made storable: one odd title must not cost a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.paper import Batch, Facts, Listing

TEXTS = (
    "title abstract url doi venue comment code_url project_url thumbnail organization summary license".split()  # noqa: SIM905 - reads better than a dozen strings
)
LISTS = ("keys", "authors", "categories", "keywords")


def storable(batch: Batch) -> Batch:
    """The batch itself when all of its text can be stored, else a copy with a question mark for what cannot."""
    if all(map(_is_storable, batch.listings)):
        return batch
    return replace(batch, listings=tuple(map(_mended, batch.listings)))


def _is_storable(listing: Listing) -> bool:
    facts = listing.facts
    texts = [getattr(facts, name) for name in TEXTS]
    whole = "".join([*texts, *(text for name in LISTS for text in getattr(facts, name))])
    return "\0" not in whole and (whole.isascii() or _encodes(whole))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(listing: Listing) -> Listing:
    if _is_storable(listing):
        return listing
    facts: Facts = listing.facts
    changes: dict[str, Any] = {name: plain_text(getattr(facts, name)) for name in TEXTS}
    changes |= {name: tuple(map(plain_text, getattr(facts, name))) for name in LISTS}
    return replace(listing, facts=replace(facts, **changes))


def plain_text(text: str) -> str:
    """The text itself, or with a question mark for what no database takes."""
    return text.replace("\0", "").encode(errors="replace").decode()
