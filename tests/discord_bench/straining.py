"""People are answered at once although the database is slow, or a hundred thousand digests are being planned."""

from __future__ import annotations

import asyncio
import time

from acts import Acts, named, verdict
from botprocess import PYTHON, ROOT, SLOW_MAIN
from report import told
from touring import PAPER, QUERY
from world import world

SECONDS = 2
LINES = ("list", "today", "status", "overview", "help", "preview", "my saved")


async def some_work(acts: Acts) -> None:
    """What people do in a minute, several things at a time."""
    await asyncio.gather(*(acts.slash(line) for line in LINES))
    page = await acts.slash("search", query="looms OR kilns OR violins")
    if named(page, "Next"):
        await acts.click(page, "Next")
    card = await acts.slash("show", paper=PAPER)
    await asyncio.gather(*(acts.click(card, one) for one in ("Save", "Similar", "Cite") if named(card, one)))
    await acts.choices("subscribe", "query", "topic:diff")


async def slow() -> bool:
    """A database of which each reading and writing takes two seconds more."""
    async with world(environment={"PYTHONPATH": str(ROOT)}) as made:
        acts = Acts(made, patience=150)
        await made.start(str(PYTHON), str(SLOW_MAIN), str(SECONDS), "run")
        await made.fetched(1)
        await acts.slash("subscribe", query=QUERY, max=5)
        await some_work(acts)
        await acts.choices("unsubscribe", "which", "")
        await acts.form(await acts.typed("edit", which="1"), {"query": "looms", **_SETTINGS})
        await acts.slash("post now")
        acts.need(await made.drained(240), "a digest came")
        acts.once()
        verdict(acts)
        return told(f"a database slowed by {SECONDS} s", acts)


_SETTINGS = {"at": "09:00", "tz": "Berlin", "days": ["mon", "tue"], "max": "5"}


async def crowd(number: int = 100_000) -> bool:
    """So many destinations are planned while people ask."""
    async with world() as made:
        acts = Acts(made, patience=150)
        await asyncio.to_thread(made.bot.with_crowd, number)
        await made.start()
        await made.fetched(320)
        began, planned, rounds = time.monotonic(), 0, 0
        while planned < number * 0.99 and time.monotonic() - began < 300:
            await some_work(acts)
            rounds += 1
            planned = made.bot.ask("SELECT count(*) FROM slot")[0][0]
        took = time.monotonic() - began
        acts.need(planned >= number * 0.99, f"{planned} slots planned in {took:.0f} s beside {rounds} rounds")
        verdict(acts)
        return told(f"{number} planned meanwhile", acts)
