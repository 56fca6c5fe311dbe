"""The papers a text speaks of: arXiv ids, DOIs and links."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.domain.identity import identity_keys

LONGEST = 40_000  # characters looked through; a message has no more
LONGEST_REFERENCE = 2_000  # of an address; a longer one is a joke on whoever reads it
MOST = 10  # papers of one message
DEEPEST = 12  # of parts of a message within parts
LINK = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
ID = re.compile(
    r"(?<![\w./])(?:arxiv:\s?)?(?:\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[A-Z]{2})?/\d{7})(?:v\d{1,2})?(?![\w/])",
    re.IGNORECASE,
)
DOI = re.compile(r"(?<![\w/.])10\.\d{4,9}/[^\s<>|\"]+")
TAIL = ".,;:!?)]}'`*_~"  # what ends a sentence, not an address
PAGE = "url:"  # the key of a page that may be anything


@dataclass(frozen=True, slots=True)
class Reference:
    """What may be a paper; `certain` when its form alone says that it is one."""

    text: str
    certain: bool


def references_in(text: str) -> tuple[Reference, ...]:
    """What in a text may be a paper, in order, each once."""
    found: dict[str, Reference] = {}
    for reference in _references(text[:LONGEST]):
        if keys := _keys(reference):
            found.setdefault(keys[0], Reference(reference, certain=not keys[0].startswith(PAGE)))
    return tuple(islice(found.values(), MOST))


def texts_in(value: object, names: Collection[str], depth: int = DEEPEST) -> Iterator[str]:
    """Every text and address that stands under one of these names in a chat's JSON, however deep within reason."""
    if depth == 0:
        return
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if isinstance(one, str) and name in names)
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from texts_in(item, names, depth - 1)


def _references(text: str) -> Iterator[str]:
    matches = [match for pattern in (LINK, DOI, ID) for match in pattern.finditer(text)]
    end = 0
    for match in sorted(matches, key=lambda one: (one.start(), -one.end())):
        if match.start() >= end:
            end = match.end()
            if end - match.start() <= LONGEST_REFERENCE:
                yield match[0].rstrip(TAIL)


def _keys(reference: str) -> tuple[str, ...]:
    return identity_keys(url=reference) if "://" in reference else identity_keys(text=reference)
