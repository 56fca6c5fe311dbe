"""What the bot lacks in a channel of Discord is told once to whoever subscribed: at once, or when it is found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pydantic import SecretStr

from adapters.chat.discord.adapter import DiscordAdapter
from bot.app.doors import Doors
from bot.app.workspaces import KeptWorkspaces, keys
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.config import Settings
from bot.domain.delivery import Status
from bot.domain.subscription import Address
from bot.ports import ChatContext
from bot.storage.store import Store
from bot.testing.discord import DiscordStandIn, Permission
from jobs.deliver import Sender

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(f"sqlite:///{tmp_path / 'paperround.db'}", durable=False) as opened:
        yield opened


@pytest.fixture
async def discord(town):
    async with DiscordStandIn(clock=town.clock) as made:
        yield made


@pytest.fixture
async def adapter(town, discord, monkeypatch):
    for name, value in discord.environment().items():
        monkeypatch.setenv(name, value)
    workspaces = KeptWorkspaces(town.store, keys(Settings(secret_key=SecretStr(""))), town.clock)
    made = DiscordAdapter(ChatContext(clock=town.clock, settings={}, workspaces=workspaces))
    yield made
    await made.close()


def at(discord, channel="papers"):
    return Address(platform="discord", workspace=discord.home.id, channel=discord.channel(channel).id)


async def subscribed(town, discord, adapter, channel="papers"):
    """Mia subscribes there; what she is told."""
    doors = Doors({"discord": adapter})
    services = Services(why_not_post=doors.why_not_post, what_is_lacking=doors.what_is_lacking)
    reply = await dispatch(
        Call("subscribe", {"query": "knitting", "at": "9:00", "tz": "UTC", "days": "daily"}),
        Context(
            store=town.store,
            clock=town.clock,
            asker=Asker(user=discord.home.member("mia").id, name="mia", manager=True),
            address=at(discord, channel),
            place=f"#{channel}",
            services=services,
        ),
    )
    return str(reply)


async def day(town, adapter, number):
    """A day's digest, sent; and everybody told who is to be told."""
    moment = NINE + timedelta(days=number)
    await town.lists(number + 1, day=moment.date())
    town.clock.move_to(moment)
    await town.plan()
    sender = Sender(town.store, {"discord": adapter}, clock=town.clock, jitter=lambda: 1.0)
    await sender.drain_due()
    await adapter._kit.sending.aside.end()
    await sender.tell()


def told(discord):
    return [one.text for one in discord.posted("@mia")]


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (Permission.CREATE_PUBLIC_THREADS, "Create Public Threads"),
        (Permission.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
    ids=["threads", "in threads", "history"],
)
async def test_whoever_subscribes_is_told_at_once_and_not_again_by_a_digest(
    town, discord, adapter, lost, words
):
    discord.deny("papers", lost)
    assert words in await subscribed(town, discord, adapter)
    for number in (0, 1):
        await day(town, adapter, number)
    assert told(discord) == []
    assert {one.status for one in await town.store.deliveries()} == {Status.SENT}


async def test_what_is_lost_later_is_told_once_and_digests_come_as_plain_text(town, discord, adapter):
    assert "Grant" not in await subscribed(town, discord, adapter)
    await day(town, adapter, 0)
    assert told(discord) == []
    discord.deny("papers", Permission.EMBED_LINKS)
    for number in (1, 2, 3):
        await day(town, adapter, number)
    (said,) = told(discord)
    assert "#papers" in said
    assert '"Embed Links"' in said
    assert "plain text" in said
    assert discord.posted("papers")[0].embeds
    assert not discord.posted("papers")[-1].embeds
    assert discord.state.counters["embeds_dropped"] == 0


async def test_another_process_tells_nobody_again(town, discord, adapter):
    await subscribed(town, discord, adapter)
    discord.deny("papers", Permission.EMBED_LINKS)
    await day(town, adapter, 0)
    again = DiscordAdapter(ChatContext(clock=town.clock, settings={}, workspaces=adapter._kit.workspaces))
    await day(town, again, 1)
    await again.close()
    assert len(told(discord)) == 1


async def test_where_nothing_can_be_posted_nothing_is_subscribed(town, discord, adapter):
    for channel in ("hidden", "hushed"):
        said = await subscribed(town, discord, adapter, channel)
        assert "nothing was changed" in said
    assert await town.store.destinations(workspace=discord.home.id) == ()


async def test_a_channel_without_subscribers_is_no_news(town, discord):
    await town.store.channel_lacks(at(discord), "Grant the bot everything.")
    assert await town.store.notices() == ()


async def test_whoever_is_told_of_a_lack_is_not_cut_off(town, discord):
    home = await town.channel(at(discord).channel, platform="discord", workspace=discord.home.id)
    for what in ("Grant it one thing.", "Grant it one thing.", "Grant it another."):
        await town.store.channel_lacks(home.address, what)
    assert [one.text.endswith(".") for one in await town.store.notices()] == [True, True]
    assert not await town.store.is_cut_off(home.id)


async def test_a_chat_that_advises_nobody_is_one_all_the_same(town):
    address = Address(platform="fake", workspace="w", channel="c")
    assert await Doors({"fake": cast("Any", town.chat)}).what_is_lacking(address) == ""


async def test_when_discord_does_not_answer_nothing_is_said_to_be_lacking(town, discord, adapter):
    discord.faults.add("503", route="GET *", times=None)
    assert await adapter.what_is_lacking(at(discord)) == ""
