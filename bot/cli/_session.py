"""What every verb needs once it runs: the application, a terminal to draw on, and stable JSON."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console

from adapters.chat.console import HERE, PLACE
from bot.app import App, open_app
from bot.app.logs import start_logging
from bot.config import Settings, load_settings
from bot.domain.subscription import Address, Destination
from bot.errors import NotFound

HERE_NAMES = {"", "terminal", "console", "local", PLACE, str(HERE)}


def settings() -> Settings:
    """The settings, with logging as they say."""
    given = load_settings()
    start_logging(given.log_level)
    return given


@asynccontextmanager
async def session(*, chat: bool = False) -> AsyncIterator[App]:
    """The application for one verb; without chat adapters unless asked."""
    async with open_app(settings(), chat=chat) as app:
        yield app


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run a verb to its exit code."""
    return asyncio.run(work)


def terminal() -> Console:
    """Where a verb draws its answer."""
    return Console(highlight=False)


def quiet() -> Console:
    """A terminal nobody sees: with --json, what is delivered here is the JSON."""
    return Console(file=io.StringIO(), width=80)


def put(value: Mapping[str, object]) -> None:
    """One JSON object on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    sys.stdout.write("\n")


async def place(app: App, channel: str) -> tuple[Address, str]:
    """The address and name meant by `--channel`; the terminal when it is left out."""
    if channel.lower() in HERE_NAMES:
        return HERE, PLACE
    known = await app.store.destinations()
    for one in known:
        if channel in {one.name, one.name.removeprefix("#"), str(one.address), str(one.id)}:
            return one.address, one.name
    parts = channel.split(":")
    if len(parts) == 3 and all(parts):
        name = parts[2] if "@" in parts[2] else f"#{parts[2]}"  # a mailbox is called as it is
        return Address(platform=parts[0], workspace=parts[1], channel=parts[2]), name
    raise NotFound(f"No destination is called `{channel}`.", fix=_known(known))


def _known(destinations: tuple[Destination, ...]) -> str:
    names = ", ".join(f"{one.name} ({one.address})" for one in destinations)
    return (
        f"There are: {names}." if names else "Write it as platform:workspace:channel, or leave --channel out."
    )
