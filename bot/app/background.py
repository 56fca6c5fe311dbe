"""What goes on beside the schedule: seeing to it that there are papers, and filling up the days before."""

from __future__ import annotations

import asyncio

import structlog

from bot.errors import PaperRoundError, StoreBusy

from .build import App
from .fetching import Say, fetch_all, fill_up, is_empty
from .opening import first_digest
from .roles import Role

log = structlog.get_logger()

RETRY_SECONDS = 300.0  # between two tries while nothing at all is stored


async def background(app: App, say: Say, rest: asyncio.Task[None] | None, role: Role) -> None:
    """See to it that there are papers, and fill up the days before."""
    while role.plans:
        try:
            await (_first_papers(app, say, rest) if role.works else _papers_of_others(app))
            await fill_up(app, say)
        except StoreBusy as busy:
            say(str(busy))
            rest = None if rest is None or rest.done() else rest
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
        await _ended(rest, say)
    if was_empty and not await is_empty(app):
        await first_digest(app, say)
    while await is_empty(app):
        await app.clock.sleep(RETRY_SECONDS)
        fetched = await fetch_all(app, say)
        if not fetched.is_empty:
            await first_digest(app, say)


async def _ended(rest: asyncio.Task[None], say: Say) -> None:
    """Wait for what was begun; a busy database ended it for good, and what it brought before counts."""
    try:
        await rest
    except StoreBusy as busy:
        say(str(busy))


async def _papers_of_others(app: App) -> None:
    """Wait until a worker has fetched the first papers."""
    while await is_empty(app):
        await app.clock.sleep(RETRY_SECONDS)
