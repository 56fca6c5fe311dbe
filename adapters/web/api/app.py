"""The API as an application: reads what is asked, answers as JSON, and says what is wrong in the same way everywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote

import structlog
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.answers import answer, origin_of
from adapters.web.pages.paths import Paths
from adapters.web.pages.site import Site
from bot.commands.archive import Trouble
from bot.errors import PaperRoundError
from bot.ports import ASGIApp

from .drawn import Draws
from .given import Given
from .openapi import PROBLEM, document
from .operations import OPERATIONS, Asked, Operation, Outcome
from .shapes import Listed, Mistake, Problem, Shape

Act: TypeAlias = Callable[[Request], Awaitable[Response]]
EVERYBODY = {
    "access-control-allow-origin": "*",  # nothing here is anybody's own
    "access-control-expose-headers": "ETag, Link, Retry-After",
}
ASKED_SO = {"access-control-allow-methods": "GET, HEAD", "access-control-max-age": "86400"}

log = structlog.get_logger()


def make_api(site: Site) -> ASGIApp:
    """What is served below /api."""
    routes = [_route(operation, site) for operation in OPERATIONS]
    described = Route("/openapi.json", _described(site))
    free = [Route(route.path, _preflight, methods=["OPTIONS"]) for route in (*routes, described)]
    app = Starlette(
        routes=[*routes, described, *free],
        exception_handlers={HTTPException: _refused, PaperRoundError: _busy, Exception: _failed},
    )
    app.router.redirect_slashes = False
    return app


def _route(operation: Operation, site: Site) -> Route:
    paths = Paths(site.root, {})

    async def act(request: Request) -> Response:
        given = _given(operation, request)
        if isinstance(given, Problem):
            return _problem(given)
        origin = origin_of(site.address, request)
        whole = origin + paths.plain(quote(request.url.path))
        asked = Asked(archive=site.archive, draws=Draws(origin=origin, paths=paths), path=whole)
        return await _answered(request, operation, await operation.act(asked, given))

    return Route(operation.path.replace("{id}", "{id:path}"), act)


async def _answered(request: Request, operation: Operation, outcome: Outcome) -> Response:
    if outcome is None:
        return _problem(_of(404, operation.missing))
    if isinstance(outcome, Trouble):
        return _problem(_of(422, outcome.what, fix=outcome.fix, code=outcome.code, column=outcome.column))
    body = await asyncio.to_thread(lambda: outcome.model_dump_json().encode())
    return answer(request, body, "application/json", headers=EVERYBODY | _links(outcome))


def _links(outcome: Shape) -> dict[str, str]:
    """The pages beside this one (RFC 8288)."""
    if not isinstance(outcome, Listed):
        return {}
    beside = {"next": outcome.next, "prev": outcome.previous}
    said = [f'<{address}>; rel="{name}"' for name, address in beside.items() if address]
    return {"link": ", ".join(said)} if said else {}


def _given(operation: Operation, request: Request) -> Given | Problem:
    """What was asked, read strictly; what is wrong with it, all at once."""
    pairs = request.query_params.multi_items()
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1 or name in operation.paths}
    mistakes = [Mistake(name=name, what="It is given more than once.") for name in sorted(twice)]
    try:
        given = operation.given.model_validate({**dict(pairs), **request.path_params})
    except ValidationError as error:
        mistakes += [_mistake(one) for one in error.errors(include_url=False, include_input=False)]
    else:
        if not mistakes:
            return given
    return _of(400, "A value cannot be used.", mistakes=mistakes)


def _mistake(error: Any) -> Mistake:
    name = ".".join(str(part) for part in error["loc"][:1])
    unknown = error["type"] == "extra_forbidden"
    return Mistake(name=name, what="There is no such parameter." if unknown else f"{error['msg']}.")


def _described(site: Site) -> Act:
    body = json.dumps(document(OPERATIONS, site.root), ensure_ascii=False).encode()

    async def described(request: Request) -> Response:
        return answer(request, body, "application/json", headers=EVERYBODY)

    return described


async def _preflight(_request: Request) -> Response:
    """What browsers ask before another site's script may read this: https://fetch.spec.whatwg.org/#http-cors-protocol."""
    return Response(status_code=204, headers=EVERYBODY | ASKED_SO)


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is nothing here.", 405: "This address is only read: use GET."}
    answer = _problem(_of(status, words.get(status, "This cannot be answered.")))
    answer.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
    return answer


async def _busy(_request: Request, error: Exception) -> Response:
    log.warning("web.busy", page="api", error=str(error))
    answer = _problem(_of(503, "The archive cannot be read right now.", fix="Try again in a minute."))
    answer.headers["retry-after"] = "60"
    return answer


async def _failed(_request: Request, _error: Exception) -> Response:
    """A mistake of ours: the words of it are for the log, which the guard writes."""
    return _problem(_of(500, "Something went wrong here, and it is written down."))


def _of(status: int, detail: str, **more: Any) -> Problem:
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, **more)


def _problem(problem: Problem) -> Response:
    body = problem.model_dump_json(exclude_none=True, exclude_defaults=False).encode()
    headers = EVERYBODY | {"cache-control": "no-store"}
    return Response(body, status_code=problem.status, headers=headers, media_type=PROBLEM)
