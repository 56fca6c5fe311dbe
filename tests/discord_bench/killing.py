"""A bot that is killed while it posts: each part is there once."""

from __future__ import annotations

import asyncio
import random
import sys
import time

from acts import Acts, verdict
from discordbench.fake import TEXT, Fault
from report import told
from touring import QUERY
from world import WAITING, World, world

ROOMS, SEED = 24, 7
# One message in one and a half seconds for each channel: a digest of several parts takes a while.
RATES = {"POST /channels/{channel_id}/messages": ("msg-create", 1, 1.5)}
POSTS = ("/channels/*/messages", "/channels/{channel_id}/threads")
ON_THEIR_WAY = "SELECT count(*) FROM delivery WHERE status = 'sending'"


async def kills(number: int) -> bool:
    """Kill -9 so many times, at random moments around posts in channels, threads and forums."""
    dice = random.Random(SEED)
    async with world(papers=16, limits=RATES) as made:
        acts = Acts(made, patience=60)
        await made.start()
        await made.fetched(10)
        rooms = [made.fake.add_channel(made.guild, f"room-{at}", TEXT) for at in range(ROOMS)]
        places = [*rooms, made.post_in("forum"), made.post_in("tagged")]
        for place in places:
            await acts.slash("subscribe", place, query=QUERY, max=12)
        done, began, caught = 0, time.monotonic(), [0]
        while done < number:
            await made.printed()
            made.fake.advance(120)
            await asyncio.gather(*(acts.typed("post now", place) for place in places))
            done += await _killed(made, dice, number - done, caught)
            await made.drained(60)
        acts.need(await made.drained(300), "in the end nothing waits")
        held = made.bot.ask("SELECT count(*) FROM delivery WHERE status = 'held'")[0][0]
        acts.facts.append(f"{done} kills in {time.monotonic() - began:.0f} s; a person is asked about {held}")
        acts.facts.append(f"messages on their way when it was killed: {caught[0]}")
        acts.once()
        await asyncio.to_thread(made.bot.stop)
        _without_missed(acts)
        verdict(acts)
        print(made.log(1500))
        return told(f"{number} kills", acts)


def _slow_answers(made: World, dice: random.Random) -> None:
    """Each message takes its time, before it is there or after: a kill finds some on their way."""
    how = [("POST", path, dice.choice(("delay", "after-delay"))) for path in POSTS]
    made.fake.faults[:] = [Fault(*one, times=10**9, seconds=dice.uniform(0.2, 1.5)) for one in how]


async def _killed(made: World, dice: random.Random, most: int, caught: list[int]) -> int:
    """Kill and start it until nothing is left to post; how often."""
    done = 0
    await made.until(lambda: made.bot.ask(WAITING)[0][0], 20)
    while done < most and (not done or made.bot.ask(WAITING)[0][0] > 2):
        _slow_answers(made, dice)
        await asyncio.sleep(dice.uniform(0.0, 4.0))
        await asyncio.to_thread(made.bot.kill)
        caught[0] += made.bot.ask(ON_THEIR_WAY)[0][0]
        done += 1
        await made.start()
    print(f"{done} kills more", file=sys.stderr, flush=True)
    return done


def _without_missed(acts: Acts) -> None:
    """Whoever asked a bot that was killed got no answer; that is no finding here."""
    lost = [token for token, one in acts.fake.interactions.items() if one.callback is None]
    for token in lost:
        del acts.fake.interactions[token]
    acts.facts.append(f"asked while nobody was there: {len(lost)}")
