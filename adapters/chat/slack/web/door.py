"""The door the web host is given at once: shut until the chat runs, and after it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.ports import ASGIApp

RETRY_AFTER = b"5"  # seconds
SHUT = b"Paper Round is starting or stopping. Try again in a few seconds."


class Door:
    """An ASGI application that is another one while that is there."""

    def __init__(self) -> None:
        self._inside: ASGIApp = _shut

    async def __call__(
        self, *request: Any
    ) -> None:  # scope, receive and send, which are the other one's business
        """Hand a request to whoever is inside."""
        await self._inside(*request)

    @contextmanager
    def opened(self, inside: ASGIApp) -> Iterator[None]:
        """Let requests in while the block runs."""
        self._inside = inside
        try:
            yield
        finally:
            self._inside = _shut


async def _shut(_scope: object, _receive: object, send: ASGIApp) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", RETRY_AFTER)]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": SHUT})
