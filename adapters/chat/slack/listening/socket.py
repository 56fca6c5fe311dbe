"""Socket Mode: over connections the bot opens itself; https://docs.slack.dev/apis/events-api/using-socket-mode.

slack_sdk has a client for it, which tries one used-up address for ever, only logs that a token is refused, and hears
nothing while it renews a connection. Here the next connection is open before Slack closes the last.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.chat.slack.api.client import make_client
from adapters.chat.slack.api.errors import error_of, name_of
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.office import Office
from bot.errors import AuthFailed, Throttled

from .answering import FAILURES

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # between two tries to connect
STEADY_SECONDS = 30.0  # a connection that lasted so long was a good one
HEARTBEAT_SECONDS = 20.0
CONNECT_SECONDS = 15
REPLACED_SECONDS = 30.0  # what Slack was about to close is closed by then
CLOSED_AT_ONCE = frozenset(
    {"warning", "refresh_requested"}
)  # why Slack asks for a new connection, in good order
FIX = (
    'Make an app-level token with the scope connections:write under "Basic Information" of your Slack app, and set '
    "SLACK_APP_TOKEN to it."
)
log = logging.getLogger(__name__)


async def listen(office: Office, app: AsyncApp) -> None:
    """Answer over Socket Mode until cancelled; raises `AuthFailed` when the app-level token is refused."""
    async with aiohttp.ClientSession() as session:
        await _Lines(office, app, session).run()


@dataclass(eq=False, kw_only=True, slots=True)
class _Line:
    """One connection; `over` is set as soon as another one is needed."""

    socket: aiohttp.ClientWebSocketResponse
    since: float
    over: asyncio.Event = field(default_factory=asyncio.Event)
    in_order: bool = False  # Slack said before that it would close it


class _Lines:
    """The connection there is, with the one before it for as long as it is open."""

    def __init__(self, office: Office, app: AsyncApp, session: aiohttp.ClientSession) -> None:
        self._office = office
        self._app = app
        self._session = session
        self._running: set[asyncio.Task[None]] = set()
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Keep one connection open until cancelled."""
        try:
            while True:
                line = await self._opened()
                self._start(self._hear(line))
                await line.over.wait()
                lasted = self._now() - line.since
                if not line.in_order or lasted < FIRST_PAUSE:
                    await self._rest(steady=lasted > STEADY_SECONDS)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _opened(self) -> _Line:
        while True:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    socket = await self._session.ws_connect(
                        await self._address(), heartbeat=HEARTBEAT_SECONDS
                    )
                return _Line(socket=socket, since=self._now())
            except FAILURES as error:
                await self._not_opened(error)

    async def _address(self) -> str:
        """Where to connect to, once."""
        token = self._office.settings.app_token.get_secret_value()
        answer = await make_client(self._office.settings).apps_connections_open(app_token=token)
        return str(answer.get("url"))

    async def _not_opened(self, error: Exception) -> None:
        meant = error_of(error, self._office.clock)
        code = name_of(error)
        if isinstance(meant, AuthFailed):
            raise AuthFailed(f"Slack does not take SLACK_APP_TOKEN ({code}).", fix=FIX) from error
        log.warning("no connection to Slack (%s); it is tried again until there is one", code)
        if isinstance(meant, Throttled):
            await self._office.clock.sleep(meant.retry_after)
        await self._rest()

    async def _rest(self, *, steady: bool = False) -> None:
        """Wait before the next try: longer each time, until a connection has lasted."""
        self._pause = FIRST_PAUSE if steady else self._pause
        await self._office.clock.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _hear(self, line: _Line) -> None:
        try:
            async for message in line.socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(line, message.data)
        except FAILURES as error:
            log.info("a connection to Slack broke: %s", type(error).__name__)
        finally:
            line.over.set()
            await line.socket.close()

    def _take(self, line: _Line, text: str) -> None:
        try:
            envelope = json.loads(text)
        except ValueError:
            return
        if not isinstance(envelope, dict):
            return
        if envelope.get("type") == "disconnect":
            line.in_order = envelope.get("reason") in CLOSED_AT_ONCE
            line.over.set()
            self._start(self._put_down(line))
        elif request := SocketModeRequest.from_dict(envelope):
            self._start(self._answer(line, request))

    async def _put_down(self, line: _Line) -> None:
        """Close a connection that was replaced, should Slack not have done so."""
        await asyncio.sleep(REPLACED_SECONDS)
        await line.socket.close()

    async def _answer(self, line: _Line, request: SocketModeRequest) -> None:
        try:
            response = await run_async_bolt_app(self._app, request)
            if response.status == 200:
                await line.socket.send_json({"envelope_id": request.envelope_id, **_payload(response)})
        except FAILURES as error:  # Slack sends it again, and what was done already is known
            log.info("an acknowledgement did not reach Slack: %s", type(error).__name__)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _now(self) -> float:
        return self._office.clock.monotonic()


def _payload(response: BoltResponse) -> Json:
    """What an acknowledgement carries: the options of a menu, the next view of a window."""
    if not response.body:
        return {}
    kind = response.headers.get("content-type", [""])[0]
    is_json = kind.startswith("application/json")
    return {"payload": json.loads(response.body) if is_json else {"text": response.body}}
