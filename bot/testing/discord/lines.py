"""One connection to the gateway, and the session it carries."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from . import striking
from .world import Guild, Json

MOST_SENT, MOST_BYTES = 120, 4096  # in a minute, in one payload


@dataclass(kw_only=True, eq=False)
class Session:
    """One identified shard; events are kept for a resume."""

    id: str
    intents: int
    shard: tuple[int, int]
    events: list[Json] = field(default_factory=list)
    line: Line | None = None

    def concerns(self, guild: Guild | None) -> bool:
        """Whether what happens in a server is told to this shard."""
        number, count = self.shard
        return number == 0 if guild is None else (int(guild.id) >> 22) % count == number

    async def tell(self, event: str, data: Json) -> None:
        """Send an event, and keep it."""
        whole = {"op": 0, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(whole)
        if self.line is not None:
            await self.line.send(whole)


class Line:
    """One connection; with compress=zlib-stream everything goes through one compressor."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        """Speak over this socket."""
        self.socket = socket
        self.session: Session | None = None
        self.request = request
        self.sent: deque[float] = deque()
        self.by_us = False  # the close code that comes back is then an echo
        self._squeeze = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(self, payload: Json) -> None:
        """Send a payload; a connection that is gone takes none."""
        text = json.dumps(payload)
        with suppress(ConnectionError, RuntimeError):
            if self._squeeze is None:
                await self.socket.send_str(text)
            else:
                packed = self._squeeze.compress(text.encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)

    async def close(self, code: int) -> None:
        """Close with one of Discord's codes."""
        self.by_us = True
        await self.socket.close(code=code)

    def cut(self) -> None:
        """Cut the connection without a word."""
        self.by_us = True
        striking.cut(self.request)


def too_much(line: Line, data: str | bytes) -> int:
    """A code to close with when a client sends too much at once or too often."""
    now = asyncio.get_running_loop().time()
    line.sent.append(now)
    while line.sent[0] < now - 60:
        line.sent.popleft()
    if len(data) > MOST_BYTES:
        return 4002
    return 4008 if len(line.sent) > MOST_SENT else 0
