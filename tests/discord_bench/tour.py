"""Everything a server does with the bot, from its first command to the day it removes it."""

from __future__ import annotations

import asyncio
import time

from acts import Acts, named, verdict
from report import told
from touring import looking_around
from travelling import abroad, away, closed, forums
from world import World, world

PUBLISHED = 1  # a flag of a message


async def tour(seed: int | None) -> bool:
    """The whole of it, under the usual limits, or random ones."""
    how = {} if seed is None else {"limits": "random", "seed": seed}
    async with world(environment={"DISCORD_CROSSPOST": "1"}, **how) as made:
        acts = Acts(made)
        began = time.monotonic()
        try:
            await _everything(acts, made)
        except Exception as error:
            acts.wrong.append(f"ended early: {error!r}")
            print(made.log())
        acts.facts.append(f"{time.monotonic() - began:.0f} s")
        verdict(acts)
        return told(f"tour, {'usual limits' if seed is None else f'random limits {seed}'}", acts)


async def _everything(acts: Acts, made: World) -> None:
    await made.start()
    await made.fetched()
    acts.need(syncs(made) == 1, f"the commands were registered {syncs(made)} time")
    await looking_around(acts)
    await digests(acts)
    await forums(acts)
    await closed(acts)
    await abroad(acts)
    await away(acts)
    acts.need(await asyncio.to_thread(made.bot.stop) == 0, "it ended when it was asked to")
    await made.start()
    await acts.slash("status")
    acts.need(syncs(made) == 1, f"after a second start they were still registered {syncs(made)} time")
    acts.need(await made.drained(), "nothing waits")
    acts.once()


def syncs(made: World) -> int:
    """How often the commands were registered."""
    return sum(one.method == "PUT" and one.path.endswith("/commands") for one in made.fake.log)


async def digests(acts: Acts) -> None:
    """Let the hour come; then post at once into an announcement channel, too."""
    made = acts.world
    made.bot.due_now()
    digest, news = made.channels["digest"], made.channels["news"]
    came = await made.until(lambda: made.copies_in(digest.id), 120, 0.5)
    acts.need(
        came and await made.drained(), f"the scheduled digest came: {len(made.copies_in(digest.id))} messages"
    )
    threads = [one for one in made.guild.channels.values() if one.parent is digest]
    inside = sum(len(made.fake.history(one)) for one in threads)
    acts.need(len(threads) == 1 and inside, f"{len(threads)} thread with {inside} messages of abstracts")
    if opening := next(iter(made.copies_in(digest.id)), None):
        card = await acts.choose(opening, who=made.bob)
        for label in ("Save", "Why", "Similar", "Cite"):
            await acts.click(card, label, who=made.bob)
        await acts.click(opening, "Today", who=made.bob)
        sure = await acts.click(await acts.choose(opening, 1), "Not for us")
        await acts.click(sure, "Yes" if named(sure, "Yes") else "Not for us")
    await acts.slash("subscribe", "news", query="looms OR kilns OR violins", max=14)
    await acts.slash("post now", "news")
    acts.need(await made.drained(), "announcements: sent")
    posted = made.copies_in(news.id)
    acts.need(
        posted and all(one["flags"] & 1 for one in posted), f"{len(posted)} announcements, all published"
    )
