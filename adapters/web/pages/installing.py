"""Where anybody adds the bot to another workspace or server, of the chats this installation has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .drawing import Drawing, Head
from .words import PLATFORMS, link

INSTALL = "/install"
PATIENCE_SECONDS = 3.0  # for a platform that is asked for its link


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """A chat that can be added elsewhere."""

    platform: str
    invite: Callable[[], Awaitable[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How it is added, as the page shows it."""

    platform: str
    name: str
    to: str  # "" where only whoever runs it can


def install_routes(drawing: Drawing, doors: Sequence[Door]) -> list[Route]:
    """The page, where any chat can be added by others."""
    if not doors:
        return []

    async def install(request: Request) -> Response:
        ways = await asyncio.gather(*(_way(drawing, door) for door in doors))
        head = Head(
            title="Add it to your chat",
            description="How to bring the day's papers to your own workspace or server.",
            path=drawing.paths.plain(INSTALL),
            here=INSTALL,
        )
        return drawing.page(request, "install.html", head, {"ways": ways})

    return [Route(INSTALL, install)]


async def _way(drawing: Drawing, door: Door) -> Way:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            to = await door.invite()
    except TimeoutError:
        to = ""
    whole = drawing.paths.plain(to) if to.startswith("/") else link(to)
    return Way(platform=door.platform, name=PLATFORMS.get(door.platform, door.platform), to=whole)
