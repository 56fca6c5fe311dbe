"""All pages as one application: their addresses, the files beside them, and what is said when there is nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import PaperRoundError
from bot.ports import ASGIApp

from .days import DayPages
from .digests import DigestPages
from .drawing import Drawing, Head, has_it
from .files import static_files
from .papers import PaperPages
from .searching import SearchPages
from .site import Site
from .topics import TopicPages

FOREVER = "public, max-age=31536000, immutable"
SAID = {
    404: ("Nothing here", "There is no page at this address, or not any more."),
    405: ("Not that way", "This address is not asked that way."),
    503: ("One moment", "The archive cannot be read right now. Try again in a minute."),
}
FAILED = ("Something went wrong", "It is not your fault, and it is written down. Try again in a minute.")

log = structlog.get_logger()


def make_pages(site: Site) -> ASGIApp:
    """The archive of one installation as an application."""
    drawing = Drawing(site)
    parts = (DayPages, SearchPages, PaperPages, TopicPages, DigestPages)
    routes = [route for part in parts for route in part(drawing).routes()]
    refusals = _Refusals(drawing)
    app = Starlette(
        routes=[*routes, Route("/about", _about(drawing)), Route("/static/{name}", _file)],
        exception_handlers={
            HTTPException: refusals.refused,
            PaperRoundError: refusals.busy,
            Exception: refusals.failed,
        },
    )
    app.router.redirect_slashes = False
    return app


class _Refusals:
    """What a reader sees instead of a page."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    async def refused(self, request: Request, error: Exception) -> Response:
        """No such page, or not asked so."""
        return self._said(request, error.status_code if isinstance(error, HTTPException) else 500)

    async def busy(self, request: Request, error: Exception) -> Response:
        """The store does not answer."""
        log.warning(
            "web.busy", page=request.url.path.split("/")[1], error=str(error)
        )  # more may be a secret link
        answer = self._said(request, 503)
        answer.headers["retry-after"] = "60"
        return answer

    async def failed(self, request: Request, _error: Exception) -> Response:
        """A mistake of ours: the words of it are for the log, which the guard writes."""
        return self._said(request, 500)

    def _said(self, request: Request, status: int) -> Response:
        title, words = SAID.get(status, FAILED)
        head = Head(title=title, listed=False)
        return self._drawing.page(
            request, "error.html", head, {"words": words, "status": status}, status=status
        )


def _about(drawing: Drawing) -> Callable[[Request], Awaitable[Response]]:
    head = Head(
        title="About",
        description="What this archive is, where its papers come from, and how to read it.",
        path=drawing.paths.plain("/about"),
        here="about",
    )

    async def about(request: Request) -> Response:
        newest, digests = await drawing.site.archive.newest(), drawing.site.digests
        public = await drawing.site.archive.public() if digests else ()
        opened = [(drawing.paths.digest(digests.token(one.id)), one) for one in public] if digests else []
        return drawing.page(request, "about.html", head, {"newest": newest, "opened": opened})

    return about


async def _file(request: Request) -> Response:
    """A file of ours by the name that holds its hash; those names are never used again."""
    for file in static_files().values():
        if file.name == request.path_params["name"]:
            headers = {"cache-control": FOREVER, "etag": f'"{file.name}"'}
            if has_it(request, headers["etag"]):
                return Response(status_code=304, headers=headers)
            return Response(file.body, headers=headers, media_type=file.kind)
    raise HTTPException(404)
