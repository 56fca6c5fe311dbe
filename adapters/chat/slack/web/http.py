"""Slack over HTTP: commands, buttons and events at one address, and the pages of an installation.

https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.chat.seen import Seen
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.office import Office
from bot.ports import ASGIApp

from .oauth import Pages, make_pages
from .posted import as_bolt, is_new, is_ssl_check, parsed
from .signed import Signed, Values

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

# A signature is taken from five minutes before its time to five minutes after it, both ends included (`signed.py`).
SEEN_SECONDS = 601.0
MOST_SEEN = 50_000  # at about 200 bytes each; Slack stops at 30,000 events an hour

log = structlog.get_logger()


def make_asgi(office: Office, app: AsyncApp) -> ASGIApp:
    """What is served below /slack: `/events` unless they come over Socket Mode, and with OAuth the pages to install."""
    settings, routes = office.settings, list[Route]()
    secret = settings.signing_secret.get_secret_value()
    if secret and not settings.by_socket:
        seen = Seen(office.clock, seconds=SEEN_SECONDS, most=MOST_SEEN)
        routes += _events(Signed(secret, office.clock), seen, app)
    if settings.by_oauth:
        routes += _installing(make_pages(office))
    made = Starlette(routes=routes)
    made.router.redirect_slashes = False  # it would lead to http, and make Slack's POST a GET
    return made


def _events(signed: Signed, seen: Seen, app: AsyncApp) -> list[Route]:
    async def events(request: Request) -> Response:
        raw, values = await request.body(), request.headers.getlist
        if is_ssl_check(raw):
            return Response()
        text = signed.text(raw, values)
        if text is None:
            return _refused("not signed")
        body = parsed(text)
        if not is_new(body, values, seen):
            return _refused("seen before")
        return await _answered(app, body, values)

    return [
        Route("/events", events, methods=["POST"]),
        Route("/events", _looked_at, methods=["GET"]),
    ]


async def _answered(app: AsyncApp, body: Json | None, values: Values) -> Response:
    asked = as_bolt(body, values) if body else None
    if body is None or asked is None:
        return PlainTextResponse("This cannot be read.", status_code=400)
    if body.get("type") == "url_verification":
        return JSONResponse({"challenge": str(body.get("challenge", ""))})
    return _response(await app.async_dispatch(asked))


def _refused(why: str) -> Response:
    log.info("slack.refused", why=why)
    return PlainTextResponse("Slack did not sign this, or not now.", status_code=401)


async def _looked_at(request: Request) -> Response:
    """Answer Slack's look at the certificate, and whoever opens the address in a browser."""
    is_check = request.query_params.get("ssl_check") == "1"
    return Response() if is_check else PlainTextResponse("Slack posts here.", status_code=405)


def _installing(pages: Pages) -> list[Route]:
    def shown(handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Endpoint:
        async def page(request: Request) -> Response:
            if request.method != "GET":  # HEAD, which starlette adds: somebody looks and begins nothing
                return Response()
            cookies = request.headers.getlist("cookie")
            return _response(
                await handle(AsyncBoltRequest(body="", query=request.url.query, headers={"cookie": cookies}))
            )

        return page

    return [
        Route("/install", shown(pages.install), methods=["GET"]),
        Route("/oauth_redirect", shown(pages.finish), methods=["GET"]),
    ]


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, status_code=answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response
