"""A small archive of invented papers, and a reader who asks for its pages."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from adapters.web.guard import guarded
from adapters.web.pages import Site, make_pages
from bot.commands.archive import Archive
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing

TODAY = date(2026, 6, 1)  # a Monday
NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
ADDRESS = "https://papers.example.org"
TITLES = {
    1: ("Flow Matching for Knitting Robots", 41, TODAY),
    2: ("A Survey of Knitting", 12, TODAY),
    3: ("Diffusion Models Bake Bread", 7, TODAY - timedelta(days=3)),
    4: ("Reward Hacking in Sourdough Starters", 90, TODAY - timedelta(days=4)),
}
Asked: TypeAlias = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture(scope="session")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample papers; made once, copied for each test."""
    path = tmp_path_factory.mktemp("shelved") / "papers.db"
    asyncio.run(filled(f"sqlite:///{path}"))
    return path


async def filled(url: str) -> None:
    """Put the sample papers into a database."""
    async with await Store.open(url) as opened:
        for number, (title, votes, day) in TITLES.items():
            facts = make_facts(
                number,
                title=title,
                abstract=f"We study {title.lower()}. It works well.",
                code_url="https://code.example.org/knit" if number == 1 else "",
                stars=1200 if number == 1 else None,
            )
            listing = make_listing(number, facts=facts, votes=votes, day=day)
            await opened.add_batch(make_batch(listing), now=NOW - (TODAY - day))


@pytest.fixture
async def store(shelved: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(shelved, tmp_path / "papers.db")
    async with await Store.open(f"sqlite:///{tmp_path / 'papers.db'}", migrate=False) as opened:
        yield opened


@pytest.fixture
def site(store: Store) -> Site:
    return Site(archive=Archive(store=store, clock=FakeClock(NOW)), address=ADDRESS)


def reader_of(site: Site) -> httpx.AsyncClient:
    """Somebody who asks a site for its pages, without a network."""
    transport = httpx.ASGITransport(app=guarded(make_pages(site)), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS)


@pytest.fixture
async def ask(site: Site) -> AsyncIterator[Asked]:
    async with reader_of(site) as reader:
        yield reader.get
