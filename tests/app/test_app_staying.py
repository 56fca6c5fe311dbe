"""Keeping on: trying again while nothing is stored, filling up, and what ends it all."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

import pytest
from rich.console import Console

from bot.app.build import open_app
from bot.app.fetching import fill_up
from bot.app.run import run
from bot.app.staying import GOES_ON, keep_on
from bot.errors import AuthFailed
from bot.ports import LaneLimits


class Chat:
    """A chat that ends as a test wants."""

    limits = LaneLimits()

    def __init__(self, platform: str, error: Exception | None = None, *, stays: bool = False) -> None:
        self.platform, self.error, self.stays = platform, error, stays

    async def run(self, _commands: object) -> None:
        if self.stays:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


async def stay(installation, *chats: Chat, seconds: float = 120.0) -> list[str]:
    said: list[str] = []
    installation.source.lists(1)
    await installation.once()
    async with open_app(installation.settings, clock=installation.clock, chat=False) as app:
        with_chats = replace(app, adapters={chat.platform: chat for chat in chats})
        await asyncio.wait_for(keep_on(with_chats, said.append), timeout=seconds)
    return said


async def test_leaving_the_only_chat_ends_everything(installation) -> None:
    assert "Running; Ctrl-C stops it." in await stay(installation, Chat("console"))


async def test_leaving_one_of_several_does_not(installation) -> None:
    with pytest.raises(TimeoutError):
        await stay(installation, Chat("console"), Chat("slack", stays=True), seconds=0.3)


async def test_whoever_leaves_the_terminal_is_told_that_the_rest_goes_on(installation) -> None:
    told = asyncio.Event()

    def say(line: str) -> None:
        if line == GOES_ON:
            told.set()

    async with open_app(installation.settings, clock=installation.clock, chat=False) as app:
        chats = {"slack": Chat("slack", stays=True), "console": Chat("console")}
        task = asyncio.create_task(keep_on(replace(app, adapters=chats), say))
        await asyncio.wait_for(told.wait(), timeout=120)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_chat_that_breaks_beside_others_is_told(installation) -> None:
    told = asyncio.Event()
    installation.source.lists(1)
    await installation.once()
    async with open_app(installation.settings, clock=installation.clock, chat=False) as app:
        chats = {
            "slack": Chat("slack", AuthFailed("The token is no good.")),
            "console": Chat("console", stays=True),
        }

        def say(line: str) -> None:
            if line == "slack has stopped: The token is no good.":
                told.set()

        task = asyncio.create_task(keep_on(replace(app, adapters=chats), say))
        await asyncio.wait_for(told.wait(), timeout=120)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_only_chat_that_breaks_ends_it_with_its_error(installation) -> None:
    with pytest.raises(AuthFailed):
        await stay(installation, Chat("slack", AuthFailed("The token is no good.")))


async def test_the_first_papers_are_shown_as_soon_as_a_source_answers(installation) -> None:
    installation.source.fails()
    out = io.StringIO()
    shown = asyncio.Event()

    def say(line: str) -> None:
        if "Ctrl-C" in line:
            installation.source.lists(1, 2)
        if line.startswith("Next digest"):
            shown.set()

    console = Console(file=out, width=80)
    task = asyncio.create_task(run(installation.settings, say=say, out=console, clock=installation.clock))
    await asyncio.wait_for(shown.wait(), timeout=120)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    first, second = out.getvalue().split("Paper Round", 2)[1:]
    assert "Sample edition" in first
    assert "2 papers for this terminal" in second


async def test_days_before_are_filled_up_only_where_they_are_missing(installation) -> None:
    said: list[str] = []
    installation.source.lists(1)
    await installation.once()
    installation.source.lists(1, 2, 3)
    async with open_app(installation.settings, clock=installation.clock) as app:
        await fill_up(app, said.append)
    assert said == ["Filled up the last days: 2 more papers to search."]
    installation.changes["backfill_days"] = 0
    async with open_app(installation.settings, clock=installation.clock) as app:
        await fill_up(app, said.append)
    assert len(said) == 1


async def test_a_back_fill_that_breaks_is_told_and_ends_nothing_else(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_given: object) -> None:
        raise KeyError("nobody foresaw this")

    monkeypatch.setattr("bot.app.background.fill_up", breaks)
    told = asyncio.Event()
    installation.source.lists(1)
    await installation.once()
    async with open_app(installation.settings, clock=installation.clock, chat=False) as app:
        with_chat = replace(app, adapters={"console": Chat("console", stays=True)})

        def say(line: str) -> None:
            if "nobody foresaw this" in line:
                told.set()

        task = asyncio.create_task(keep_on(with_chat, say))
        await asyncio.wait_for(told.wait(), timeout=120)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
