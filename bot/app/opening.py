"""What a terminal sees first: today's digest, made now or shown again, or the sample edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from adapters.chat.console import HERE, PLACE, ConsoleAdapter
from bot.commands.wording import local_moment
from bot.compose import MANUAL, compose
from bot.domain import query as queries
from bot.domain.delivery import Slot, SlotPlan, SlotState
from bot.domain.schedule import CATCH_UP, local_day, next_due, zone
from bot.domain.subscription import Destination, Schedule
from bot.domain.topics import Topics
from bot.sample import sample_edition
from bot.storage.destinations import lane_id
from jobs.plan import plan_due, plan_now

from .build import App
from .fetching import Say

CONSOLE = "console"
FIRST_RUN = "the first topics of the terminal"
ON_THE_WEB = (
    "To read them in a browser, too, start with PAPERROUND_WEB_PORT=8080 and open http://127.0.0.1:8080/."
)
LOOKED_BACK = 20  # slots among which the last one sent is looked for
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


async def ensure_terminal(app: App, say: Say = lambda _: None) -> Destination:
    """The terminal as a destination; on its first run it follows a few topics, later whatever is there, if anything."""
    existing = await app.store.destination(HERE)
    now = app.clock.now()
    is_first = await app.store.once(FIRST_RUN, now)
    if existing is not None and (not is_first or await _was_used(app, existing)):
        return existing
    schedule = app.settings.schedule
    made = await app.store.ensure_destination(
        HERE, name=PLACE, schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )
    for name in FIRST_TOPICS:
        text = queries.parse(f"topic:{name}", Topics.shipped()).canonical
        await app.store.subscribe(made.id, text, created_by="first run", now=now)
    say(
        f"To begin with this terminal follows {len(FIRST_TOPICS)} topics: `list` names them, `unsubscribe *` drops them."
    )
    if app.settings.web_port is None:
        say(ON_THE_WEB)
    return made


async def _was_used(app: App, terminal: Destination) -> bool:
    """Whether it follows something or had a digest of its own, not only one `paperround digest QUERY` asked for."""
    slots = await app.store.slots(terminal.id, limit=1000)
    return any(not slot.slot_key.startswith(MANUAL) for slot in slots) or bool(
        (await app.store.subscriptions([terminal.id]))[terminal.id]
    )


async def plan_today(app: App, destination: Destination, waiting: Sequence[str] = ()) -> Slot | None:
    """Take today's slot now, before its hour: whoever opens the terminal wants to read; None when nothing is new.

    The slot is keyed by today's date as always, so this date gets no second digest. Earlier slots must be planned by
    then. On a day the schedule leaves out only a terminal that never had a digest gets one, beside the schedule.
    """
    now = app.clock.now()
    today = local_day(destination.schedule, now)
    if destination.paused:
        return None
    if not _has_slot(destination.schedule, today):
        return await _plan_beside(app, destination)
    if await app.store.slot(destination.id, today.isoformat()):
        return None
    digest = await compose(app.store, destination, day=today, now=now)
    if not digest.shown:
        return None
    late = [f"{name} had not answered yet; its papers will come with the next digest." for name in waiting]
    digest = replace(digest, notes=(*digest.notes, *late))
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


async def first_digest(app: App, say: Say, waiting: Sequence[str] = ()) -> None:
    """Today's digest on the terminal, made now or shown again; what is due elsewhere is planned."""
    terminal = app.adapters.get(CONSOLE)
    if not isinstance(terminal, ConsoleAdapter):
        await plan_due(app.store, clock=app.clock)
        return
    destination = await ensure_terminal(app, say)
    before = await _last_sent(app, destination)
    await plan_due(app.store, clock=app.clock)  # first: a date missed while nothing ran keeps its own slot
    await plan_today(app, await app.store.destination_by_id(destination.id) or destination, waiting)
    while await app.sender.drain(lane_id(HERE)):
        pass
    told = ""
    if await _last_sent(app, destination) == before:
        told = await _shown_again(app, terminal, destination, before)
    say(told + await _outlook(app))


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


async def _plan_beside(app: App, destination: Destination) -> Slot | None:
    if await app.store.slots(destination.id, limit=1):
        return None
    return (await plan_now(app.store, destination, clock=app.clock)).slot


async def _last_sent(app: App, destination: Destination) -> Slot | None:
    slots = await app.store.slots(destination.id, limit=LOOKED_BACK)
    return next((slot for slot in slots if slot.state is SlotState.SENT), None)


async def _shown_again(
    app: App, terminal: ConsoleAdapter, destination: Destination, last: Slot | None
) -> str:
    """Print today's digest once more, on a day without one the last there was; when it was sent."""
    schedule = destination.schedule
    today = local_day(schedule, app.clock.now())
    if _has_slot(schedule, today):
        last = await app.store.slot(destination.id, today.isoformat())
    digest = await app.store.digest(last.id) if last and last.state is SlotState.SENT else None
    if last is None or digest is None:
        return "Nothing new for this terminal yet. "
    terminal.print_part(terminal.render(digest)[0])
    if digest.day == today:
        return f"Sent {last.due_at.astimezone(zone(schedule.tz)):%H:%M}. "
    return f"Sent {local_moment(last.due_at, schedule.tz)}. "


def _has_slot(schedule: Schedule, day: date) -> bool:
    return day.weekday() in schedule.days


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
