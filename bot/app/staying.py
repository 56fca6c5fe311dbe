"""Keeping on: the chats, the schedule, HTTP and the back-fill, side by side, until somebody stops them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

from bot.ports import ChatAdapter
from jobs.engines.embedded import EmbeddedEngine
from jobs.rounds import Rounds
from jobs.scheduler import run_schedule

from .background import background
from .build import App
from .fetching import Say
from .memory import keep_pauses_short
from .opening import CONSOLE
from .roles import Role
from .serving import chats_of, is_serving, serve_web

CHAT = "chat "
RUNNING = "Running; Ctrl-C stops it."
GOES_ON = "The terminal is left, and everything else goes on; Ctrl-C stops it."

# What is done before anything is planned; it gives the fetching that still goes on then, if any.
Opening: TypeAlias = Callable[[App, Say], AbstractAsyncContextManager[asyncio.Task[None] | None]]


@asynccontextmanager
async def at_once(_app: App, _say: Say) -> AsyncIterator[None]:
    """Begin without asking any source."""
    yield


async def keep_on(app: App, say: Say, opening: Opening = at_once, *, role: Role = Role.ALL) -> None:
    """Play a role until cancelled, or until the person at the terminal leaves and there is no other chat.

    Chats are answered at once; what is planned, and a terminal, waits for `opening`. What is being sent at the end is
    finished first.
    """
    app = app if app.engine else replace(app, engine=EmbeddedEngine())
    process = _Process(app=app, say=say, opening=opening, role=role, adapters=chats_of(role, app.adapters))
    if not process.has_terminal:
        say(RUNNING)
    web, schedule, chats = process.web(), process.schedule(), process.chats()
    others = [process.background(), *web]
    try:
        await _until_over(schedule, others, chats, say)
    finally:
        await _stop(web, [schedule, *others], chats)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Process:
    """What one process does, each thing as a task."""

    app: App
    say: Say
    opening: Opening
    role: Role
    adapters: dict[str, ChatAdapter]
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def has_terminal(self) -> bool:
        """Whether somebody may sit before it, who is shown the papers before anything else."""
        return CONSOLE in self.adapters

    def web(self) -> list[asyncio.Task[None]]:
        """What answers HTTP, if anything does."""
        if not is_serving(self.role, self.app.settings):
            return []
        return [asyncio.create_task(serve_web(self.app, self.role, self.say), name="web")]

    def schedule(self) -> asyncio.Task[None]:
        """What plans and sends."""
        return asyncio.create_task(self._schedule(), name="schedule")

    def chats(self) -> list[asyncio.Task[None]]:
        """What answers people, one task for each chat."""
        return [asyncio.create_task(self._chat(name), name=CHAT + name) for name in self.adapters]

    def background(self) -> asyncio.Task[None]:
        """What sees to it that there are papers."""
        return asyncio.create_task(self._background(), name="background")

    async def _background(self) -> None:
        async with self.opening(self.app, self.say) as rest:
            self.opened.set()
            if self.has_terminal:
                self.say(RUNNING)
            keep_pauses_short()
            await background(self.app, self.say, rest, self.role)

    async def _chat(self, name: str) -> None:
        if name == CONSOLE:
            await self.opened.wait()
        await self.adapters[name].run(self.app.commands)

    async def _schedule(self) -> None:
        if self.has_terminal:
            await self.opened.wait()
        settings = self.app.settings
        rounds = Rounds(
            store=self.app.store,
            engine=self.app.engine or EmbeddedEngine(),
            sender=self.app.sender,
            sources=self.app.sources,
            clock=self.app.clock,
            keep_days=settings.keep_days,
            ingest_every=timedelta(minutes=settings.ingest_minutes),
            spread=timedelta(seconds=settings.spread_seconds),
            papers_first=self.opened,
            took=self.app.fetch_seconds.__setitem__,
        )
        await run_schedule(rounds, plans=self.role.plans, works=self.role.works)


async def _until_over(
    schedule: asyncio.Task[None],
    others: Iterable[asyncio.Task[None]],
    chats: list[asyncio.Task[None]],
    say: Say,
) -> None:
    """A chat that ends or breaks is told; the last one, or the schedule, ends everything."""
    waiting = {schedule, *others, *chats}
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        left = waiting.intersection(chats)
        for task in done:
            _ended(task, others=bool(left), say=say)
        if schedule in done or (chats and not left):
            return


def _ended(task: asyncio.Task[None], *, others: bool, say: Say) -> None:
    error = task.exception()
    if error is None:
        if others and task.get_name() == CHAT + CONSOLE:
            say(GOES_ON)
        return
    if not others or not task.get_name().startswith(CHAT):
        raise error
    say(f"{task.get_name().removeprefix(CHAT)} has stopped: {error}")


async def _stop(
    web: list[asyncio.Task[None]], work: list[asyncio.Task[None]], chats: list[asyncio.Task[None]]
) -> None:
    """End everything: nothing new is begun at once, and chats stay until HTTP has given its last answers."""
    for task in work:
        task.cancel()
    try:
        await asyncio.gather(*web, return_exceptions=True)
    finally:
        for task in chats:
            task.cancel()
        await asyncio.gather(*work, *chats, return_exceptions=True)
