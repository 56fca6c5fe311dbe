from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address, Destination, Schedule
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_listing
from bot.testing.postgres import PostgresServer

MakeDestination = Callable[..., Awaitable[Destination]]
MakePlan = Callable[..., Awaitable[SlotPlan]]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with nothing in it; copying it is quicker than migrating anew for each test."""
    path = tmp_path_factory.mktemp("empty") / "paperround.db"
    store = Store.open_now(f"sqlite:///{path}")
    store.database.close_now()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_database: Path) -> str:
    """A file, for what only a file can show."""
    shutil.copyfile(empty_database, tmp_path / "paperround.db")
    return f"sqlite:///{tmp_path / 'paperround.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database with nothing in it, on each of the two."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.empty()
    yield url
    server.drop(url)


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    async with await Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    async with await Store.open(postgres_url) as opened:
        yield opened


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with await Store.open(url) as opened:
        yield opened


@pytest.fixture
def make_destination(store: Store) -> MakeDestination:
    async def make(
        platform: str = "console", workspace: str = "local", channel: str = "terminal", **changes: Any
    ) -> Destination:
        given: dict[str, Any] = {
            "name": "this terminal",
            "schedule": Schedule(at=time(9, 0), tz="Europe/Berlin"),
            "next_due_at": SAMPLE_NOW,
            "now": SAMPLE_NOW,
        }
        address = Address(platform=platform, workspace=workspace, channel=channel)
        return await store.ensure_destination(address, **(given | changes))

    return make


@pytest.fixture
async def papers(store: Store) -> tuple[Paper, ...]:
    """Six sample papers, stored."""
    await store.add_batch(make_batch(*(make_listing(number) for number in range(1, 7))), now=SAMPLE_NOW)
    return await store.listed(since=date(2026, 6, 1))


@pytest.fixture
def make_plan(papers: tuple[Paper, ...]) -> Callable[..., SlotPlan]:
    """A plan for a destination: shows the first paper, folds the second, defers the third."""

    def make(destination: Destination, **changes: Any) -> SlotPlan:
        picks = [
            Pick(paper=paper, why=(Why(query="knit", subscription_id=1, hits=("title knit",)),), score=1.0)
            for paper in papers
        ]
        digest = Digest(
            address=destination.address,
            destination=destination.name,
            day=date(2026, 6, 1),
            tz="UTC",
            groups=(Group(title="knit", picks=(picks[0],)),),
            folded=(Folded(paper_id=papers[1].id, score=1.0, query="knit"),),
            deferred=(papers[2].id,),
        )
        given: dict[str, Any] = {
            "destination_id": destination.id,
            "slot_key": "2026-06-01",
            "day": date(2026, 6, 1),
            "due_at": SAMPLE_NOW,
            "state": SlotState.OPEN,
            "digest": digest,
            "expected_next_due_at": SAMPLE_NOW,
            "next_due_at": SAMPLE_NOW + timedelta(days=1),
            "expires_at": SAMPLE_NOW + timedelta(hours=12),
        }
        return SlotPlan(**(given | changes))

    return make
