"""Posts that go wrong, and a bot that is killed while it posts: each message must be there once."""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from acts import Acts
from drive import Drive
from press import Press
from report import told
from robot import Bot
from tour import everything_in, fetched, ready

KINDS: dict[str, dict[str, Any]] = {
    "429": {"retry_after": 2},
    "500": {},
    "503": {},
    "html": {},
    "reset_before": {},
    "reset_after": {},
    "close_after": {},
    "500_after": {},
    "garbage": {},
    "slow_after": {"delay": 4},
    "hang": {"delay": 30},
}
WAITING = "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'uncertain')"
HISTORY = re.compile(r"(channels|groups|im|mpim):history,?")
REPEATED = "repeated after a restart"


async def drained(drive: Drive, bot: Bot, seconds: float) -> bool:
    """Wait until nothing waits to be sent or asked about."""

    async def none() -> bool:
        await asyncio.sleep(0)
        return not bot.ask(WAITING)[0][0]

    return bool(await drive.until(none, seconds=seconds, every=0.5))


async def looked_after(drive: Drive, bot: Bot, channels: list[str]) -> int:
    """Do what the person does who is told that nobody can tell: look, and drop it or send it again; how many there were."""
    held = [key for (key,) in bot.ask("SELECT key FROM delivery WHERE status = 'held'")]
    there = await copies(drive, channels) if held else {}
    for key in held:
        bot.verb("deliveries", "drop" if key in there else "replay", key)
    return len(held)


async def copies(drive: Drive, channels: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Every message that is there, by the key in its metadata."""
    found: dict[str, list[dict[str, Any]]] = {}
    for channel in channels:
        for one in await everything_in(drive, channel):
            key = (one.get("metadata") or {}).get("event_payload", {}).get("key")
            if key:
                found.setdefault(key, []).append(one)
    return {key: sorted(messages, key=lambda one: float(one["ts"])) for key, messages in found.items()}


def compare(acts: Acts, bot: Bot, found: dict[str, list[dict[str, Any]]]) -> Counter[str]:
    """What the ledger says against what is there."""
    # What a person found there and dropped is there as well.
    sent = {
        key
        for (key,) in bot.ask(
            "SELECT key FROM delivery WHERE status IN ('sent', 'cancelled') AND attempt > 0"
        )
    }
    others = Counter(status for (status,) in bot.ask("SELECT status FROM delivery"))
    counts: Counter[str] = Counter(
        sent=len(sent), lost=len(sent - found.keys()), strangers=len(found.keys() - sent)
    )
    for messages in found.values():
        more = messages[1:]
        counts["marked"] += sum(REPEATED in str(one) for one in more)
        counts["unmarked"] += sum(REPEATED not in str(one) for one in more)
    for key, messages in found.items():
        if any(REPEATED not in str(one) for one in messages[1:]):
            row = bot.ask(
                "SELECT part_no, status, attempt, repeated, doubted, last_error FROM delivery WHERE key = ?",
                key,
            )
            told = [(one["ts"], one.get("thread_ts"), one["text"][:60]) for one in messages]
            acts.facts.append(f"{key}: {row}; {told}")
    acts.facts.append(f"the ledger: {dict(others)}; there: {dict(counts)}")
    acts.need(not counts["lost"], f"lost: {counts['lost']}")
    acts.need(not counts["strangers"], f"there and not in the ledger as sent: {counts['strangers']}")
    acts.need(not counts["unmarked"], f"twice and not marked: {counts['unmarked']}")
    return counts


async def faults() -> bool:
    """Eleven kinds of fault around a post: exactly one message each, and the digest goes on."""
    press = Press()
    async with Drive.load(transport="socket") as drive:
        await drive.fresh()
        await drive.config(rate="enforce")
        acts = Acts(drive)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            bot = Bot(
                Path(folder),
                drive.s,
                press.url,
                transport="socket",
                tenancy="token",
                port=drive.s["bot_port"],
            )
            stack.callback(bot.kill)
            bot.start()
            await ready(drive, bot)
            await fetched(drive, bot)
            await acts.slash("subscribe looms max:5")
            for kind, more in KINDS.items():
                press.edition += 1
                bot.verb("ingest")
                before = len(await copies(drive, ["papers"]))
                await drive.fault(method="chat.postMessage", action=kind, times=1, **more)
                await acts.slash("post now")
                quiet = await drained(drive, bot, 120)
                after = len(await copies(drive, ["papers"]))
                acts.need(quiet and after > before, f"{kind}: {after - before} messages came")
            compare(acts, bot, await copies(drive, ["papers"]))
            acts.facts.append(f"stats: {(await drive.stats())['counts']}")
            acts.need(bot.stop() == 0, "it ended when it was asked to")
    press.close()
    return told("faults around a post", acts)


async def consent(drive: Drive, url: str, *, history: bool) -> None:
    """Install the app, with or without the right to read history."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=url)
    ) as people:
        async with people.get(f"{url}/slack/install", allow_redirects=False) as page:
            text = await page.text()
            target = page.headers.get("Location") or re.search(r'href="([^"]+authorize[^"]+)"', text)[1]
        asked = {
            name: values[0] for name, values in parse_qs(urlsplit(target.replace("&amp;", "&")).query).items()
        }
        scope = asked["scope"] if history else HISTORY.sub("", asked["scope"]).strip(",")
        form = {
            "user_id": drive.user("alice"),
            "redirect_uri": asked["redirect_uri"],
            "scope": scope,
            "user_scope": "",
        }
        form |= {"state": asked["state"], "client_id": asked["client_id"]}
        consented = f"{drive.bench}/oauth/v2/authorize/callback"
        async with people.post(
            consented, params={"team": drive.team()["id"]}, data=form, allow_redirects=False
        ) as back:
            where = back.headers["Location"]
        async with people.get(where) as done:
            if done.status != 200:
                raise RuntimeError(f"not installed: {done.status} {(await done.text())[:300]}")


async def kills(number: int, options: list[str]) -> bool:
    """Kill it so many times while it posts; `blind` without the right to read history."""
    history, dice = "blind" not in options, random.Random(7)
    press = Press(papers=16)
    async with Drive.load(transport="socket") as drive:
        await drive.fresh()
        await drive.config(rate="enforce")
        acts = Acts(drive)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            bot = Bot(
                Path(folder),
                drive.s,
                press.url,
                transport="socket",
                tenancy="oauth",
                port=drive.s["bot_port"],
            )
            stack.callback(bot.kill)
            bot.start()
            await ready(drive, bot)
            await consent(drive, f"http://127.0.0.1:{bot.port}", history=history)
            await fetched(drive, bot, 10)
            channels = await rooms(drive, 30)
            for channel in channels:
                await acts.slash(
                    "subscribe looms OR kilns OR sourdough OR scarves OR violins max:4", channel=channel
                )
            done, asked_about, began = 0, 0, time.monotonic()
            while done < number:
                press.edition += 1
                bot.verb("ingest")
                asked = [
                    asyncio.create_task(drive.slash("/papers", "post now", channel=one)) for one in channels
                ]
                await asyncio.gather(*asked, return_exceptions=True)
                while done < number and bot.ask(WAITING)[0][0] > 3:
                    await asyncio.sleep(dice.uniform(0.05, 1.5))
                    bot.kill()
                    done += 1
                    bot.start()
                    await ready(drive, bot)
                await drained(drive, bot, 20)
                asked_about += await looked_after(drive, bot, channels)
            await drained(drive, bot, 60)
            asked_about += await looked_after(drive, bot, channels)
            acts.need(await drained(drive, bot, 300), "in the end nothing waits")
            acts.facts.append(f"a person was asked about {asked_about}")
            counts = compare(acts, bot, await copies(drive, channels))
            acts.need(
                counts["marked"] <= (0 if history else done),
                f"repeated and marked: {counts['marked']} of {done} kills",
            )
            acts.facts.append(
                f"{done} kills in {time.monotonic() - began:.0f} s; {(await drive.stats())['counts']}"
            )
            bot.stop()
    press.close()
    return told(f"{number} kills, history {'read' if history else 'closed'}", acts)


async def rooms(drive: Drive, number: int) -> list[str]:
    """Make channels, with the bot in them."""
    made = []
    for place in range(number):
        answer = await drive.api("conversations.create", name=f"room-{place}-{random.randrange(10**6)}")
        made.append(answer["channel"]["id"])
        await drive.join(made[-1])
    return made
