"""One message to Discord, whatever becomes of it: an answer lost, a channel closed, a payload refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.sending import Sending
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import (
    AuthFailed,
    DeliveryError,
    DestinationGone,
    Rejected,
    Throttled,
    Transient,
    Unknown,
)
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission

from .conftest import KEY, OTHER, POSTS, part_for

FAULTS = {
    "429": Throttled,
    "429-global": Throttled,
    "ban": Throttled,
    "500": Unknown,
    "503": Unknown,
    "reset": Unknown,
    "reset_after": Unknown,
    "close_after": Unknown,
    "502_after": Unknown,
    "garbage": Unknown,
}


@pytest.mark.parametrize("channel", ["papers", "reading"])
@pytest.mark.parametrize(("kind", "error"), FAULTS.items(), ids=str)
async def test_whatever_becomes_of_the_answer_the_call_is_made_once(
    discord: DiscordStandIn, sending: Sending, kind: str, error: type[DeliveryError], channel: str
) -> None:
    discord.faults.add(kind, route="POST *")
    with pytest.raises(DeliveryError) as told:
        await sending.send(part_for(discord, channel), key=KEY)
    assert type(told.value) is error
    there = len(discord.threads(channel) if channel == "reading" else discord.posted(channel))
    assert there == (1 if kind.endswith("_after") or kind == "garbage" else 0)
    assert sum(one.method == "POST" for one in discord.state.journal) == 1


@pytest.mark.parametrize("kind", ["503", "html", "garbage", "reset_after"])
@pytest.mark.parametrize("asked", ["/guilds/*/channels", "/guilds/*", "/users/@me"])
async def test_what_could_not_even_be_asked_was_certainly_not_posted(
    discord: DiscordStandIn, sending: Sending, kind: str, asked: str
) -> None:
    discord.faults.add(kind, route=f"GET {asked}", times=None)
    with pytest.raises(Transient):
        await sending.send(part_for(discord), key=KEY)
    assert not discord.posted("papers")


async def test_sent_again_after_a_lost_answer_it_is_still_one_message(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.faults.add("502_after")
    with pytest.raises(Unknown):
        await sending.send(part_for(discord), key=KEY)
    await sending.send(part_for(discord), key=KEY)
    assert len(discord.posted("papers")) == 1


async def test_what_somebody_removed_is_not_posted_again(discord: DiscordStandIn, sending: Sending) -> None:
    await sending.send(part_for(discord), key=KEY)
    (said,) = discord.posted("papers")
    discord.channel("papers").messages.remove(said)
    discord.state.deleted.append(said)
    with pytest.raises(Rejected, match="removed"):
        await sending.send(part_for(discord), key=KEY)
    assert not discord.posted("papers")


@pytest.mark.parametrize("channel", ["hidden", "hushed"])
async def test_a_channel_closed_to_the_bot_waits_for_somebody(
    discord: DiscordStandIn, sending: Sending, channel: str
) -> None:
    with pytest.raises(DestinationGone) as told:
        await sending.send(part_for(discord, channel), key=KEY)
    assert told.value.fix


async def test_a_channel_that_is_gone_and_one_that_takes_no_messages_wait_for_somebody(
    discord: DiscordStandIn, sending: Sending
) -> None:
    with pytest.raises(DestinationGone):
        await sending.send(replace(part_for(discord), channel="1"), key=KEY)
    discord.faults.add("error", code=50008, status=400)
    with pytest.raises(DestinationGone, match="takes no messages"):
        await sending.send(part_for(discord), key=KEY)


async def test_direct_messages_that_are_closed_wait_for_the_person(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.home.member("ben").dms_open = False
    with pytest.raises(DestinationGone):
        await sending.send(part_for(discord, "@ben"), key=KEY)


async def test_a_message_discord_refuses_is_posted_with_less_in_it(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.faults.add("error", code=50035, status=400)
    await sending.send(part_for(discord), key=KEY)
    (said,) = discord.posted("papers")
    assert "thumbnail" not in said.embeds[0]
    discord.faults.add("error", code=50035, status=400, times=2)
    await sending.send(part_for(discord), key=OTHER)
    assert not discord.posted("papers")[-1].embeds
    assert "Robots that knit" in discord.posted("papers")[-1].text


async def test_a_message_discord_refuses_in_every_form_is_dead(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.faults.add("error", code=50035, status=400, times=None)
    with pytest.raises(Rejected):
        await sending.send(part_for(discord), key=KEY)
    assert discord.calls(POSTS) == 3


async def test_where_embeds_would_vanish_the_papers_are_told_in_plain_text(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.deny("papers", Permission.EMBED_LINKS)
    await sending.send(part_for(discord), key=KEY)
    (said,) = discord.posted("papers")
    assert "Robots that knit" in said.text
    assert discord.state.counters["embeds_dropped"] == 0


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"v":99}', b"\xff"])
async def test_bytes_that_are_no_message_are_refused_before_anything_is_asked(
    discord: DiscordStandIn, sending: Sending, payload: bytes
) -> None:
    with pytest.raises(Rejected):
        await sending.send(replace(part_for(discord), payload=payload), key=KEY)
    assert not discord.state.journal


async def test_a_token_discord_does_not_take_stops_the_lane(discord: DiscordStandIn) -> None:
    wire = Wire(DiscordSettings.load(api_url=discord.api_url, token="no.bodys.token"), FakeClock())
    with pytest.raises(AuthFailed):
        await Sending(wire=wire, people=People(wire, FakeClock())).send(part_for(discord), key=KEY)
    await wire.close()


async def test_one_person_is_told_in_their_direct_messages(discord: DiscordStandIn, sending: Sending) -> None:
    await sending.tell(
        discord.home.member("mia").id, "Your digest is paused: *its channel* is gone. @everyone"
    )
    (said,) = discord.posted("@mia")
    assert "paused" in said.text
    assert said.pings == ()
    with pytest.raises(DestinationGone):
        await sending.tell("nobody-at-all", "Hello")
    discord.home.member("ben").dms_open = False
    with pytest.raises(DestinationGone):
        await sending.tell(discord.home.member("ben").id, "Hello")


async def test_a_channel_that_changed_its_kind_is_asked_about_again(
    discord: DiscordStandIn, sending: Sending
) -> None:
    await sending.send(part_for(discord), key=KEY)
    channel = discord.channel("papers")
    channel.kind = 15
    with pytest.raises(DestinationGone):
        await sending.send(part_for(discord), key=OTHER)
    await sending.send(part_for(discord), key=OTHER)
    assert len(discord.threads("papers")) == 1
