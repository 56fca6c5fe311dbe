"""Channels of Discord that are gone or closed to the bot: they cost next to no refusal, and keep nobody else waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.discord.adapter import DiscordAdapter
from bot.domain.delivery import Status
from bot.ports import ChatContext
from bot.storage.store import Store
from bot.testing.discord import DiscordStandIn, Permission
from bot.testing.discord.judge import judge
from jobs.deliver import Sender

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
WINDOW = 600.0  # seconds in which Discord counts what it refuses
MOST = 100
KINDS = ("deleted", "hidden", "hushed", "deleted")  # how the channels between two live ones died
ENDED = {Status.SENT, Status.DEAD, Status.HELD, Status.CANCELLED}


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(f"sqlite:///{tmp_path / 'paperround.db'}", durable=False) as opened:
        yield opened


@pytest.fixture
async def discord(town):
    async with DiscordStandIn(clock=town.clock) as made:
        yield made
        assert not judge(made).complaints()


@pytest.fixture
async def adapter(town, discord, monkeypatch):
    for name, value in discord.environment().items():
        monkeypatch.setenv(name, value)
    made = DiscordAdapter(ChatContext(clock=town.clock, settings={}))
    yield made
    await made.close()


async def settled(town, discord, *guilds, dead, live_every):
    """Servers with so many dead channels each, and a live one after so many of them; the live ones' ids."""
    live = []
    for guild in guilds:
        for number in range(dead):
            kind = KINDS[number % len(KINDS)]
            await town.channel(gone_or_closed(discord, guild, number, kind), **at(guild))
            if number % live_every == 0:
                channel = discord.state.add_channel(guild, f"live-{number}")
                live.append((await town.channel(channel.id, **at(guild))).id)
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return live


def at(guild):
    return {"platform": "discord", "workspace": guild.id}


def gone_or_closed(discord, guild, number, kind):
    """The id of a channel the bot cannot post in."""
    channel = discord.state.add_channel(guild, f"{kind}-{number}")
    if kind == "deleted":
        del discord.state.channels[channel.id], guild.channels[channel.id]
        return channel.id
    lost = Permission.VIEW_CHANNEL if kind == "hidden" else Permission.SEND_MESSAGES
    role = discord.state.bot.role
    channel.overwrites = [{"id": role, "type": 0, "allow": "0", "deny": str(int(lost))}]
    return channel.id


def add_guild(discord, name):
    guild = discord.state.add_guild(name)
    guild.members[discord.state.bot.id] = discord.state.bot
    return guild


async def rounds(town, adapter, over, *, minutes=30):
    """Send what is due, minute after minute, until it is over; how many minutes that took."""
    sender = Sender(town.store, {"discord": adapter}, clock=town.clock, jitter=lambda: 1.0)
    begun = town.clock.now()
    while town.clock.now() - begun < timedelta(minutes=minutes):
        await sender.drain_due()
        if await over():
            return (town.clock.now() - begun) / timedelta(minutes=1)
        town.clock.advance(timedelta(seconds=5))
    raise AssertionError([one.last_error for one in await town.store.deliveries()])


def all_over(town, only=()):
    async def over():
        found = await town.store.deliveries(limit=20_000)
        held = {one.slot_id for one in found if one.status is Status.HELD}  # what follows it waits with it
        asked = [one for one in found if one.slot_id not in held]
        return all(one.status in ENDED for one in asked if not only or one.destination_id in only)

    return over


async def statuses(town, destinations):
    found = await town.store.deliveries(limit=20_000)
    return {one.status for one in found if one.destination_id in destinations and not one.part_no}


def most_refused(discord):
    """The most answers of 401, 403 and 429 within any ten minutes."""
    times = [one.at for one in discord.state.journal if one.status in {401, 403, 429}]
    return max((sum(at <= other < at + WINDOW for other in times) for at in times), default=0)


async def test_channels_that_are_gone_or_closed_cost_no_refusal(town, discord, adapter):
    live = await settled(
        town, discord, discord.home, add_guild(discord, "Weaving Lab"), dead=20, live_every=4
    )
    await rounds(town, adapter, all_over(town))
    assert await statuses(town, live) == {Status.SENT}
    assert most_refused(discord) == 0
    assert not [one for one in discord.state.journal if one.status == 403]


async def test_a_dead_channel_is_asked_for_once_and_then_left_until_somebody_acts(town, discord, adapter):
    await settled(town, discord, discord.home, dead=8, live_every=100)
    await rounds(town, adapter, all_over(town))
    homes = await town.store.destinations(workspace=discord.home.id)
    assert sum(one.paused for one in homes) == 8
    before = len(discord.state.journal)
    await town.lists(2, day=NINE.date() + timedelta(days=1))
    town.clock.move_to(NINE + timedelta(days=1))
    await town.plan()
    await rounds(town, adapter, all_over(town))
    asked = [one.path for one in discord.state.journal[before:]]
    assert not [path for path in asked for home in homes if home.paused and home.address.channel in path]


async def test_a_channel_that_was_opened_meanwhile_gets_its_digest_at_once(town, discord, adapter):
    (home,) = [await town.channel(discord.channel("hushed").id, **at(discord.home))]
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    await rounds(town, adapter, all_over(town))
    assert await statuses(town, {home.id}) == {Status.HELD}
    discord.deny("hushed")
    town.clock.advance(timedelta(seconds=20))
    await town.store.resume_destination(home.id, town.clock.now())
    await rounds(town, adapter, all_over(town))
    assert await statuses(town, {home.id}) == {Status.SENT}


async def test_a_server_that_removed_the_bot_unheard_refuses_once_for_all_its_channels(
    town, discord, adapter
):
    guild = add_guild(discord, "Weaving Lab")
    live = await settled(town, discord, guild, discord.home, dead=20, live_every=4)
    del guild.members[discord.state.bot.id]
    await rounds(town, adapter, all_over(town))
    asked = [one for one in discord.state.journal if guild.id in one.path]
    assert len(asked) <= 2
    assert Status.SENT in await statuses(town, live)


@pytest.mark.slow
async def test_what_is_refused_without_a_warning_stops_before_what_is_known_to_work(town, discord, adapter):
    known = await settled(town, discord, discord.home, dead=1, live_every=1)
    await rounds(town, adapter, all_over(town))
    guild = add_guild(discord, "Weaving Lab")
    for number in range(150):
        channel = discord.state.add_channel(guild, f"odd-{number}")
        discord.faults.add("error", route=f"POST /channels/{channel.id}/*", times=None)
        await town.channel(channel.id, **at(guild))
    await town.lists(2, day=NINE.date() + timedelta(days=1))
    town.clock.move_to(NINE + timedelta(days=1))
    await town.plan()
    took = await rounds(town, adapter, all_over(town, known))
    assert took < 5
    assert most_refused(discord) <= MOST
    await rounds(town, adapter, all_over(town))
    assert most_refused(discord) <= MOST


@pytest.mark.slow
async def test_five_thousand_dead_channels_among_live_ones(town, discord, adapter):
    guilds = [add_guild(discord, f"Lab {number}") for number in range(20)]
    live = await settled(town, discord, *guilds, dead=250, live_every=50)
    took = await rounds(town, adapter, all_over(town, live))
    assert await statuses(town, live) == {Status.SENT}
    await rounds(town, adapter, all_over(town))
    assert most_refused(discord) <= MOST
    assert took < 15
