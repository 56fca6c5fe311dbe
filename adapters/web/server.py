"""The HTTP server, run within an event loop that others share."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from uvicorn import Config, Server

from bot.errors import ConfigError
from bot.ports import ASGIApp

from .impatient import Impatient

GRACE_SECONDS = 1  # for answers under way when it is stopped: Slack waits three seconds for them at most
LAST_SECONDS = 1.0  # for what was cut off after that
# Beyond them 503: each may hold a body of a megabyte, and the files this process may open are for the database, too.
MOST_CONNECTIONS = 200
QUEUE = 128


async def serve(
    app: ASGIApp, *, host: str, port: int, listening: Callable[[int], None] = lambda _port: None
) -> None:
    """Serve until cancelled, and leave nothing running; a `ConfigError` when it cannot listen there.

    `port` 0 takes a free one; `listening` is told which, as soon as requests are taken.
    """
    with listener(host, port) as taken:
        await serve_on(taken, app, listening)


async def serve_on(
    taken: socket.socket, app: ASGIApp, listening: Callable[[int], None] = lambda _port: None
) -> None:
    """As `serve`, on a socket that listens already."""
    server = _Server(app, lambda: listening(taken.getsockname()[1]))
    running = asyncio.create_task(server.serve(sockets=[taken]), name="http")
    try:
        await asyncio.shield(running)
    finally:
        server.should_exit = True
        await _ended(running)
        await _cut_off(server)


@contextmanager
def listener(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there; a `ConfigError` that names the setting when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, port), family=family, backlog=QUEUE)
    except OSError as error:
        raise _refusal(error, host, port) from error
    # Every connection has it of its listener: a body must not wait 40 ms until its head was acknowledged.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with taken:
        yield taken


class _Server(Server):
    """uvicorn, which leaves signals to whoever runs the loop and logs no address: some hold codes."""

    def __init__(self, app: ASGIApp, started: Callable[[], None]) -> None:
        super().__init__(
            Config(
                _as_it_is(app),
                http=Impatient,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=MOST_CONNECTIONS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._begun = started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._begun()


def _as_it_is(app: ASGIApp) -> ASGIApp:
    """The application with a signature from which uvicorn guesses nothing else."""

    async def asgi(scope: object, receive: object, send: object) -> None:
        await app(scope, receive, send)

    return asgi


async def _ended(running: asyncio.Task[None]) -> None:
    """Wait for the server's own end, which answers what is under way; a second cancel does not wait."""
    with suppress(asyncio.CancelledError):
        done, _ = await asyncio.wait({running}, timeout=GRACE_SECONDS + LAST_SECONDS)
        if done:
            return
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _cut_off(server: Server) -> None:
    left = set(server.server_state.tasks)
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=LAST_SECONDS)


def _refusal(error: OSError, host: str, port: int) -> ConfigError:
    number = error.errno or 0
    if (
        number in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT} or number < 0
    ):  # below 0: no such name (EAI_NONAME)
        return ConfigError(
            f"PAPERROUND_WEB_HOST={host} is no address of this machine.",
            fix="127.0.0.1 is reached from this machine only, 0.0.0.0 from everywhere.",
        )
    why = {errno.EADDRINUSE: "is taken by another program", errno.EACCES: "may not be used by this user"}
    return ConfigError(
        f"PAPERROUND_WEB_PORT={port} {why.get(number, f'cannot be used ({error.strerror})')}.",
        fix="Choose another one, for example PAPERROUND_WEB_PORT=8081.",
    )
