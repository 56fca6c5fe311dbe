"""What a terminal sees first: today's digest, made now or shown again, or the sample edition."""

from __future__ import annotations

from datetime import datetime

from adapters.chat.console import HERE, PLACE
from bot.compose import compose
from bot.domain import query as queries
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import CATCH_UP, local_day, next_due
from bot.domain.subscription import Destination
from bot.domain.topics import Topics
from bot.sample import sample_edition

from .build import App

# What a terminal follows before anybody has said anything: broad enough for a full page on an ordinary day.
FIRST_TOPICS = ("llm", "agents", "reasoning", "diffusion", "vision-language-models", "rlhf", "robot-learning")
MOST_LOOKED_BACK = 10


async def ensure_terminal(app: App) -> Destination:
    """The terminal as a destination; on the first run it follows a few topics, later whatever is there."""
    existing = await app.store.destination(HERE)
    if existing is not None:
        return existing
    now = app.clock.now()
    schedule = app.settings.schedule
    made = await app.store.ensure_destination(
        HERE, name=PLACE, schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )
    for name in FIRST_TOPICS:
        if Topics.shipped().get(name):
            text = queries.parse(f"topic:{name}", Topics.shipped()).canonical
            await app.store.subscribe(made.id, text, created_by="first run", now=now)
    return made


async def today_sent(app: App, destination: Destination) -> tuple[Slot, Digest] | None:
    """Today's digest of the destination, when it was sent already."""
    today = local_day(destination.schedule, app.clock.now())
    for slot in await app.store.slots(destination.id, limit=MOST_LOOKED_BACK):
        if slot.state is not SlotState.SENT:
            continue
        digest = await app.store.digest(slot.id)
        if digest is not None and digest.day == today:
            return slot, digest
    return None


async def plan_today(app: App, destination: Destination) -> Slot | None:
    """Take today's slot now, before its hour: whoever opens the terminal wants to read; None when nothing is new.

    The slot is keyed by today's date as always, so this date gets no second digest.
    """
    now = app.clock.now()
    today = local_day(destination.schedule, now)
    if destination.paused or await app.store.slot(destination.id, today.isoformat()):
        return None
    digest = await compose(app.store, destination, day=today, now=now)
    if not digest.shown:
        return None
    return await app.store.plan(
        SlotPlan(
            destination_id=destination.id,
            slot_key=today.isoformat(),
            day=today,
            due_at=now,
            state=SlotState.OPEN,
            digest=digest,
            expires_at=now + CATCH_UP,
            expected_next_due_at=destination.next_due_at,
            next_due_at=_after_today(destination, now),
        )
    )


def sample(app: App) -> Digest:
    """The sample edition for the terminal, dated today."""
    schedule = app.settings.schedule
    now = app.clock.now()
    return sample_edition(HERE, PLACE, day=local_day(schedule, now), tz=schedule.tz, now=now)


def _after_today(destination: Destination, now: datetime) -> datetime:
    """The first slot of a later date."""
    day, at = next_due(destination.schedule, now)
    if day <= local_day(destination.schedule, now):
        day, at = next_due(destination.schedule, at)
    return at
