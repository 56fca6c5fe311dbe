"""The gateway: hello, identify, heartbeat, resume, shards, and events to whoever listens.

https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from aiohttp import WSMsgType, web

from .lines import Line, Session, too_much
from .objects import guild_event
from .state import State
from .world import Guild, Json

GUILDS = 1 << 0
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content


class Gateway:
    """All connections and sessions of one stand-in."""

    def __init__(self, state: State, *, heartbeat: float = 41.25) -> None:
        """Listen for this state; it hands over what happens."""
        self._state = state
        self._beat = heartbeat
        self.lines: list[Line] = []
        self.sessions: dict[str, Session] = {}
        self.refusals = 0  # how many connections are still to be refused
        self.invalid = 0  # how many sessions are still to be none as soon as they are begun
        self.deaf = False  # heartbeats are not acknowledged
        self.seen: list[tuple[str, Any]] = []  # what clients did: "identify", "resume", "heartbeat", ...
        self._waiting: asyncio.Queue[tuple[str, Json, Guild | None]] = asyncio.Queue()
        state.dispatch = lambda event, data, guild: self._waiting.put_nowait((event, data, guild))
        self._teller: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tell what happens."""
        self._teller = asyncio.create_task(self._tell_all())

    async def stop(self) -> None:
        """End every connection."""
        if self._teller is not None:
            self._teller.cancel()
        for line in list(self.lines):
            await line.close(1001)

    @property
    def ready(self) -> bool:
        """Whether somebody listens."""
        return any(one.line is not None for one in self.sessions.values())

    def count(self, what: str) -> int:
        """How often clients did something."""
        return sum(name == what for name, _ in self.seen)

    async def drop(self, code: int | None = None) -> None:
        """Close every connection with a code, or cut it; after 1000, 1001 and 4009 nothing can be resumed."""
        for line in list(self.lines):
            if line.session is not None and code in {1000, 1001, 4009}:
                self.sessions.pop(line.session.id, None)
            await line.close(code) if code is not None else line.cut()

    async def reconnect(self) -> None:
        """Ask every client to come again."""
        await self._to_all({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is none any more."""
        if not resumable:
            self.sessions.clear()
        await self._to_all({"op": 9, "d": resumable, "s": None, "t": None})

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one connection until it ends."""
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503, text="not now")
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        line = Line(socket, request)
        self.lines.append(line)
        hello = {"heartbeat_interval": int(self._beat * 1000), "_trace": []}
        await line.send({"op": 10, "d": hello, "s": None, "t": None})
        try:
            await self._listen(line)
        finally:
            self._ended(line)
        return socket

    async def _listen(self, line: Line) -> None:
        async for message in line.socket:
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                continue
            refused = too_much(line, message.data) or await self._taken(line, json.loads(message.data))
            if refused:
                await line.close(refused)

    def _ended(self, line: Line) -> None:
        self.lines.remove(line)
        session = line.session
        if session is None or session.line is not line:
            return
        session.line = None
        if line.socket.close_code in {1000, 1001} and not line.by_us:
            self.sessions.pop(session.id, None)

    async def _taken(self, line: Line, payload: Json) -> int:
        """Do what a client says; a code to close with, or 0."""
        given: Any = payload.get("d")
        match payload.get("op"):
            case 1:
                await self._heartbeat(line)
            case 2:
                return await self._identify(line, given)
            case 6:
                return await self._resume(line, given)
            case op if op not in {3, 4, 8, 31}:
                return 4001
        return 0

    async def _heartbeat(self, line: Line) -> None:
        self.seen.append(("heartbeat", None))
        if not self.deaf:
            await line.send({"op": 11, "d": None, "s": None, "t": None})

    async def _identify(self, line: Line, given: Json) -> int:
        number, count = given.get("shard") or (0, 1)
        self.seen.append(("identify", {"intents": given.get("intents"), "shard": (number, count)}))
        refused = self._refusal(line, given, number, count)
        if refused:
            return refused
        self._state.starts_left -= 1
        if self.invalid > 0:
            self.invalid -= 1
            await line.send({"op": 9, "d": False, "s": None, "t": None})
            return 0
        session = Session(
            id=secrets.token_hex(8), intents=int(given["intents"]), shard=(number, count), line=line
        )
        line.session = self.sessions[session.id] = session
        await self._welcome(session)
        return 0

    def _refusal(self, line: Line, given: Json, number: int, count: int) -> int:
        intents = given.get("intents")
        reasons = {
            4005: line.session is not None,
            4004: given.get("token") != self._state.token,
            4013: not isinstance(intents, int) or not 0 <= intents < 1 << 26,
            4014: isinstance(intents, int) and bool(intents & PRIVILEGED),
            4010: number >= count,
        }
        return next((code for code, applies in reasons.items() if applies), 0)

    async def _welcome(self, session: Session) -> None:
        bot = self._state.bot
        mine = [one for one in self._state.guilds.values() if bot.id in one.members and session.concerns(one)]
        ready = {
            "v": 10,
            "user": {**bot.described(), "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": one.id, "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": self._state.base.replace("http", "ws", 1) + "/gateway",
            "shard": list(session.shard),
            "application": {"id": bot.id, "flags": 1 << 23},
            "private_channels": [],
            "_trace": [],
        }
        await session.tell("READY", ready)
        for guild in mine if session.intents & GUILDS else []:
            await session.tell("GUILD_CREATE", guild_event(guild, bot))

    async def _resume(self, line: Line, given: Json) -> int:
        session = self.sessions.get(given.get("session_id", ""))
        self.seen.append(("resume", session is not None))
        if given.get("token") != self._state.token:
            return 4004
        if session is None:
            await line.send({"op": 9, "d": False, "s": None, "t": None})
            return 0
        if int(given.get("seq") or 0) > len(session.events):
            return 4007
        line.session, session.line = session, line
        for missed in session.events[int(given.get("seq") or 0) :]:
            await line.send(missed)
        await session.tell("RESUMED", {"_trace": []})
        return 0

    async def _tell_all(self) -> None:
        while True:
            event, data, guild = await self._waiting.get()
            for session in list(self.sessions.values()):
                if session.concerns(guild) and (session.intents & GUILDS or event == "INTERACTION_CREATE"):
                    await session.tell(event, data)

    async def _to_all(self, payload: Json) -> None:
        for line in list(self.lines):
            await line.send(payload)
