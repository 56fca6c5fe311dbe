"""What tests of several adapters share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import pytest

from adapters.web.host import make_host
from adapters.web.server import serve
from bot.ports import ASGIApp

Served: TypeAlias = Callable[..., AbstractAsyncContextManager[str]]


async def all_is_well() -> str:
    return ""


@pytest.fixture
def served() -> Served:
    """The real web host on a free port of loopback: `async with served(slack=asgi) as url`."""

    @asynccontextmanager
    async def hosting(ready: Callable[[], object] = all_is_well, **mounts: ASGIApp) -> AsyncIterator[str]:
        port = asyncio.get_running_loop().create_future()
        host = make_host({f"/{name}": app for name, app in mounts.items()}, ready=ready)
        task = asyncio.create_task(serve(host, host="127.0.0.1", port=0, listening=port.set_result))
        try:
            yield f"http://127.0.0.1:{await port}"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return hosting
