"""The gateway ends in every way it can, and people are answered again each time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from acts import Acts, verdict
from report import told
from touring import QUERY
from world import world

COMES_BACK = 60.0


async def gateway() -> bool:
    """Every way a connection ends, then two shards."""
    return all([await one_shard(), await two_shards()])


async def one_shard() -> bool:
    """One connection; what was resumed, and what began anew."""
    async with world() as made:
        acts, fake = Acts(made), made.fake
        await made.start()
        await made.fetched()
        await acts.slash("subscribe", query=QUERY)
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "cut": fake.gateway_drop,
            "op 7": fake.gateway_reconnect,
            "op 9, resumable": lambda: fake.gateway_invalidate(resumable=True),
            "op 9": fake.gateway_invalidate,
            "closed with 4000": lambda: fake.gateway_drop(4000),
            "closed with 4009": lambda: fake.gateway_drop(4009),
            "closed with 1000": lambda: fake.gateway_drop(1000),
            "closed with 1001": lambda: fake.gateway_drop(1001),
        }
        for name, way in ways.items():
            await _back(acts, name, way)
        fake.refuse_gateway = 3
        await _back(acts, "refused three times", fake.gateway_drop)
        fake.mute_acks = True
        await _back(acts, "heartbeats not acknowledged", _nothing, then=_heard)
        await _posts(acts)
        acts.need(await asyncio.to_thread(made.bot.stop) == 0, "it ended when it was asked to")
        verdict(acts)
        return told("the gateway", acts)


async def _back(
    acts: Acts, name: str, way: Callable[[], Awaitable[None]], *, then: Callable[[Acts], None] | None = None
) -> None:
    """Break it; wait until it is there again, and ask something."""
    made, fake = acts.world, acts.fake
    before, identified, resumed = made.connections, fake.counters["identifies"], fake.counters["resumes"]
    await way()
    began = asyncio.get_running_loop().time()
    came = await made.until(lambda: made.connections > before and made.is_connected, COMES_BACK)
    took = asyncio.get_running_loop().time() - began
    if then:
        then(acts)
    new, same = fake.counters["identifies"] - identified, fake.counters["resumes"] - resumed
    acts.need(came, f"{name}: resumed {same}, began anew {new}, after {took:.1f} s")
    await acts.slash("status")


async def _nothing() -> None:
    """The bench is deaf already."""


def _heard(acts: Acts) -> None:
    acts.fake.mute_acks = False


async def _posts(acts: Acts) -> None:
    """After all of that."""
    made = acts.world
    await acts.slash("subscribe", "general", query=QUERY)
    await acts.slash("post now", "general")
    acts.need(await made.drained(), "it posts")
    acts.once()


async def two_shards() -> bool:
    """Two servers on two shards."""
    async with world(shards=2) as made:
        acts = Acts(made)
        other = made.guild
        while _shard(other.id) == _shard(made.guild.id):
            other = made.fake.add_guild("Another")
        place = made.fake.add_channel(other, "papers")
        made.fake.guilds = {one.id: one for one in (made.guild, other)}
        eve = made.fake.add_user("eve", permissions=1 << 4, guild=other)
        await made.start()
        await made.fetched()
        for _ in range(2):
            await acts.slash("subscribe", query=QUERY)
            await acts.slash("subscribe", place, who=eve, query=QUERY)
            await made.fake.gateway_drop()
            await made.until(lambda: made.is_connected, COMES_BACK)
        await acts.slash("post now")
        await acts.slash("post now", place, who=eve)
        acts.need(await made.drained(), "both servers have their digests")
        both = [len(made.copies_in(one)) for one in (made.channels["digest"].id, place.id)]
        acts.need(all(both), f"messages in each: {both}")
        acts.once()
        verdict(acts)
        return told("two shards", acts)


def _shard(guild: str) -> int:
    return (int(guild) >> 22) % 2
