"""People are acknowledged at once although the database is slow, or a hundred thousand digests are being planned."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from acts import Acts, named
from botprocess import PYTHON, ROOT, SLOW_MAIN
from drive import Drive
from press import Press
from report import told
from robot import Bot
from tour import fetched, home, ready, verdict

LINES = (
    "list",
    "search looms",
    "today",
    "status",
    "overview",
    "help",
    "show 2611.00000",
    "why 2611.00000",
    "preview",
)


async def some_work(acts: Acts) -> None:
    """What a person does in a minute, several things at a time."""
    await asyncio.gather(*(acts.slash(line) for line in LINES))
    page = (await acts.slash("search looms OR kilns OR violins"))[0]
    if named(page, "Next"):
        await acts.press(page, "Next")
    shown = (await acts.slash("show 2611.00000"))[0]
    await asyncio.gather(*(acts.press(shown, label) for label in ("Save", "Similar", "Cite")))


async def slow(transport: str) -> bool:
    """A database of which each reading and writing takes two seconds more."""
    press = Press()
    async with Drive.load(transport=transport) as drive:
        await drive.fresh()
        acts = Acts(drive, patience=120)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            bot = Bot(
                Path(folder),
                drive.s,
                press.url,
                transport=transport,
                tenancy="token",
                port=drive.s["bot_port"],
                PYTHONPATH=str(ROOT),
            )
            stack.callback(bot.kill)
            bot.start(str(PYTHON), str(SLOW_MAIN), "2", "run")
            await ready(drive, bot)
            await asyncio.sleep(20)
            await fetched(drive, bot, 1)
            await acts.slash("subscribe looms max:5")
            await some_work(acts)
            await home(acts, patience=60)
            before = len(await drive.views())
            listed = (await acts.slash("list"))[0]
            await acts.press_modal(listed, "Edit")
            acts.need(await acts.opened(before, seconds=60), "the form opened")
            await verdict(acts)
    press.close()
    return told(f"a database slowed by 2 s, over {transport}", acts)


async def crowd(transport: str, number: int = 100_000) -> bool:
    """So many destinations are planned while people ask."""
    press = Press()
    async with Drive.load(transport=transport) as drive:
        await drive.fresh()
        acts = Acts(drive, patience=120)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            bot = Bot(
                Path(folder),
                drive.s,
                press.url,
                transport=transport,
                tenancy="token",
                port=drive.s["bot_port"],
            )
            bot.with_crowd(number)
            stack.callback(bot.kill)
            bot.start()
            await ready(drive, bot)
            await fetched(drive, bot, 320)
            began, planned, rounds = time.monotonic(), 0, 0
            while planned < number * 0.99 and time.monotonic() - began < 300:
                await some_work(acts)
                rounds += 1
                planned = bot.ask("SELECT count(*) FROM slot")[0][0]
            acts.need(
                planned >= number * 0.99,
                f"{planned} slots planned in {time.monotonic() - began:.0f} s beside {rounds} rounds",
            )
            await verdict(acts)
    press.close()
    return told(f"{number} planned meanwhile, over {transport}", acts)
