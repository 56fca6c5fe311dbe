"""What holds for every request, whoever answers it: how large and how slow it may be, and what every answer says.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from starlette.datastructures import Headers, MutableHeaders

from bot.ports import ASGIApp

Event: TypeAlias = dict[str, Any]  # ASGI's own
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]

LARGEST_BODY = 1024 * 1024
BODY_SECONDS = 10.0  # within which a whole body has to be here
ENOUGH_UNREAD, UNREAD_SECONDS = 16 * LARGEST_BODY, 1.0  # what is thrown away of a body that was refused
# What is served here needs no script, no frame and no other site; a page that needs more says so itself.
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

TOKEN = re.compile(r"[^/]{22,}")  # a part of a path that may be somebody's secret link

log = structlog.get_logger()


class _Refused(Exception):
    """The request is not read further."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status, self.what = status, what


class _Gone(Exception):
    """Whoever asked has hung up."""


def guarded(app: ASGIApp) -> ASGIApp:
    """The same application within these limits: it is given HTTP requests whose whole body is here, and no others."""

    async def guard(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = _Answer(send)
        try:
            body = await _read(Headers(scope=scope), receive)
            await app(scope, _Body(body, receive), answer)
        except _Gone:
            return
        except _Refused as refused:
            await _refuse(refused, receive, answer)
        except (
            asyncio.CancelledError
        ):  # the host stops, and has waited for this; there is nobody above to tell
            if not answer.begun:
                await _words("Paper Round is stopping. Try again in a minute.", 503, answer)
        except Exception:  # whatever it was, its words are for the log and not for the web
            log.exception("web.failed", path=TOKEN.sub("...", scope["path"]))
            if not answer.begun:
                await _words("Something went wrong here.", 500, answer)

    return guard


class _Body:
    """A body that was read, as an application receives it; after it, what comes from the line itself."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._left: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Event:
        if self._left is None:
            return await self._receive()
        event = {"type": "http.request", "body": self._left, "more_body": False}
        self._left = None
        return event


class _Answer:
    """Sends an answer on with the headers every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(raw=[*event.get("headers", ())])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            event = {**event, "headers": headers.raw}
        await self._send(event)


async def _read(headers: Headers, receive: Receive) -> bytes:
    """The whole body; `_Refused` as soon as it is known to be too large or comes too slowly."""
    said = headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit()) or len(said) > 9 or int(said) > LARGEST_BODY:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _taken(receive)
    except TimeoutError:
        raise _Refused(408, "The request took too long to arrive.") from None


async def _taken(receive: Receive) -> bytes:
    body, more = bytearray(), True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise _Gone
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise _too_large()
    return bytes(body)


async def _refuse(refused: _Refused, receive: Receive, send: Send) -> None:
    """Answer, then look away for a moment while the rest arrives: a line that is cut loses the answer, too."""
    await _words(refused.what, refused.status, send, more_body=True)
    left = ENOUGH_UNREAD
    with suppress(TimeoutError):
        async with asyncio.timeout(UNREAD_SECONDS):
            while left > 0 and (event := await receive()).get("more_body", False):
                left -= len(event["body"])
    await send({"type": "http.response.body", "body": b""})


async def _words(what: str, status: int, send: Send, *, more_body: bool = False) -> None:
    body = what.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": more_body})


def _too_large() -> _Refused:
    return _Refused(413, f"A request may have at most {LARGEST_BODY:,} bytes.")
