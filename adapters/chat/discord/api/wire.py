"""The one way to Discord's REST API: discord.py's own client without its gateway, and without its repeating.

discord.py keeps the limits of each route, as every answer tells them; what waits, repeats or gives up is ours.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import aiohttp
import discord
from discord.http import HTTPClient, Route

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import AuthFailed, DeliveryError, Throttled, Transient, Unknown
from bot.ports import Clock

from .attempt import Attempt, heed, watching
from .budget import Budget
from .errors import Refusal, Refused, lost, never_sent, refused, throttled
from .lines import Lines
from .pacer import Pacer

CALL_SECONDS = 25  # well below the minute after which an uncertain message is looked for
CONNECT_SECONDS = 8
KEPT_SECONDS = 15.0  # an unused connection; one that Discord has closed meanwhile would leave a post in doubt
MOST_CONNECTIONS = 100
UNANSWERED = "Discord did not answer what it was asked, so nothing was posted yet."
LONGEST_LIMIT = 30.0  # the least discord.py takes: what a route asks for beyond is `Throttled`

Ids: TypeAlias = Mapping[str, str]


class Wire:
    """Requests with the bot's token, over one pool of connections that is opened by the first."""

    def __init__(self, settings: DiscordSettings, clock: Clock) -> None:
        self.budget = Budget(clock)
        self.pacer = Pacer(clock)
        self._lines = Lines(clock)
        self._settings = settings
        self._http: HTTPClient | None = None
        self._me: Json = {}
        self._opening: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls = 0
        self._closing = False

    @property
    def own_id(self) -> str:
        """The bot's own id; "" before the first request."""
        return str(self._me.get("id") or "")

    async def me(self) -> Json:
        """The bot as a user of Discord: its `id` and `username`."""
        if not self._me:
            self._me = _object(await self.get("/users/@me"))
        return self._me

    async def get(self, path: str, query: Mapping[str, str | int] | None = None, **ids: str) -> object:
        """Ask; raises `Refused` when Discord says no, and a `DeliveryError` when it says nothing of use."""
        try:
            return await self._request("GET", path, ids, params=query)
        except Unknown as error:  # of a post; whoever only asked has posted nothing
            raise Transient(UNANSWERED) from error

    async def post(self, path: str, body: Json | None = None, **ids: str) -> Json:
        """Have something done, once; raises as `get` does."""
        return _object(await self._request("POST", path, ids, json=body))

    async def close(self) -> None:
        """Close the connections as soon as no request is on its way; the next request opens them again."""
        self._closing = True
        if not self._calls:
            await self._closed()

    async def _request(self, method: str, path: str, ids: Ids, **given: object) -> object:
        self.budget.check()
        attempt = Attempt()
        try:
            async with self._held() as http, asyncio.timeout(CALL_SECONDS):
                await self._in_line(http, Route(method, path, **ids), attempt, given)
        except (DeliveryError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, a message's outcome has a name
            return self._outcome(attempt, error)
        finally:
            self._ended(attempt)
        return _parsed(attempt.body)

    async def _in_line(
        self, http: HTTPClient, route: Route, attempt: Attempt, given: Mapping[str, object]
    ) -> None:
        async with self._lines.turn(route):
            _let_in(http, route)
            try:
                await _asked(http, route, attempt, given)
            finally:
                self._lines.heed(route, attempt.refusal)

    def _ended(self, attempt: Attempt) -> None:
        if attempt.begun:
            self.pacer.left()

    def _outcome(self, attempt: Attempt, error: Exception) -> object:
        """What is certain after a request that discord.py did not bring to its end."""
        if attempt.refusal:
            heed(self.pacer, attempt.refusal)
            raise _no(attempt.refusal) from error
        if isinstance(error, discord.RateLimited):
            raise throttled(Refusal(status=429, retry_after=error.retry_after)) from error
        if attempt.is_answered and isinstance(error, asyncio.TimeoutError):
            return _parsed(attempt.body)  # it was only waiting for the limit of the next one
        raise (lost if attempt.sent else never_sent)(error) from error

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[HTTPClient]:
        """The client, for one request; it is not closed meanwhile."""
        self._calls += 1
        try:
            yield await self._opened()
        finally:
            self._calls -= 1
            if self._closing and not self._calls:
                await self._closed()

    async def _opened(self) -> HTTPClient:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # what was opened on another loop went with it
            self._loop, self._http, self._opening = loop, None, asyncio.Lock()
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            self._closing = False
            if self._http is None:
                self._http = await self._logged_in()
            return self._http

    async def _logged_in(self) -> HTTPClient:
        """A client that Discord takes the token of; raises a `DeliveryError`."""
        Route.BASE = self._settings.api_url  # where discord.py sends everything
        attempt = Attempt()
        http = _client(self.budget, self.pacer, attempt)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await http.static_login(self._settings.token.get_secret_value())
            self._me = _object(_parsed(attempt.body))
        except BaseException as error:
            await http.close()
            if not isinstance(error, Exception):
                raise
            raise self._not_in(attempt, error) from error
        finally:
            self._ended(attempt)
        return http

    def _not_in(self, attempt: Attempt, error: Exception) -> DeliveryError:
        """Why there is no client; whatever it was, nothing was posted."""
        if isinstance(error, DeliveryError):
            return error
        if attempt.refusal is None:
            return never_sent(error)
        heed(self.pacer, attempt.refusal)
        told = refused(attempt.refusal)
        return told if isinstance(told, AuthFailed | Throttled) else Transient(UNANSWERED)

    async def _closed(self) -> None:
        self._closing = False
        http, self._http = self._http, None
        if http is not None and self._loop is asyncio.get_running_loop():
            await http.close()


def _client(budget: Budget, pacer: Pacer, first: Attempt) -> HTTPClient:
    return HTTPClient(
        asyncio.get_running_loop(),
        aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_SECONDS),
        http_trace=watching(budget, pacer, first),
        max_ratelimit_timeout=LONGEST_LIMIT,
    )


def _let_in(http: HTTPClient, route: Route) -> None:
    """Have discord.py use up a limit that ends late: it refuses such a route even when something is left of it."""
    name = http._bucket_hashes.get(route.key, route.key)  # noqa: SLF001 - as it finds the limit itself
    limit = http.get_ratelimit(f"{name}:{route.major_parameters}")
    if limit.remaining > 0 and not limit.is_expired():
        limit.expires = None  # the answer says it anew


async def _asked(http: HTTPClient, route: Route, attempt: Attempt, given: Mapping[str, object]) -> None:
    """Ask once. An answer that leads elsewhere is none: the token is for Discord alone."""
    whole: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    await http.request(route, allow_redirects=False, trace_request_ctx=attempt, **whole)


def _no(refusal: Refusal) -> Exception:
    """What to raise: who asked may know better what a code means there."""
    told = refused(refusal)
    return told if isinstance(told, Throttled | Unknown | AuthFailed) else Refused(refusal)


def _parsed(body: bytes | None) -> object:
    """What was answered, whatever kind it says it is; discord.py reads one spelling of JSON's alone."""
    try:
        return json.loads(body) if body else {}
    except ValueError as error:
        raise lost(error) from error


def _object(data: object) -> Json:
    """An answer that is an object; {} for every other, which names nothing."""
    return data if isinstance(data, dict) else {}
