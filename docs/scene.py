"""The scene of the pictures: a real bot on a throw-away database, with invented papers and two channels that follow them."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.commands.context import Asker
from bot.commands.replies import Reply
from bot.compose import compose
from bot.config import load_settings
from bot.domain.digest import Digest
from bot.domain.paper import Batch, Facts, Freshness, Listing
from bot.domain.subscription import Address
from bot.testing.clock import FakeClock
from bot.testing.fake_chat import FakeChat

PAPERS = tomllib.loads((Path(__file__).parent / "invented_papers.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)  # 8:12 in Berlin
ADA = Asker(user="U0ADA", name="Ada", manager=True, tz="Europe/Berlin")
PREFIX = "/papers "
WORKSPACES = {"slack": "T0ACME", "discord": "7", "email": "local"}


class OpenDoors(FakeChat):
    """A chat in which Ada may do everything."""

    async def why_not_post(self, _address: Address) -> str:
        """Nothing does."""
        return ""

    async def may_read(self, _address: Address, _person: str) -> bool:
        """Everybody is in every channel."""
        return True

    manages = may_read


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What the pictures are taken of."""

    app: App
    platform: str

    async def say(self, line: str, channel: str = "ml-papers") -> Reply:
        """Type a command in a channel."""
        address, place = self.address(channel), f"#{channel}"
        return await self.app.commands(line, asker=ADA, address=address, place=place, prefix=PREFIX)

    async def digest(self, channel: str = "ml-papers") -> Digest:
        """The digest of the day."""
        if (destination := await self.app.store.destination(self.address(channel))) is None:
            raise LookupError(channel)
        return await compose(self.app.store, destination, day=TODAY, now=NOW)

    def address(self, channel: str) -> Address:
        """Where a channel, or a mailbox, is."""
        name = channel if "@" in channel else f"C0{channel.upper().replace('-', '')}"
        return Address(platform=self.platform, workspace=WORKSPACES[self.platform], channel=name)


@asynccontextmanager
async def scene(folder: Path, platform: str, **more: Any) -> AsyncIterator[Scene]:
    """Set it, on one of the chats; `more` are settings."""
    settings = load_settings(**{"database_url": f"sqlite:///{folder}/papers.db", "chat": (), **more})
    async with open_app(settings, clock=FakeClock(NOW), adapters={platform: OpenDoors(platform)}) as app:
        for batch in _batches():
            await app.store.add_batch(batch, now=NOW)
        yield Scene(app=app, platform=platform)


def _batches() -> list[Batch]:
    today = [_listing(rank, TODAY, one) for rank, one in enumerate(PAPERS["paper"], 1)]
    before = [
        _batch(day, [_listing(rank, day, _bare(title)) for rank, title in enumerate(one["titles"], 1)])
        for one in PAPERS["earlier"]
        for day in (date.fromisoformat(one["day"]),)
    ]
    return [*before, _batch(TODAY, today)]


def _batch(day: date, listings: list[Listing]) -> Batch:
    return Batch(
        source="huggingface",
        origin="",
        day=day,
        freshness=Freshness.FRESH,
        listings=tuple(listings),
        backfill=day != TODAY,
    )


def _bare(title: str) -> dict[str, Any]:
    return {"title": title, "authors": ["Pia Esimerkki"], "categories": ["cs.LG"], "votes": 9, "abstract": ""}


def _listing(rank: int, day: date, given: dict[str, Any]) -> Listing:
    key = f"{day:%y%m}.{day.day * 100 + rank:05}"
    facts = Facts(
        title=given["title"],
        keys=(f"arxiv:{key}",),
        abstract=given["abstract"],
        authors=tuple(given["authors"]),
        categories=tuple(given["categories"]),
        url=f"https://arxiv.org/abs/{key}",
        submitted=day,
        code_url=given.get("code", ""),
        stars=given.get("stars"),
        summary=given.get("summary", ""),
    )
    return Listing(source="huggingface", origin="", day=day, rank=rank, votes=given["votes"], facts=facts)
