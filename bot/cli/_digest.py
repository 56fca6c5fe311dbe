"""`digest`, done."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date

from adapters.chat.console import HERE, ConsoleAdapter
from bot.app import App
from bot.app.days import check_day, read_date
from bot.app.lock import sending_lock
from bot.app.opening import CONSOLE, FIRST_TOPICS, ensure_terminal
from bot.app.run import end_old_leases, terminal_app
from bot.config import all_values
from bot.domain import query as queries
from bot.domain.delivery import Slot, SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import next_due
from bot.domain.subscription import Address, Destination
from bot.errors import NotFound, UserError
from bot.plugins import chat_adapters
from bot.ports import ChatAdapter, ChatContext
from bot.storage.destinations import lane_id
from jobs.engines import is_sqlite
from jobs.plan import Planned, plan_now

from ._session import place, put, quiet, run, settings, terminal
from ._typer import say
from ._views import digest_json

UNSENT = 1
LEFT_TO_OTHERS = "The running bot delivers it within a few seconds."
UNKNOWN = 0  # the id of a destination that is not stored


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What was asked for, as it was typed."""

    query: str = ""
    channel: str = ""
    date: str = ""
    since: str = ""
    drawn_as: str = ""
    dry_run: bool = False


def digest_now(wish: Wish, *, as_json: bool) -> int:
    """Make, deliver and print a digest; the exit code."""
    return run(_digest(wish, as_json))


async def _digest(wish: Wish, as_json: bool) -> int:
    day, since = _date(wish.date, "--date"), _date(wish.since, "--since")
    async with terminal_app(settings(), quiet() if as_json else terminal()) as app:
        today = app.clock.now().date()
        check_day(day, "--date", today=today)
        check_day(since, "--since", today=today, first=date.min)
        drawn_as = _drawn_as(app, wish.drawn_as)
        address, name = await place(app, wish.channel)
        topics = await app.context(address=address).topics()
        asked = queries.parse(wish.query, topics) if wish.query else None
        destination = await _destination(app, address, name, wish)
        if destination.id == UNKNOWN and asked is None:
            asked = queries.parse(" OR ".join(f"topic:{one}" for one in FIRST_TOPICS), topics)
        planned = await plan_now(
            app.store, destination, clock=app.clock, query=asked, since=since, day=day, dry_run=wish.dry_run
        )
        if as_json:
            put(digest_json(planned.digest, topics))
        return await _deliver(app, destination, planned, drawn_as if not as_json else None)


async def _destination(app: App, address: Address, name: str, wish: Wish) -> Destination:
    if address == HERE and wish.dry_run:
        return await app.store.destination(HERE) or _imagined(app, name)
    if address == HERE and not wish.query:
        return await ensure_terminal(app)
    existing = await app.store.destination(address)
    if existing is not None:
        return existing
    if address != HERE:
        raise NotFound(
            f"Nothing is subscribed in {name} yet.", fix=f"paperround subscribe QUERY --channel {address}"
        )
    schedule = app.settings.schedule
    now = app.clock.now()
    return await app.store.ensure_destination(
        address, name=name, schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )


def _imagined(app: App, name: str) -> Destination:
    """The terminal as its first digest would make it; stored nowhere."""
    return Destination(id=UNKNOWN, address=HERE, name=name, schedule=app.settings.schedule)


async def _deliver(app: App, destination: Destination, planned: Planned, drawn_as: ChatAdapter | None) -> int:
    """Send what was planned, or draw what is not to be sent, unless it was printed already; the exit code."""
    if planned.slot is None:
        _draw_unsent(planned.digest, drawn_as)
        return 0
    with sending_lock(app.store.path) as alone:
        if alone:
            await end_old_leases(app)
            return await _send(app, destination, planned.slot)
    say(LEFT_TO_OTHERS)
    if drawn_as and destination.address == HERE:
        _draw(planned.digest, _terminal(app))
    return 0


async def _send(app: App, destination: Destination, slot: Slot) -> int:
    """Send it now, and say what became of it when that is not plain to see."""
    if destination.address.platform not in app.adapters:
        say(f"{destination.address.platform} is not in PAPERROUND_CHAT: it waits until it is.")
        return 0
    await app.sender.drain_all_of(lane_id(destination.address))
    after = await app.store.slot_by_id(slot.id)
    if after is not None and after.state is SlotState.SENT:
        return 0
    if after is not None and after.state is SlotState.OPEN and not is_sqlite(app.settings.database_url):
        say(LEFT_TO_OTHERS)
        return 0
    say(
        "It may not have arrived in full: `paperround deliveries list` shows each message; `replay KEY` sends one again."
    )
    return UNSENT


def _draw_unsent(digest: Digest, drawn_as: ChatAdapter | None) -> None:
    if not digest.matched:
        say(f"Nothing new for {digest.destination}: nothing was posted.")
        for note in digest.notes:
            say(note)
        return
    if drawn_as:
        _draw(digest, drawn_as)
    say("A trial run: nothing was delivered or remembered.")


def _draw(digest: Digest, adapter: ChatAdapter) -> None:
    """On the terminal as it looks there; for another platform each native message, as JSON where it is JSON."""
    if isinstance(adapter, ConsoleAdapter):
        adapter.print_part(adapter.render(digest)[0])
        return
    for part in adapter.render(digest):
        try:
            put(json.loads(part.payload))
        except ValueError:
            sys.stdout.write(part.payload.decode("utf-8", errors="replace") + "\n")


def _drawn_as(app: App, name: str) -> ChatAdapter:
    """The adapter whose drawing is wanted, also one that PAPERROUND_CHAT does not ask for."""
    if name in {"", CONSOLE}:
        return _terminal(app)
    if name in app.adapters:
        return app.adapters[name]
    if name not in app.chat_plugins.factories:
        known = ", ".join(sorted({*app.chat_plugins.factories, *app.adapters}))
        raise UserError(f"There is no platform `{name}` to draw it as.", fix=f"Known here: {known}.")
    context = ChatContext(clock=app.clock, settings=all_values(app.settings))
    return next(iter(chat_adapters((name,), context, app.chat_plugins).values()))


def _terminal(app: App) -> ConsoleAdapter:
    return ConsoleAdapter(ChatContext(clock=app.clock, settings={}), console=terminal())


def _date(text: str, option: str) -> date | None:
    return read_date(text, option) if text else None
