"""The one way to Slack's Web API: no retries of the library's own, and one pool of connections.

A post whose answer is lost may be there, so whoever repeats it must ask first; slack_sdk repeats it unasked.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.slack.settings import SlackSettings

CALL_SECONDS = 25  # well below the minute after which nobody waits for a message any more
CONNECT_SECONDS = 8  # what was not connected by then was certainly not posted
KEPT_SECONDS = 15.0  # an unused connection; one that Slack has closed meanwhile would leave a post in doubt
LINGER_SECONDS = 20.0  # and the pool, when nobody called for so long
MOST_CONNECTIONS = 100


class Wire:
    """One pool of connections, made at the first call and closed when nobody calls any more."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls = 0
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None
        self._last: asyncio.Task[None] | None = None  # a loop keeps no task alive

    @asynccontextmanager
    async def held(self) -> AsyncIterator[aiohttp.ClientSession]:
        """The pool, for one call; it is not closed meanwhile."""
        session = self._opened()
        self._calls += 1
        try:
            yield session
        finally:
            self._calls -= 1
            if not self._calls:
                await self._idle()

    async def close(self) -> None:
        """Close it as soon as no call is on its way; the next call opens it again."""
        self._closing = True
        if not self._calls:
            await self._closed()

    def _opened(self) -> aiohttp.ClientSession:
        self._stop_timer()
        self._closing = False
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop, self._session = loop, _session()
        return self._session

    async def _idle(self) -> None:
        if self._closing:
            await self._closed()
            return
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._over)

    def _over(self) -> None:
        self._last = asyncio.ensure_future(self._closed_unless_held())

    async def _closed_unless_held(self) -> None:
        """Close it, but for whoever has come since the time was over."""
        if not self._calls:
            await self._closed()

    async def _closed(self) -> None:
        self._stop_timer()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None


class Client(AsyncWebClient):
    """Slack's client over a wire that others share; without one each call has a connection of its own."""

    def __init__(self, wire: Wire | None, **given: Any) -> None:
        super().__init__(**given)
        self._wire = wire

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """Call a method; raises what `errors.error_of` takes."""
        if isinstance(
            auth := given.get("auth"), Mapping
        ):  # aiohttp is about to lose what slack_sdk makes of it
            given["auth"] = None
            given["headers"] = {**(given.get("headers") or {}), "Authorization": _basic(auth)}
        if self._wire is None:
            return await super().api_call(api_method, **given)
        async with self._wire.held() as session:
            self.session = session
            return await super().api_call(api_method, **given)


def make_client(settings: SlackSettings, token: str = "", *, wire: Wire | None = None) -> AsyncWebClient:
    """A client that repeats nothing."""
    return Client(
        wire,
        token=token or None,
        base_url=settings.api_url,
        timeout=CALL_SECONDS,
        retry_handlers=[],
        logger=_logger(),
    )


def _basic(auth: Mapping[str, str]) -> str:
    """https://www.rfc-editor.org/rfc/rfc7617."""
    pair = f"{auth['client_id']}:{auth['client_secret']}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS),
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_SECONDS),
    )


def _logger() -> logging.Logger:
    """Above the level at which slack_sdk puts whole messages together for its log."""
    logger = logging.getLogger("adapters.chat.slack.api.client")
    logger.setLevel(logging.INFO)
    return logger
