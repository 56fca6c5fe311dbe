"""A channel that heard nothing for days is told once, with a broader query to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.compose import MANUAL
from bot.domain import terms
from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.query import parse
from bot.domain.schedule import CATCH_UP
from bot.domain.subscription import Destination, Subscription
from bot.domain.topics import Topics
from bot.errors import InvalidQuery
from bot.storage.store import Store


async def tell_once(store: Store, destination: Destination, empty: Digest, now: datetime) -> None:
    """Post one line beside the schedule; days count as quiet until something is shown, so it is not said again."""
    subscriptions = (await store.subscriptions([destination.id])).get(destination.id, ())
    line = f"Nothing new for three weekdays running. {_advice(subscriptions)}"
    await store.plan(
        SlotPlan(
            destination_id=destination.id,
            slot_key=f"{MANUAL}quiet:{empty.day}",
            due_at=now,
            state=SlotState.OPEN,
            digest=replace(empty, notes=(*empty.notes, line)),
            expires_at=now + CATCH_UP,
        )
    )


def _advice(subscriptions: Sequence[Subscription]) -> str:
    topic = next((name for one in subscriptions for name in _topics(one.query)), "")
    if topic:
        return f"A broader query to try: subscribe topic:{topic}"
    return "Try a query with fewer words; `topics` lists broader ones."


def _topics(query: str) -> list[str]:
    """The topics a query narrows down further."""
    try:
        node = parse(query, Topics.shipped()).node
    except InvalidQuery:  # a workspace's own topic, or one that is gone
        return []
    parts = node.nodes if isinstance(node, terms.And) else ()
    return [part.name for part in parts if isinstance(part, terms.TopicTerm)]
