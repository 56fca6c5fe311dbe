"""A source that stalls keeps nobody from reading."""

from __future__ import annotations

import asyncio
import io

from rich.console import Console

from bot import plugins
from bot.app import fetching
from bot.app.run import run
from bot.testing.builders import make_batch


async def test_a_digest_is_printed_while_a_source_is_still_being_waited_for(
    installation, monkeypatch
) -> None:
    answer, seen = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(fetching, "ENOUGH_WAIT", 0.01)

    class Stalled(type(installation.source)):
        async def fetch(self, *, since):
            await answer.wait()
            yield make_batch(source="arxiv")

    load, stalled = plugins.load, Stalled(name="arxiv")

    def both(group: str) -> plugins.Loaded:
        found = load(group)
        if group == plugins.CHAT:
            return found
        return plugins.Loaded(factories={**found.factories, "arxiv": stalled}, broken=())

    monkeypatch.setattr(plugins, "load", both)
    installation.changes["sources"] = ("huggingface", "arxiv")
    installation.source.lists(1, 2)
    said, out = [], io.StringIO()

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("Next digest"):
            seen.set()

    console = Console(file=out, width=80)
    task = asyncio.create_task(
        run(installation.settings, once=True, say=say, out=console, clock=installation.clock)
    )
    await asyncio.wait_for(seen.wait(), timeout=120)
    assert "2 papers for this terminal" in out.getvalue()
    assert "arXiv had not answered yet" in out.getvalue()
    assert "Still waiting for arXiv; what comes from there is in the next digest." in said
    answer.set()
    assert await task == 0
    async with await installation.store() as store:
        assert (await store.counts())["papers"] > 2, "what came later is kept for the next digest"
