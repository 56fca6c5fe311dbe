"""The arXiv categories subscriptions ask for by `cat:`, so that arXiv is asked for them too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.domain import terms
from bot.domain.categories import SUBJECTS, written
from bot.domain.query import parse
from bot.domain.topics import Topics
from bot.errors import InvalidQuery
from bot.storage.store import Store

# Archives that have no subjects below them; `cat:cs`, a whole archive with many, is matched but not fetched.
WHOLE_ARCHIVES = frozenset(
    "gr-qc hep-ex hep-lat hep-ph hep-th math-ph nucl-ex nucl-th quant-ph".split()  # noqa: SIM905 - read as a list
)


async def subscribed_categories(store: Store) -> tuple[str, ...]:
    """Every category some subscription names itself; those inside topics are not, lest one topic fetch all of arXiv."""
    return await asyncio.to_thread(_named, await store.all_queries())


def _named(queries: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in queries:
        try:
            node = parse(text, Topics.shipped()).node
        except InvalidQuery:  # a workspace's own topic; its other terms wait until it can be read
            continue
        found |= dict.fromkeys(_categories(node))
    return tuple(found)


def _categories(node: terms.Node) -> Iterator[str]:
    match node:
        case terms.Category(name=name):
            if name in SUBJECTS or name in WHOLE_ARCHIVES:
                yield written(name)
        case terms.And(nodes=nodes) | terms.Or(nodes=nodes):
            for inner in nodes:
                yield from _categories(inner)
        case terms.Not() | terms.TopicTerm() | terms.Words() | terms.Author() | terms.Organization():
            return
        case terms.Venue() | terms.From() | terms.AtLeast() | terms.Has() | terms.Kind() | terms.Listed():
            return
        case _:
            assert_never(node)
