"""A real store with a few sample papers, and somebody who asks."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.context import Asker, Context, FetchedFeed, Posted, Services
from bot.commands.dispatch import dispatch
from bot.commands.replies import Reply
from bot.domain.digest import Digest
from bot.domain.subscription import Address, Destination, Schedule
from bot.errors import SourceError
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing

HERE = Address(platform="slack", workspace="T1", channel="C1")
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)  # a Monday
Ask = Callable[..., Awaitable[Reply]]

TITLES = {
    1: ("Flow Matching for Knitting Robots", 41, TODAY),
    2: ("A Survey of Knitting", 12, TODAY),
    3: ("Diffusion Models Bake Bread", 7, TODAY - timedelta(days=3)),
    4: ("Reward Hacking in Sourdough Starters", 90, TODAY - timedelta(days=4)),
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample papers; made once, copied for each test."""
    path = tmp_path_factory.mktemp("stored") / "papers.db"
    asyncio.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    async with await Store.open(f"sqlite:///{path}") as opened:
        for number, (title, votes, day) in TITLES.items():
            facts = make_facts(number, title=title, abstract=f"We study {title.lower()}. It works well.")
            listing = make_listing(number, facts=facts, votes=votes, day=day)
            seen = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
            await opened.add_batch(make_batch(listing), now=seen)


@pytest.fixture
async def store(stored: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(stored, tmp_path / "papers.db")
    async with await Store.open(f"sqlite:///{tmp_path / 'papers.db'}", migrate=False) as opened:
        yield opened


class Desk:
    """The services of the application, as a test wants them."""

    def __init__(self) -> None:
        self.posted: list[Destination] = []
        self.digest: Digest | None = None
        self.arrives = True
        self.feeds: dict[str, FetchedFeed] = {}
        self.objection = ""
        self.closed: set[str] = set()  # channels that are only their members' own
        self.ruled_by_others: set[str] = set()

    async def post_now(self, destination: Destination) -> Posted | None:
        self.posted.append(destination)
        return Posted(digest=self.digest, arrived=self.arrives) if self.digest else None

    async def fetch_feed(self, url: str) -> FetchedFeed:
        if url not in self.feeds:
            raise SourceError(f"{url} did not answer.", reason="timeout", fix="Try it later.")
        return self.feeds[url]

    async def may_read(self, address: Address, person: str) -> bool:
        return address.channel not in self.closed

    async def manages(self, address: Address, person: str) -> bool:
        return address.channel not in self.ruled_by_others

    async def why_not_post(self, address: Address) -> str:
        return self.objection


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def context(store: Store, clock: FakeClock, desk: Desk) -> Context:
    return Context(
        store=store,
        clock=clock,
        asker=Asker(user="U1", name="Ada", manager=True, tz="Europe/Berlin"),
        address=HERE,
        place="#knitting",
        schedule=Schedule(),
        services=Services(
            post_now=desk.post_now,
            fetch_feed=desk.fetch_feed,
            why_not_post=desk.why_not_post,
            may_read=desk.may_read,
            manages=desk.manages,
            prefix="/papers ",
        ),
    )


@pytest.fixture
def ask(context: Context) -> Ask:
    """Type a line; `manager=False` and the like change who asks."""

    async def typed(line: str, **changes: object) -> Reply:
        asker = replace(context.asker, **changes)  # type: ignore[arg-type]  # a test's own changes
        return await dispatch(line, replace(context, asker=asker))

    return typed
