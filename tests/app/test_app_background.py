"""What goes on beside the schedule."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import background as beside
from bot.app.build import App, open_app
from bot.app.fetching import Say
from bot.app.roles import Role
from bot.errors import StoreBusy

BUSY = "The database did not answer in time."


async def broken_off() -> None:
    raise StoreBusy(BUSY)


async def test_a_first_fetch_that_a_busy_database_ended_does_not_keep_the_days_before_from_being_filled_up(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.source.lists(1)
    await installation.once()
    filled = []

    async def fill_up(_app: App, _say: Say) -> None:
        filled.append(True)

    monkeypatch.setattr(beside, "fill_up", fill_up)
    said: list[str] = []
    async with open_app(installation.settings, clock=installation.clock) as app:
        rest = asyncio.create_task(broken_off())
        await asyncio.wait_for(beside.background(app, said.append, rest, Role.ALL), timeout=60)
    assert (filled, said) == ([True], [BUSY])


async def test_after_a_busy_database_ended_the_first_fetch_sources_are_asked_again(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []

    async def first_digest(_app: App, _say: Say) -> None:
        shown.append(True)

    monkeypatch.setattr(beside, "first_digest", first_digest)
    installation.source.lists(1)
    async with open_app(installation.settings, clock=installation.clock) as app:
        rest = asyncio.create_task(broken_off())
        await asyncio.wait_for(beside.background(app, installation.said.append, rest, Role.ALL), timeout=60)
        assert (await app.store.counts())["papers"] == 1
    assert shown == [True]


async def test_a_database_that_is_busy_when_days_are_filled_up_is_tried_again(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.source.lists(1)
    await installation.once()
    tries = []

    async def fill_up(_app: App, _say: Say) -> None:
        tries.append(True)
        if len(tries) == 1:
            raise StoreBusy(BUSY)

    monkeypatch.setattr(beside, "fill_up", fill_up)
    said: list[str] = []
    async with open_app(installation.settings, clock=installation.clock) as app:
        rest = asyncio.create_task(broken_off())
        await asyncio.wait_for(beside.background(app, said.append, rest, Role.ALL), timeout=60)
    assert (len(tries), said) == (2, [BUSY, BUSY])
