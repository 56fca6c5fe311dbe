"""An application over a real file, with sources a test fills."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot import plugins
from bot.app.run import run
from bot.config import Settings
from bot.domain.paper import Batch, Freshness
from bot.errors import SourceError
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing

TODAY = date(2026, 6, 1)
MORNING = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)  # a Monday, 08:00 in Berlin


@dataclass
class FakeSource:
    """Yields what a test puts there."""

    name: str = "huggingface"
    batches: list[Batch] = field(default_factory=list)
    error: Exception | None = None

    def __call__(self, _context: object) -> FakeSource:
        return self

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        if self.error:
            raise self.error
        for batch in self.batches:
            yield batch

    def recognises(self, head: bytes, name: str) -> bool:
        return False

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        raise SourceError("No.", reason="not_the_expected_kind")

    def lists(self, *numbers: int, day: date = TODAY) -> None:
        listings = [
            make_listing(
                n,
                day=day,
                facts=make_facts(
                    n, title=f"RLHF for Knitting, Part {n}", abstract="We use reward models to knit."
                ),
            )
            for n in numbers
        ]
        self.batches = [make_batch(*listings)]

    def fails(self, why: str = "It did not answer. Check the network.") -> None:
        self.batches = [
            Batch(source=self.name, origin="", day=MORNING.date(), freshness=Freshness.FAILED, note=why)
        ]


@dataclass
class Installation:
    """One folder with a database, run as often as a test wants."""

    path: Path
    source: FakeSource
    clock: FakeClock
    said: list[str] = field(default_factory=list)
    changes: dict[str, object] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        given: dict[str, object] = {
            "database_url": f"sqlite:///{self.path / 'papers.db'}",
            "sources": ("huggingface",),
            "timezone": "Europe/Berlin",
            "_env_file": None,
        }
        return Settings(**(given | self.changes))  # type: ignore[arg-type]  # a test's own values

    async def once(self) -> tuple[int, str]:
        self.said.clear()
        out = io.StringIO()
        console = Console(file=out, width=80, _environ={})
        code = await run(self.settings, once=True, say=self.said.append, out=console, clock=self.clock)
        return code, out.getvalue()

    async def store(self) -> Store:
        return await Store.open(self.settings.database_url)


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    source = FakeSource()
    found = plugins.load(plugins.CHAT)

    def load(group: str) -> plugins.Loaded:
        if group == plugins.CHAT:
            return found
        broken = plugins.Broken(name="odd", distribution="odd-papers", reason="ImportError: no odd")
        return plugins.Loaded(factories={"huggingface": source}, broken=(broken,))

    monkeypatch.setattr(plugins, "load", load)
    monkeypatch.chdir(tmp_path)
    return Installation(path=tmp_path, source=source, clock=FakeClock(MORNING))
