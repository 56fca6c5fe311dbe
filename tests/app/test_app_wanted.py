"""What one source lists by a bare title, another is asked to complete."""

from __future__ import annotations

from pathlib import Path

from bot.app import build
from bot.config import Settings
from bot.ports import SourceContext
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing
from bot.testing.clock import FakeClock


async def test_sources_are_told_which_papers_lack_an_abstract(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'papers.db'}", _env_file=None)
    async with build.open_app(settings, clock=FakeClock(SAMPLE_NOW), adapters={}) as app:
        listings = (make_listing(1, facts=make_facts(1, abstract="")), make_listing(2))
        await app.store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
        context: SourceContext = await app._source_context(0)
    assert context.wanted == ("2606.00001",)
