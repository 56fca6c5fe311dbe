"""A platform for `bench deliver`: a process of its own that answers every POST after five milliseconds, over loopback."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

ANSWER_SECONDS = 0.005
BODY = b'{"ok":true}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class Answering(asyncio.Protocol):
    """One connection kept alive; as much of HTTP as the bench's own client speaks."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._request_end()) is not None:
            self._buffer = self._buffer[end:]
            asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._answer)

    def _request_end(self) -> int | None:
        head, found, rest = self._buffer.partition(HEAD_END)
        if not found:
            return None
        lines = (line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
        length = int(next(lines, LENGTH + b"0").removeprefix(LENGTH))
        return len(head) + len(HEAD_END) + length if len(rest) >= length else None

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(ANSWER)


@contextmanager
def far_side() -> Iterator[str]:
    """The address of a platform that runs while the block does."""
    mine, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(its,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}/send"
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection) -> None:
    asyncio.run(_listen(pipe))


async def _listen(pipe: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()
