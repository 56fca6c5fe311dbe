"""A real HTTP server on loopback, scripted, that records what reached it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

Play: TypeAlias = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)


def reply(status: int = 200, body: bytes = b"", *, framed: bool = True, **headers: str) -> Play:
    """Answer in one piece; `content_type="..."` becomes `Content-Type`; `framed=False` leaves out Content-Length."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if framed:
        given = {"content-length": str(len(body))} | given

    async def play(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, given) + body)
        await writer.drain()

    return play


def redirect(to: str, status: int = 302) -> Play:
    """Send the client elsewhere."""
    return reply(status, location=to)


def raw(data: bytes) -> Play:
    """Send these bytes, whatever they are, and close."""

    async def play(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return play


def endless(chunk: bytes, *, every: float = 0.0, start: bytes | None = None) -> Play:
    """Begin an answer (or with `start`) and never end it, one chunk `every` so many seconds."""

    async def play(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head(200, {}) if start is None else start)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(every)

    return play


def silent() -> Play:
    """Accept the request and never answer."""

    async def play(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    return play


def unless_known(etag: str, body: bytes) -> Play:
    """Answer 304 to who already has `etag`, else 200 with it."""

    async def play(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("if-none-match") == etag
        answer = reply(304, etag=etag) if known else reply(200, body, etag=etag)
        await answer(request, writer)

    return play


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The status line and headers of an answer that ends with its connection."""
    lines = [f"HTTP/1.1 {status} Scripted", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class FakeServer:
    """Plays the script of each path; several for one path are played in order, the last again and again."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.together = 0  # the most connections open at once
        self._scripts: dict[str, deque[Play]] = {}
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def on(self, path: str, *plays: Play) -> Self:
        """Play these for a path; returns itself, to be chained."""
        self._scripts[path] = deque(plays)
        return self

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("The server is not running: use `async with`.")
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The URL of a path."""
        return f"http://{host}:{self.port}{path}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._open.add(task)
        self.together = max(self.together, len(self._open))
        try:
            await asyncio.wait({task})
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = _parse(await reader.readuntil(b"\r\n\r\n"))
            self.requests.append(request)
            await self._play(request.target.split("?")[0])(request, writer)

    def _play(self, path: str) -> Play:
        plays = self._scripts.get(path)
        if not plays:
            return reply(404)
        return plays.popleft() if len(plays) > 1 else plays[0]


def _parse(data: bytes) -> Request:
    first, *rest = data.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _version = first.split(" ", 2)
    pairs = (line.split(": ", 1) for line in rest)
    return Request(method=method, target=target, headers={name.lower(): value for name, value in pairs})
