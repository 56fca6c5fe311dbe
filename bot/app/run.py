"""`paperround run`: fetch, print today's digest, then keep the schedule until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console

from adapters.chat.console import ConsoleAdapter
from bot.commands.wording import local_moment
from bot.config import Settings
from bot.domain.schedule import zone
from bot.domain.subscription import Destination
from bot.ports import ChatContext, Clock
from jobs.deliver import deliver_due
from jobs.ingest import ingest
from jobs.plan import plan_due
from jobs.scheduler import Rounds, run_schedule

from .build import App, open_app
from .lock import run_lock
from .opening import ensure_terminal, plan_today, sample, today_sent
from .watching import Watched

OK, TEMPORARY = 0, 5
ENOUGH_LIST_DAYS = 5  # fewer stored days than this are filled up in the background
LOOK_BACK = 24  # calendar days that hold them
CONSOLE = "console"

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What the first round of sources brought."""

    sources: tuple[Watched, ...]
    was_empty: bool  # the store, before
    is_empty: bool  # the store, after

    @property
    def all_failed(self) -> bool:
        """Whether nothing good came from anywhere."""
        return bool(self.sources) and all(one.failed for one in self.sources)


@asynccontextmanager
async def terminal_app(
    settings: Settings, out: Console | None = None, clock: Clock | None = None
) -> AsyncIterator[App]:
    """The application with its terminal drawn on `out`."""
    async with open_app(settings, clock=clock) as app:
        if out is None or CONSOLE not in app.adapters:
            yield app
            return
        context = ChatContext(clock=app.clock, settings={})
        yield app.with_adapter(ConsoleAdapter(context, console=out))


async def run(
    settings: Settings,
    *,
    once: bool = False,
    say: Say,
    out: Console | None = None,
    clock: Clock | None = None,
) -> int:
    """Run until cancelled, or one pass; the exit code. `say` gets the lines that are not data."""
    async with terminal_app(settings, out, clock) as app:
        with run_lock(app.store.path):
            for warning in app.warnings():
                say(f"Left out: {warning}")
            await app.store.recover()
            fetched = await first_fetch(app, say)
            await _first_digest(app, fetched, say)
            if once:
                return TEMPORARY if fetched.all_failed and not fetched.was_empty else OK
            return await _keep_on(app, say)


async def first_fetch(app: App, say: Say) -> Fetched:
    """Ask every source and say in one line each what came."""
    was_empty = await _is_empty(app)
    watched = tuple(Watched(source) for source in await app.sources())
    say(f"Asking {', '.join(one.title for one in watched)} ...")
    report = await ingest(app.store, watched, clock=app.clock)
    for one in watched:
        one.blame(report.errors)
        say(one.line())
    return Fetched(sources=watched, was_empty=was_empty, is_empty=await _is_empty(app))


async def _first_digest(app: App, fetched: Fetched, say: Say) -> None:
    """Today's digest on the terminal, and whatever is due elsewhere."""
    terminal = app.adapters.get(CONSOLE)
    if not isinstance(terminal, ConsoleAdapter):
        await _round(app)
        return
    destination = await ensure_terminal(app)
    if fetched.is_empty:
        say("No source could be reached and nothing is stored yet. This is what a digest looks like:")
        terminal.print_part(terminal.render(sample(app))[0])
        say(
            "Nothing of it is kept. Real papers come as soon as a source answers; `paperround doctor` looks closer."
        )
        return
    sent = await today_sent(app, destination)
    if sent is None:
        await plan_today(app, destination)
        await _round(app)
        sent_now = await today_sent(app, destination)
        say(await _outlook(app, destination, "" if sent_now else "Nothing new for this terminal yet. "))
        return
    await _round(app)
    slot, digest = sent
    terminal.print_part(terminal.render(digest)[0])
    at = slot.due_at.astimezone(zone(destination.schedule.tz))
    say(await _outlook(app, destination, f"Sent {at:%H:%M}. "))


async def _round(app: App) -> None:
    await plan_due(app.store, clock=app.clock)
    await deliver_due(app.store, app.adapters, clock=app.clock)


async def _outlook(app: App, destination: Destination, before: str) -> str:
    current = await app.store.destination(destination.address)
    if current is None or current.paused or current.next_due_at is None:
        return f"{before}No digest is due: it is paused."
    return f"{before}Next digest: {local_moment(current.next_due_at, current.schedule.tz)}."


async def _keep_on(app: App, say: Say) -> int:
    """The schedule, the adapters and the back-fill, until cancelled or until the person at the terminal leaves."""
    rounds = Rounds(store=app.store, adapters=app.adapters, sources=app.sources, clock=app.clock)
    every = timedelta(minutes=app.settings.ingest_minutes)
    say("Running; Ctrl-C stops it.")
    tasks = [
        asyncio.create_task(run_schedule(rounds, ingest_every=every), name="schedule"),
        *(
            asyncio.create_task(one.run(app.commands), name=f"chat {name}")
            for name, one in app.adapters.items()
        ),
    ]
    filling = asyncio.create_task(_backfill(app, say), name="back-fill")
    try:
        await _until_over(tasks)
    finally:
        for task in (*tasks, filling):
            task.cancel()
        await asyncio.gather(*tasks, filling, return_exceptions=True)
    return OK


async def _until_over(tasks: list[asyncio.Task[None]]) -> None:
    """Until one fails, or the terminal is left while it is the only chat."""
    alone = len(tasks) == 2
    while tasks:
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if alone:
            return
        tasks = list(pending)


async def _backfill(app: App, say: Say) -> None:
    """Fill up the last list days where a first run left them out; they never come in a digest unasked."""
    papers = await app.store.recent(LOOK_BACK, now=app.clock.now())
    if len({paper.listed for paper in papers if paper.listed}) >= ENOUGH_LIST_DAYS:
        return
    if not app.settings.backfill_days:
        return
    with suppress(asyncio.CancelledError):
        sources = await app.sources(backfill_days=app.settings.backfill_days)
        report = await ingest(app.store, sources, clock=app.clock)
        if report.new_papers:
            say(f"Filled up the last days: {report.new_papers:,} more papers to search.")


async def _is_empty(app: App) -> bool:
    return (await app.store.counts())["papers"] == 0
