"""httpx over sockets that only ever go to vetted addresses.

The name is resolved once per connection, every address it has is vetted, and the connection goes to one of exactly those:
a name that answers differently a moment later (DNS rebinding) gains nothing. Host header, SNI and certificate check keep
the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

import httpcore
import httpx

from bot.errors import SourceError

from .addresses import IPNetwork, vet

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

TRIES = 3  # addresses of one host tried before giving up
CONNECTIONS = 20


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host, as the machine's resolver gives them; also reads `127.1` and `0x7f000001`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class VettedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses, never to names."""

    def __init__(self, *, allowed: Sequence[IPNetwork], resolver: Resolver) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection to one of the host's addresses, when all of them may be connected to."""
        addresses = vet(host, port, await self._resolved(host, port), allowed=self._allowed)
        problem: Exception = httpcore.ConnectError(host)
        for address in addresses[:TRIES]:
            try:
                return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore asks for it between its own retries, which are off."""
        await asyncio.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> Sequence[str]:
        try:
            return await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise SourceError(
                f"The name {host} could not be looked up, so nothing was fetched from it.",
                reason="unreachable",
                fix="Check the network and the name.",
            ) from error


class VettedTransport(httpx.AsyncBaseTransport):
    """httpx's seam to the network, on `VettedBackend`; no proxy, no keep-alive, one try."""

    def __init__(
        self, *, allowed: Sequence[IPNetwork], resolver: Resolver, tls: ssl.SSLContext | None
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=0,
            network_backend=VettedBackend(allowed=allowed, resolver=resolver),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body; the caller reads and closes the answer."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._answer.stream
        if not isinstance(stream, AsyncIterable):
            raise TypeError("httpcore's pool gave a stream for blocking code")
        async for chunk in stream:
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
