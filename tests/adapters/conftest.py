"""What tests of several adapters share."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from adapters.web.host import make_host
from adapters.web.server import serve
from bot.ports import ASGIApp
from bot.storage.store import Store
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_batch, make_facts, make_listing

TITLES = {1: "Flow Matching for Knitting Robots", 2: "A Survey of Knitting", 3: "Diffusion Models Bake Bread"}
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


@pytest.fixture(scope="session")
def three_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with sample papers; made once, copied for each test."""
    path = tmp_path_factory.mktemp("three_papers") / "papers.db"
    asyncio.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    async with await Store.open(f"sqlite:///{path}") as opened:
        for number, title in TITLES.items():
            facts = make_facts(number, title=title, abstract=f"We study {title.lower()}. It works well.")
            listing = make_listing(number, facts=facts, votes=number, day=SAMPLE_DAY)
            await opened.add_batch(make_batch(listing), now=SAMPLE_NOW)


@pytest.fixture
async def store(three_papers: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(three_papers, tmp_path / "papers.db")
    async with await Store.open(f"sqlite:///{tmp_path / 'papers.db'}", migrate=False) as opened:
        yield opened
