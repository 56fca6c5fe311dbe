"""`paperround run`: fetch, print today's digest, then keep the schedule until told to stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from adapters.chat.console import ConsoleAdapter
from bot.config import Settings
from bot.ports import ChatContext, Clock

from .build import App, open_app
from .fetching import Say, Watching, fetch_first, unwatched
from .lock import run_lock
from .opening import CONSOLE, first_digest, show_sample
from .staying import keep_on

OK, TEMPORARY = 0, 5


async def run(
    settings: Settings,
    *,
    once: bool = False,
    say: Say,
    watching: Watching = unwatched,
    out: Console | None = None,
    clock: Clock | None = None,
) -> int:
    """Run until cancelled, or one pass; the exit code.

    `say` gets the lines that are not data; `watching` shows how far the sources have come.
    """
    async with terminal_app(settings, out, clock) as app:
        with run_lock(app.store.path):
            for warning in app.warnings():
                say(f"Left out: {warning}")
            await app.store.recover()
            async with fetch_first(app, say, watching) as underway:
                fetched = underway.fetched
                if not (fetched.is_empty and show_sample(app, say)):
                    await first_digest(app, say, waiting=underway.waiting)
                if once:
                    await underway.rest
                else:
                    await keep_on(app, say, underway.rest)
            return TEMPORARY if once and fetched.all_failed and not fetched.was_empty else OK


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
