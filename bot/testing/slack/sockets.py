"""Socket Mode: the connections of the bot, and envelopes sent over them; https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .call import Call, Refused
from .state import State

CONNECTING_SECONDS = 30.0  # how long something that is sent waits for the bot to be connected


@dataclass(kw_only=True)
class Sockets:
    """Every open connection; each envelope goes to any one of them."""

    state: State
    app_token: str
    tickets: set[str] = field(default_factory=set)
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    opened: int = 0  # connections ever made
    _acks: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _turn: int = 0

    def open(self, call: Call) -> dict[str, Any]:
        """Give out the address of a connection: apps.connections.open."""
        if call.bearer != self.app_token:
            raise Refused("invalid_auth" if call.bearer.startswith("xapp-") else "not_allowed_token_type")
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return {"url": f"ws{self.state.base.removeprefix('http')}socket/{ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Be one connection until either side ends it."""
        if request.match_info["ticket"] not in self.tickets:
            return web.Response(status=401)
        self.tickets.discard(request.match_info["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        self.opened += 1
        try:
            await socket.send_json(self._hello())
            await self._listen(socket)
        finally:
            self.connections.remove(socket)
        return socket

    async def send(self, kind: str, payload: dict[str, Any], *, seconds: float, **more: Any) -> Any:
        """Send an envelope; what it was acknowledged with, or TimeoutError."""
        name = secrets.token_hex(16)
        envelope = {"type": kind, "envelope_id": name, "payload": payload}
        self._acks[name] = ack = asyncio.get_running_loop().create_future()
        socket = await self._one()
        try:
            await socket.send_json({**envelope, "accepts_response_payload": kind != "events_api", **more})
            return await asyncio.wait_for(ack, seconds)
        finally:
            del self._acks[name]

    async def connected(self, count: int = 1, seconds: float = CONNECTING_SECONDS) -> None:
        """Wait until the bot has so many connections."""
        async with asyncio.timeout(seconds):
            while len(self.connections) < count:  # noqa: ASYNC110 - a test waits, and may give up
                await asyncio.sleep(0.01)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the bot that its connections end ("warning": soon), and end them."""
        for socket in list(self.connections):
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}}
            )
            if reason != "warning":
                await socket.close()

    async def _one(self) -> web.WebSocketResponse:
        await self.connected()
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))

    def _acknowledged(self, said: dict[str, Any]) -> None:
        waiting = self._acks.get(said.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(said.get("payload"))

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.state.app.id},
        }
