"""What a terminal sees first: today's digest, made now or shown again, or the sample edition."""

from __future__ import annotations

from datetime import datetime

from adapters.chat.console import HERE, PLACE, ConsoleAdapter
from bot.commands.wording import local_moment
from bot.compose import MANUAL, compose
from bot.domain import query as queries
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import CATCH_UP, local_day, next_due, zone
from bot.domain.subscription import Destination
from bot.domain.topics import Topics
from bot.sample import sample_edition
from jobs.deliver import deliver_due
from jobs.plan import plan_due

from .build import App
from .fetching import Say

CONSOLE = "console"
# What a terminal follows before anybody has said anything: broad enough for a full page on an ordinary day.
FIRST_TOPICS = (
    "large-language-models",
    "agents",
    "reasoning",
    "diffusion-models",
    "vision-language-models",
    "rlhf",
    "robotics",
)


async def ensure_terminal(app: App) -> Destination:
    """The terminal as a destination; on its first run it follows a few topics, later whatever is there."""
    existing = await app.store.destination(HERE)
    if existing is not None and await _was_used(app, existing):
        return existing
    now = app.clock.now()
    schedule = app.settings.schedule
    made = await app.store.ensure_destination(
        HERE, name=PLACE, schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )
    for name in FIRST_TOPICS:
        text = queries.parse(f"topic:{name}", Topics.shipped()).canonical
        await app.store.subscribe(made.id, text, created_by="first run", now=now)
    return made


async def _was_used(app: App, terminal: Destination) -> bool:
    """Whether it follows something or had a digest of its own, not only one `paperround digest QUERY` asked for."""
    slots = await app.store.slots(terminal.id, limit=1000)
    return any(not slot.slot_key.startswith(MANUAL) for slot in slots) or bool(
        (await app.store.subscriptions([terminal.id]))[terminal.id]
    )


async def today_sent(app: App, destination: Destination) -> tuple[Slot, Digest] | None:
    """Today's digest of the destination, when it was sent already."""
    today = local_day(destination.schedule, app.clock.now())
    slot = await app.store.slot(destination.id, today.isoformat())
    if slot is None or slot.state is not SlotState.SENT:
        return None
    digest = await app.store.digest(slot.id)
    return (slot, digest) if digest else None


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


async def first_digest(app: App, say: Say) -> None:
    """Today's digest on the terminal, made now or shown again, and whatever is due elsewhere."""
    terminal = app.adapters.get(CONSOLE)
    if not isinstance(terminal, ConsoleAdapter):
        await _round(app)
        return
    destination = await ensure_terminal(app)
    sent = await today_sent(app, destination)
    if sent is None:
        await plan_today(app, destination)
    await _round(app)
    if sent is not None:
        slot, digest = sent
        terminal.print_part(terminal.render(digest)[0])
        before = f"Sent {slot.due_at.astimezone(zone(destination.schedule.tz)):%H:%M}. "
    elif await today_sent(app, destination):
        before = ""
    else:
        before = "Nothing new for this terminal yet. "
    say(before + await _outlook(app))


def show_sample(app: App, say: Say) -> bool:
    """Print the sample edition on the terminal, stored nowhere; False when there is no terminal."""
    terminal = app.adapters.get(CONSOLE)
    if not isinstance(terminal, ConsoleAdapter):
        return False
    schedule, now = app.settings.schedule, app.clock.now()
    day = local_day(schedule, now)
    say("No papers could be fetched and none are stored yet. This is what a digest looks like:")
    sample = sample_edition(HERE, PLACE, day=day, tz=schedule.tz, now=now)
    terminal.print_part(terminal.render(sample)[0])
    say("None of it is kept. Real papers come once a source answers; `paperround doctor` looks closer.")
    return True


async def _round(app: App) -> None:
    """What is due anywhere, planned and sent."""
    await plan_due(app.store, clock=app.clock)
    await deliver_due(app.store, app.adapters, clock=app.clock)


async def _outlook(app: App) -> str:
    terminal = await app.store.destination(HERE)
    if terminal is None or terminal.paused or terminal.next_due_at is None:
        return "The terminal's digest is paused; `resume` takes it up again."
    return f"Next digest: {local_moment(terminal.next_due_at, terminal.schedule.tz)}."


def _after_today(destination: Destination, now: datetime) -> datetime:
    """The first slot of a later date."""
    day, at = next_due(destination.schedule, now)
    if day <= local_day(destination.schedule, now):
        day, at = next_due(destination.schedule, at)
    return at
