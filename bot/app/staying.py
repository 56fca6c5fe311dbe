"""Keeping on: the schedule, the chats and the back-fill, side by side, until somebody stops them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.errors import PaperRoundError, StoreBusy
from jobs.engines.embedded import EmbeddedEngine
from jobs.rounds import Rounds
from jobs.scheduler import run_schedule

from .build import App
from .fetching import Say, fetch_all, fill_up, is_empty
from .memory import keep_pauses_short
from .opening import first_digest
from .roles import Role

log = structlog.get_logger()

RETRY_SECONDS = 300.0  # between two tries while nothing at all is stored
CHAT = "chat "


async def keep_on(
    app: App, say: Say, rest: asyncio.Task[None] | None = None, *, role: Role = Role.ALL
) -> None:
    """Play a role until cancelled, or until the person at the terminal leaves and there is no other chat.

    `rest` is the fetching that is still going on. What is being sent at the end is finished first.
    """
    app = app if app.engine else replace(app, engine=EmbeddedEngine())
    say("Running; Ctrl-C stops it.")
    keep_pauses_short()
    schedule = asyncio.create_task(_schedule(app, role), name="schedule")
    background = asyncio.create_task(_background(app, say, rest, role), name="background")
    chats = [
        asyncio.create_task(adapter.run(app.commands), name=f"{CHAT}{name}")
        for name, adapter in app.adapters.items()
        if role.answers
    ]
    everything = [schedule, background, *chats]
    try:
        await _until_over(schedule, chats, say)
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)


async def _schedule(app: App, role: Role) -> None:
    settings, engine = app.settings, app.engine or EmbeddedEngine()
    rounds = Rounds(
        store=app.store,
        engine=engine,
        sender=app.sender,
        sources=app.sources,
        clock=app.clock,
        keep_days=settings.keep_days,
        ingest_every=timedelta(minutes=settings.ingest_minutes),
        spread=timedelta(seconds=settings.spread_seconds),
    )
    await run_schedule(rounds, plans=role.plans, works=role.works)


async def _until_over(schedule: asyncio.Task[None], chats: list[asyncio.Task[None]], say: Say) -> None:
    """A chat that ends or breaks is told; the last one, or the schedule, ends everything."""
    waiting = {schedule, *chats}
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            _ended(task, others=len(waiting) > 1, say=say)
        if schedule in done or (chats and waiting == {schedule}):
            return


def _ended(task: asyncio.Task[None], *, others: bool, say: Say) -> None:
    error = task.exception()
    if error is None:
        return
    if not others or not task.get_name().startswith(CHAT):
        raise error
    say(f"{task.get_name().removeprefix(CHAT)} has stopped: {error}")


async def _background(app: App, say: Say, rest: asyncio.Task[None] | None, role: Role) -> None:
    """See to it that there are papers, and fill up the days before."""
    while role.plans:
        try:
            await (_first_papers(app, say, rest) if role.works else _papers_of_others(app))
            await fill_up(app, say)
        except StoreBusy as busy:
            say(str(busy))
            await app.clock.sleep(RETRY_SECONDS)
        except PaperRoundError as error:
            say(str(error))
            return
        except Exception as error:  # the schedule goes on; ingest brings what this did not
            log.exception("background.failed")
            say(f"Fetching earlier papers has stopped: {error!r}")
            return
        else:
            return


async def _first_papers(app: App, say: Say, rest: asyncio.Task[None] | None) -> None:
    """Try again until the first papers come, and show them."""
    was_empty = await is_empty(app)
    if rest is not None:
        await rest
    if was_empty and not await is_empty(app):
        await first_digest(app, say)
    while await is_empty(app):
        await app.clock.sleep(RETRY_SECONDS)
        fetched = await fetch_all(app, say)
        if not fetched.is_empty:
            await first_digest(app, say)


async def _papers_of_others(app: App) -> None:
    """Wait until a worker has fetched the first papers."""
    while await is_empty(app):
        await app.clock.sleep(RETRY_SECONDS)
