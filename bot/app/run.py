"""`paperround run`: fetch, print today's digest, then keep the schedule until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from rich.console import Console

from adapters.chat.console import ConsoleAdapter
from bot.config import Settings
from bot.ports import ChatContext, Clock
from jobs.engines import is_sqlite, make_engine

from .build import App, open_app
from .fetching import Say, Watching, fetch_first, unwatched
from .lock import run_lock
from .opening import CONSOLE, first_digest, show_sample
from .roles import Role, check_role
from .serving import check_served
from .staying import Opening, at_once, keep_on

OK, TEMPORARY = 0, 5


async def run(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    once: bool = False,
    say: Say,
    watching: Watching = unwatched,
    out: Console | None = None,
    clock: Clock | None = None,
) -> int:
    """Run until cancelled, or one pass; the exit code.

    `say` gets the lines that are not data; `watching` shows how far the sources have come.
    """
    check_role(role, settings)
    async with terminal_app(settings, out, clock) as opened:
        if not once:
            check_served(role, settings, opened.adapters)
        with run_lock(opened.store.path):
            for warning in opened.warnings():
                say(f"Left out: {warning}")
            await take_up(opened)
            if once:
                return await _one_pass(opened, say, watching)
            app = replace(opened, engine=make_engine(settings.engine, settings.database_url))
            await keep_on(app, say, _opening(watching) if role is Role.ALL else at_once, role=role)
            return OK


async def take_up(app: App) -> None:
    """Begin where another process ended: in one file no other sends, and a token may have been renewed."""
    await end_old_leases(app)
    await app.store.resume_lanes()
    await app.workspaces.reseal()


async def end_old_leases(app: App) -> None:
    """Let nobody wait for a process that was killed: whoever holds the lock of a file is the only one who sends."""
    if is_sqlite(app.settings.database_url):
        await app.store.clear_leases()


async def _one_pass(app: App, say: Say, watching: Watching) -> int:
    async with fetch_first(app, say, watching) as underway:
        fetched = underway.fetched
        if not (fetched.is_empty and show_sample(app, say)):
            await first_digest(app, say, waiting=underway.waiting)
            await app.sender.drain_due()
        await underway.rest
    return TEMPORARY if fetched.all_failed and not fetched.was_empty else OK


def _opening(watching: Watching) -> Opening:
    """Ask the sources first, and show a terminal today's digest; what is due elsewhere is planned by then."""

    @asynccontextmanager
    async def opening(app: App, say: Say) -> AsyncIterator[asyncio.Task[None]]:
        async with fetch_first(app, say, watching) as underway:
            if not (underway.fetched.is_empty and show_sample(app, say)):
                await first_digest(app, say, waiting=underway.waiting)
            yield underway.rest

    return opening


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
