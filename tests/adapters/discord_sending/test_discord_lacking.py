"""What the bot lacks in a channel: digests come all the same, without a refusal, and somebody is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from adapters.chat.discord.advising import Advising
from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.places import Channel
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.aside import Aside
from adapters.chat.discord.sending import Sending
from bot.domain.subscription import Address
from bot.errors import DestinationGone, Throttled
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission

from .conftest import KEY, OTHER, POSTS, THREADS, part_for

LOST = {
    Permission.EMBED_LINKS: ("Embed Links", "plain text"),
    Permission.CREATE_PUBLIC_THREADS: ("Create Public Threads", "not in a thread"),
    Permission.SEND_MESSAGES_IN_THREADS: ("Send Messages in Threads", "not in a thread"),
    Permission.READ_MESSAGE_HISTORY: ("Read Message History", "may send it twice"),
}


@dataclass
class Noted:
    """What the bot was told to tell."""

    told: list[tuple[str, str]] = field(default_factory=list)

    async def channel_lacks(self, address: Address, what: str) -> None:
        self.told.append((address.channel, what))


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def sending(wire: Wire, noted: Noted) -> Sending:
    clock, aside = FakeClock(), Aside()
    advising = Advising(clock=clock, workspaces=cast("Any", noted), aside=aside)
    return Sending(wire=wire, people=People(wire, clock), aside=aside, look=advising.look)


async def both_parts(discord: DiscordStandIn, sending: Sending, channel: str = "papers") -> None:
    """Post a digest of two parts."""
    receipt = await sending.send(part_for(discord, channel), key=KEY)
    later = replace(part_for(discord, channel, in_thread=True, number=1), opening=receipt.remote_id)
    await sending.send(later, key=OTHER)
    await sending.aside.end()


def refusals(discord: DiscordStandIn) -> Sequence[int]:
    return [one.code for one in discord.state.journal if one.status == 403]


@pytest.mark.parametrize("lost", LOST, ids=[one.name for one in LOST])
async def test_whatever_is_lacking_is_told_with_what_to_do_and_refuses_nothing(
    discord: DiscordStandIn, sending: Sending, noted: Noted, lost: Permission
) -> None:
    discord.deny("papers", lost)
    await both_parts(discord, sending)
    ((channel, what),) = noted.told
    assert channel == discord.channel("papers").id
    assert all(words in what for words in LOST[lost])
    assert refusals(discord) == []


async def test_all_that_is_lacking_is_told_at_once(
    discord: DiscordStandIn, sending: Sending, noted: Noted
) -> None:
    discord.deny("papers", *LOST)
    await both_parts(discord, sending)
    ((_, what),) = noted.told
    assert all(name in what for name, _ in LOST.values())


async def test_where_nothing_is_lacking_nobody_is_told(
    discord: DiscordStandIn, sending: Sending, noted: Noted
) -> None:
    await both_parts(discord, sending)
    assert noted.told == []
    assert len(discord.threads("papers")) == 1


async def test_where_no_thread_can_be_opened_none_is_asked_for(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.deny("papers", Permission.CREATE_PUBLIC_THREADS)
    await both_parts(discord, sending)
    assert discord.calls(THREADS) == 0
    assert len(discord.posted("papers")) == 2


@pytest.mark.parametrize("lost", [Permission.SEND_MESSAGES, Permission.SEND_MESSAGES_IN_THREADS])
async def test_a_forum_where_the_bot_may_not_write_is_known_before(
    discord: DiscordStandIn, sending: Sending, lost: Permission
) -> None:
    discord.deny("reading", lost)
    with pytest.raises(DestinationGone) as told:
        await sending.send(part_for(discord, "reading"), key=KEY)
    assert "Send Messages" in told.value.fix
    assert refusals(discord) == []


async def test_publishing_holds_up_no_digest(discord: DiscordStandIn, wire: Wire) -> None:
    sending = Sending(wire=wire, people=People(wire, FakeClock()), crosspost=True)
    discord.faults.add("slow", route="POST */crosspost", seconds=0.5)
    discord.faults.add("429-shared", route="POST */crosspost", seconds=1200, times=None)
    for key in (KEY, OTHER):
        await sending.send(part_for(discord, "news"), key=key)
        assert sending.aside.running
    await sending.aside.end()
    assert len(discord.posted("news")) == 2
    assert wire.budget.used == 0


async def test_what_runs_beside_is_bounded_and_comes_to_an_end() -> None:
    aside, done = Aside(), list[int]()

    async def work(number: int) -> None:
        done.append(number)
        if number == 1:
            raise ValueError("nobody minds")

    for number in range(3):
        aside.start(work(number))
    await aside.end()
    await aside.end()
    assert done == [0, 1, 2]
    assert not aside.running


async def test_direct_messages_stop_before_channels_when_too_much_is_refused(
    discord: DiscordStandIn, wire: Wire, sending: Sending
) -> None:
    await sending.send(part_for(discord), key=KEY)
    for most, refused in ((70, "@ben"), (90, "general")):
        while wire.budget.used < most:
            wire.budget.count(403)
        with pytest.raises(Throttled) as told:
            await sending.send(part_for(discord, refused), key=OTHER)
        assert not told.value.whole_lane
    await sending.send(part_for(discord), key=KEY)  # which took one before
    assert discord.calls(POSTS) == 2


async def test_two_channels_that_were_opened_meanwhile_are_both_looked_at_again(
    discord: DiscordStandIn, sending: Sending
) -> None:
    channels = ("papers", "general")
    for channel in channels:
        discord.deny(channel, Permission.SEND_MESSAGES)
    for channel in channels:
        assert not (await sending.people.own(await known(discord, sending, channel))).send_messages
    for channel in channels:
        discord.deny(channel)
    await asyncio.gather(
        *(
            sending.send(part_for(discord, channel), key=key)
            for channel, key in zip(channels, (KEY, OTHER), strict=True)
        )
    )
    assert [len(discord.posted(channel)) for channel in channels] == [1, 1]


async def known(discord: DiscordStandIn, sending: Sending, channel: str) -> Channel:
    """A channel as the bot knows it from now on."""
    return await sending.people.channel_at(discord.home.id, discord.channel(channel).id)
