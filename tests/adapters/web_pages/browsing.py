"""Pages behind a real server, on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

from adapters.web.host import make_host
from adapters.web.server import serve
from bot.ports import ASGIApp


@contextmanager
def serving(make: Callable[[], AbstractAsyncContextManager[ASGIApp]]) -> Iterator[str]:
    """The pages on a free port of loopback, in a thread of their own."""
    loop, up, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    ports: list[int] = []

    def listening(port: int) -> None:
        ports.append(port)
        up.set()

    async def hosting() -> None:
        async with make() as pages:
            host = make_host({}, ready=_all_is_well, pages=pages)
            task = asyncio.create_task(serve(host, host="127.0.0.1", port=0, listening=listening))
            await over.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    thread = threading.Thread(target=_run, args=(loop, hosting))
    thread.start()
    try:
        assert up.wait(60)
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop, hosting: Callable[[], Awaitable[None]]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(hosting())  # type: ignore[arg-type]  # a coroutine function


async def _all_is_well() -> str:
    return ""
