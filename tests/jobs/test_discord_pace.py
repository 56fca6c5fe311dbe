"""Discord's limits over many servers that are due at once: none is overstepped, and what asks for patience gets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.discord.adapter import DiscordAdapter
from bot.app.clock import SystemClock
from bot.domain.delivery import Status
from bot.ports import ChatContext
from bot.storage.store import Store
from bot.testing.discord import DiscordStandIn
from bot.testing.discord.judge import judge
from bot.testing.discord.world import ANNOUNCEMENT
from jobs.deliver import Sender

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
GLOBAL = 50  # requests in any second
WINDOW = 1.0
EXEMPT = ("/interactions/", "/webhooks/")


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(f"sqlite:///{tmp_path / 'paperround.db'}", durable=False) as opened:
        yield opened


def adapter_of(discord, clock, monkeypatch, **changes):
    for name, value in {**discord.environment(), **changes}.items():
        monkeypatch.setenv(name, value)
    return DiscordAdapter(ChatContext(clock=clock, settings={}))


async def due(town, discord, number, *, kind=0):
    """So many servers, each with a digest that is due now; their channels."""
    channels = []
    for name in range(number):
        guild = discord.state.add_guild(f"Lab {name}")
        guild.members[discord.state.bot.id] = discord.state.bot
        channel = discord.state.add_channel(guild, "papers", kind=kind)
        channels.append(channel)
        await town.channel(channel.id, platform="discord", workspace=guild.id)
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return channels


async def all_sent(town, adapter, clock, *, seconds=120.0):
    """Send until everything is; the adapter's own clock may be another than the calendar's."""
    sender = Sender(town.store, {"discord": adapter}, clock=clock, jitter=lambda: 1.0)
    begun = town.clock.now()
    async with asyncio.timeout(seconds):
        while True:
            await sender.drain_due()
            found = await town.store.deliveries(limit=1000)
            if all(one.status is Status.SENT for one in found):
                return (town.clock.now() - begun).total_seconds()
            town.clock.advance(timedelta(seconds=1))


def most_in_a_second(discord):
    times = sorted(one.at for one in discord.state.journal if not any(part in one.path for part in EXEMPT))
    return max(sum(at <= other < at + WINDOW for other in times) for at in times)


@pytest.mark.parametrize("kind", ["429", "429-shared", "429-global"])
async def test_patience_of_every_kind_is_had_and_each_part_is_posted_once(town, monkeypatch, kind):
    async with DiscordStandIn(clock=town.clock) as discord:
        adapter = adapter_of(discord, town.clock, monkeypatch)
        channels = await due(town, discord, 4)
        for after in (0, 3):
            discord.faults.add(kind, after=after, seconds=7)
        await all_sent(town, adapter, town.clock)
        assert [len(discord.posted(one.id, one.guild)) for one in channels] == [1] * 4
        statuses = Counter(one.status for one in discord.state.journal)
        assert 2 <= statuses[429] <= 2 * len(channels)  # what was on its way runs into a global one, too
        on_its_way = statuses[429] - 2
        assert judge(discord).too_fast <= on_its_way
        assert not replace(judge(discord), too_fast=0).complaints()
        await adapter.close()


async def test_publishing_that_is_refused_for_an_hour_holds_up_no_digest(town, monkeypatch):
    async with DiscordStandIn(clock=town.clock) as discord:
        adapter = adapter_of(discord, town.clock, monkeypatch, DISCORD_CROSSPOST="1")
        channels = await due(town, discord, 5, kind=ANNOUNCEMENT)
        discord.faults.add("429-shared", route="POST */crosspost", seconds=3600, times=None)
        took = await all_sent(town, adapter, town.clock)
        await adapter.close()
        assert took < 60
        assert all(len(discord.posted(one.id, one.guild)) == 1 for one in channels)
        assert discord.calls("POST /channels/{channel}/messages/{message}/crosspost") == 5


@pytest.mark.slow
async def test_sixty_servers_that_are_due_in_one_minute_keep_the_limit_for_all(town, monkeypatch):
    clock = SystemClock()
    async with DiscordStandIn(clock=clock, rates=True) as discord:
        adapter = adapter_of(discord, clock, monkeypatch)
        await due(town, discord, 60)
        listening = asyncio.create_task(adapter.run(nobody_asks))
        try:
            await all_sent(town, adapter, town.clock)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        assert most_in_a_second(discord) <= GLOBAL
        assert not [one for one in discord.state.journal if one.status == 429]
        assert discord.state.synced == 1  # the gateway's own requests were among them
        assert not judge(discord).complaints()


async def nobody_asks(*_asked, **_given):
    raise AssertionError("nobody asked anything")
