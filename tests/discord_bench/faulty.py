"""Every fault of the bench around a post, in every kind of channel: each part is there once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from acts import Acts, verdict
from discordbench.fake import Fault
from report import told
from touring import QUERY
from world import world

KINDS = (
    *("after-502", "after-504", "after-reset", "after-delay"),
    *("429", "429-shared", "429-global", "500", "502", "503", "504", "html-502", "reset", "delay"),
    *("50013:403", "50001:403", "10003:404", "ban"),
)
REFUSED = frozenset({"50013:403", "50001:403", "10003:404"})  # the channel is given up until somebody looks
HELD_SECONDS = 12  # then what does not go on by itself will not
HELD = REFUSED | {"ban"}  # nothing goes on by itself, or not for a long time
DELAY = 28.0  # longer than the bot waits


@dataclass(frozen=True)
class Place:
    """Where it goes wrong: the channel, the path of the request, and how many like it pass before."""

    name: str
    channel: str
    path: str
    skip: int = 0


PLACES = (
    Place("text", "digest", "/channels/*/messages"),
    Place("announcement", "news", "/channels/*/messages"),
    Place("thread part", "general", "/channels/*/messages", 1),
    Place("opening a thread", "general", "/channels/*/messages/*/threads"),
    Place("forum", "forum", "/channels/{channel_id}/threads"),
    Place("post of a forum", "forum", "/channels/*/messages"),
)
MAIN = tuple(one for one in PLACES if one.name in {"text", "announcement", "thread part", "forum"})


async def faults(only: list[str]) -> bool:
    """All of them; with names, these kinds alone."""
    async with world(papers=8) as made:
        acts = Acts(made, patience=90)
        await made.start()
        await made.fetched(8)
        for name in ("digest", "news", "general"):
            await acts.slash("subscribe", name, query=QUERY, max=5)
        post = made.post_in("forum")
        await acts.slash("subscribe", post, query=QUERY, max=5)
        for kind in only or KINDS:
            for place in PLACES if kind.startswith("after-") else MAIN:
                await _struck(acts, kind, place, post)
        acts.once()
        verdict(acts)
        print(made.log(1500))
        return told("faults around a post", acts)


async def _struck(acts: Acts, kind: str, place: Place, post: object) -> None:
    """One fault; a fresh digest is posted through it."""
    made = acts.world
    await made.printed()
    made.fake.advance(60)  # of limits that were used up
    before, began = set(made.copies()), time.monotonic()
    where = post if place.channel == "forum" else place.channel
    fault = Fault("POST", place.path, kind, seconds=DELAY if kind.endswith("delay") else 2.0, skip=place.skip)
    made.fake.faults.append(fault)
    await acts.slash("post now", where)
    quiet = await made.drained(HELD_SECONDS if kind in HELD else 150) or kind in HELD
    made.fake.faults.remove(fault)
    there = made.copies()
    twice = sum(len(one) > 1 for one in there.values())
    [(others,)] = made.bot.ask("SELECT count(*) FROM delivery WHERE status != 'sent'")
    told = (
        f"{kind} at {place.name}: {len(there.keys() - before)} messages, struck {fault.hits}, twice {twice}"
    )
    told = f"{told}, not sent {others}, {time.monotonic() - began:.0f} s"
    came = len(there) > len(before) and not others
    acts.need(fault.hits and not twice and quiet and (came or kind in HELD), told)
    if kind in HELD:
        await _mended(acts, kind)


async def _mended(acts: Acts, kind: str) -> None:
    """Do what the person does who is told that the bot may not post: put it right, and have what was held sent."""
    made = acts.world
    made.fake.banned = False
    if kind == "ban":  # it would wait for as long as the front told it to
        await asyncio.to_thread(made.bot.stop)
    made.bot.ask("UPDATE lane SET blocked_until = NULL, paused = 0")
    made.bot.ask("UPDATE destination SET paused = 0, paused_reason = ''")
    if kind == "ban":
        made.bot.ask("UPDATE delivery SET not_before = NULL")
        await made.start()
    for (key,) in made.bot.ask("SELECT key FROM delivery WHERE status = 'held'"):
        await made.verb("deliveries", "replay", key)
    await made.drained(90)
    left = made.bot.ask("SELECT status, last_error FROM delivery WHERE status NOT IN ('sent', 'cancelled')")
    acts.need(not left, f"{kind}: once it is put right nothing is left: {left[:2]}")
