"""Keeping on: the schedule, the chats and the back-fill, side by side, until somebody stops them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.errors import PaperRoundError
from jobs.scheduler import Rounds, run_schedule

from .build import App
from .fetching import Say, fetch_all, fill_up, is_empty
from .opening import first_digest

RETRY_SECONDS = 300.0  # between two tries while nothing at all is stored
CHAT = "chat "


async def keep_on(app: App, say: Say, rest: asyncio.Task[None] | None = None) -> None:
    """Run until cancelled, or until the person at the terminal leaves and there is no other chat.

    `rest` is the fetching that is still going on.
    """
    say("Running; Ctrl-C stops it.")
    schedule = asyncio.create_task(_schedule(app), name="schedule")
    background = asyncio.create_task(_background(app, say, rest), name="background")
    chats = [
        asyncio.create_task(adapter.run(app.commands), name=f"{CHAT}{name}")
        for name, adapter in app.adapters.items()
    ]
    everything = [schedule, background, *chats]
    try:
        await _until_over(schedule, chats, say)
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)


async def _schedule(app: App) -> None:
    settings = app.settings
    rounds = Rounds(
        store=app.store,
        adapters=app.adapters,
        sources=app.sources,
        clock=app.clock,
        keep_days=settings.keep_days,
    )
    await run_schedule(rounds, ingest_every=timedelta(minutes=settings.ingest_minutes))


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


async def _background(app: App, say: Say, rest: asyncio.Task[None] | None) -> None:
    """Try again until the first papers come, show them, then fill up the days before."""
    try:
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
        await fill_up(app, say)
    except PaperRoundError as error:
        say(str(error))
