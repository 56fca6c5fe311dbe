"""The web host: health pages, whatever chat adapters serve below /<platform>, and the archive's pages behind it all.

It knows nothing of what it serves.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.ports import ASGIApp

from .guard import guarded

Ready: TypeAlias = Callable[[], Awaitable[str]]
Routes: TypeAlias = list[BaseRoute]  # what others hand on without knowing what it is


def make_host(
    mounts: Mapping[str, ASGIApp],
    *,
    ready: Ready,
    pages: ASGIApp | None = None,
    beside: Sequence[BaseRoute] = (),
    wrapped: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> ASGIApp:
    """An application with `mounts` by their paths ("/slack"), `beside` at its own, and `pages` everywhere else.

    `ready` says what is not, "" when all is well; `wrapped` puts something before everything here.
    """
    routes = [*_routes(ready), *beside, *(_Below(path, app=app) for path, app in mounts.items())]
    routes += [_Below("", app=pages)] if pages else []
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False  # a redirect would make Slack's POST a GET
    return guarded(wrapped(app))


class _Below(Mount):
    """Whatever is below a path, a line end within it, too: what is there says itself that there is no such thing."""

    def __init__(self, path: str, *, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def _routes(ready: Ready) -> list[BaseRoute]:
    async def livez(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        why_not = await ready()
        return PlainTextResponse(why_not or "ok", status_code=503 if why_not else 200)

    return [Route("/livez", livez), Route("/readyz", readyz)]


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    words = {404: "There is nothing here.", 405: "This address is not asked that way."}
    return PlainTextResponse(
        words.get(status, "This cannot be answered."), status_code=status, headers=headers
    )
