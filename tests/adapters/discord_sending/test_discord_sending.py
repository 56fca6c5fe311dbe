"""One message to Discord, posted once, where it belongs."""

from __future__ import annotations

import pytest

from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.places import Channel, Tag
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.sending import Sending
from adapters.chat.discord.settings import DiscordSettings
from adapters.chat.discord.threads import tags_of
from bot.errors import (
    DestinationGone,
    Transient,
)
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission
from bot.testing.discord.judge import judge

from .conftest import KEY, OTHER, THREADS, TITLE, part_for


async def test_a_part_is_posted_with_its_key_and_mentions_nobody(
    discord: DiscordStandIn, sending: Sending
) -> None:
    receipt = await sending.send(part_for(discord), key=KEY)
    (said,) = discord.posted("papers")
    assert receipt.remote_id == f"{discord.channel('papers').id}/{said.id}"
    asked = discord.state.journal[-1].body
    assert (asked["nonce"], asked["enforce_nonce"]) == (KEY, True)
    assert asked["allowed_mentions"] == {"parse": []}
    assert KEY in str(said.components)
    assert (said.text, len(said.embeds), said.pings) == ("**Three papers today**", 1, ())
    assert not discord.state.findings


@pytest.mark.parametrize("channel", ["papers", "news", "@ben"])
async def test_the_same_key_twice_is_one_message(
    discord: DiscordStandIn, sending: Sending, channel: str
) -> None:
    first = await sending.send(part_for(discord, channel), key=KEY)
    assert await sending.send(part_for(discord, channel), key=KEY) == first
    assert len(discord.posted(channel)) == 1


async def test_a_repeated_part_says_so(discord: DiscordStandIn, sending: Sending) -> None:
    await sending.send(part_for(discord, repeated=True), key=KEY)
    (said,) = discord.posted("papers")
    assert "repeated after a restart" in said.text


@pytest.mark.parametrize("channel", ["papers", "news"])
async def test_later_parts_go_into_one_thread_of_the_first(
    discord: DiscordStandIn, sending: Sending, channel: str
) -> None:
    first = await sending.send(part_for(discord, channel), key=KEY)
    for number in (1, 2):
        part = part_for(discord, channel, number=number, in_thread=True, opening=first.remote_id)
        receipt = await sending.send(part, key=f"part {number}")
        assert receipt.remote_id.split("/")[0] == first.remote_id.split("/")[1]
    (thread,) = discord.threads(channel)
    assert thread.name == TITLE
    assert len(discord.posted(thread.id)) == 2
    assert discord.calls(THREADS) == 1


async def test_a_part_whose_digest_moved_or_began_nowhere_goes_into_the_channel(
    discord: DiscordStandIn, sending: Sending
) -> None:
    for opening in ("", "123/456", "123", "/"):
        await sending.send(part_for(discord, number=1, in_thread=True, opening=opening), key=f"k{opening}")
    assert len(discord.posted("papers")) == 4
    assert not discord.threads("papers")


@pytest.mark.parametrize("channel", ["@ben", "thread"])
async def test_where_no_thread_can_be_the_parts_follow_each_other(
    discord: DiscordStandIn, sending: Sending, channel: str
) -> None:
    discord.state.add_channel(discord.home, "thread", kind=11, parent=discord.channel("papers"))
    first = await sending.send(part_for(discord, channel), key=KEY)
    await sending.send(
        part_for(discord, channel, number=1, in_thread=True, opening=first.remote_id), key=OTHER
    )
    assert len(discord.posted(channel)) == 2


async def test_without_the_right_to_open_threads_everything_goes_into_the_channel(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.deny("papers", Permission.CREATE_PUBLIC_THREADS)
    first = await sending.send(part_for(discord), key=KEY)
    part = part_for(discord, number=1, in_thread=True, opening=first.remote_id)
    assert (await sending.send(part, key=OTHER)).remote_id.startswith(part.channel)
    assert len(discord.posted("papers")) == 2


async def test_without_the_right_to_write_in_threads_everything_goes_into_the_channel(
    discord: DiscordStandIn, sending: Sending
) -> None:
    discord.deny("papers", Permission.SEND_MESSAGES_IN_THREADS)
    first = await sending.send(part_for(discord), key=KEY)
    part = part_for(discord, number=1, in_thread=True, opening=first.remote_id)
    assert (await sending.send(part, key=OTHER)).remote_id.startswith(part.channel)
    assert len(discord.posted("papers")) == 2
    assert sending.wire.budget.used == 0


@pytest.mark.parametrize("code", [50083, 160005, 10003, 50013, 50001])
async def test_a_part_whose_thread_is_closed_or_gone_still_arrives(
    discord: DiscordStandIn, sending: Sending, code: int
) -> None:
    first = await sending.send(part_for(discord), key=KEY)
    discord.faults.add("error", code=code, status=400)
    await sending.send(part_for(discord, number=1, in_thread=True, opening=first.remote_id), key=OTHER)
    assert (
        len(discord.posted("papers")) + sum(len(discord.posted(t.id)) for t in discord.threads("papers")) == 2
    )


async def test_a_thread_that_another_opened_meanwhile_is_used(
    discord: DiscordStandIn, sending: Sending
) -> None:
    first = await sending.send(part_for(discord), key=KEY)
    part = part_for(discord, number=1, in_thread=True, opening=first.remote_id)
    discord.faults.add("502_after", route="POST */threads")
    with pytest.raises(Transient):
        await sending.send(part, key=OTHER)
    await sending.send(part, key=OTHER)
    (thread,) = discord.threads("papers")
    assert len(discord.posted(thread.id)) == 1


async def test_a_thread_whose_message_was_removed_is_none(discord: DiscordStandIn, sending: Sending) -> None:
    channel = discord.channel("papers").id
    part = part_for(discord, number=1, in_thread=True, opening=f"{channel}/1")
    assert (await sending.send(part, key=KEY)).remote_id.startswith(f"{channel}/")


@pytest.mark.parametrize("spelled", ["Reward models", "reward-models", "REWARD_MODELS"])
def test_a_tag_is_found_however_it_is_spelled(spelled: str) -> None:
    forum = Channel(id="1", kind=15, tags=(Tag("7", "other"), Tag("8", spelled)))
    assert tags_of(forum, ("nothing", "reward-models")) == ("8",)


def test_a_topic_is_found_by_as_much_of_it_as_a_tag_may_have() -> None:
    forum = Channel(id="1", kind=15, tags=(Tag("8", "large language model"),))
    assert tags_of(forum, ("large-language-models",)) == ("8",)


async def test_in_a_forum_a_digest_is_one_post_with_the_tags_it_is_of(
    discord: DiscordStandIn, sending: Sending
) -> None:
    tags = ("CS.LG", "nothing of the kind", "stat.ML")
    first = await sending.send(part_for(discord, "reading", topics=tags), key=KEY)
    later = part_for(discord, "reading", number=1, in_thread=True, opening=first.remote_id)
    second = await sending.send(later, key=OTHER)
    (post,) = discord.threads("reading")
    names = {tag["id"]: tag["name"] for tag in discord.channel("reading").tags}
    assert [names[tag] for tag in post.applied_tags] == ["cs.LG", "stat.ML"]
    assert (post.name, first.remote_id) == (TITLE, f"{post.id}/{post.id}")
    assert second.remote_id.startswith(f"{post.id}/")
    assert [said.id for said in discord.posted(post.id)] == [
        post.id,
        second.remote_id.split("/")[1],
    ]
    assert not discord.state.findings


async def test_a_forum_that_demands_a_tag_is_given_its_first(
    discord: DiscordStandIn, sending: Sending
) -> None:
    forum = discord.channel("reading")
    forum.needs_tag = True
    forum.tags[0]["moderated"] = True
    await sending.send(part_for(discord, "reading"), key=KEY)
    (post,) = discord.threads("reading")
    assert post.applied_tags == [forum.tags[1]["id"]]


async def test_a_forum_that_demands_a_tag_and_has_none_waits_for_somebody(
    discord: DiscordStandIn, sending: Sending
) -> None:
    forum = discord.channel("reading")
    forum.needs_tag, forum.tags = True, []
    with pytest.raises(DestinationGone, match="tag"):
        await sending.send(part_for(discord, "reading"), key=KEY)


@pytest.mark.parametrize("code", [160004, 160002])
async def test_a_part_whose_thread_is_gone_for_good_goes_into_the_channel(
    discord: DiscordStandIn, sending: Sending, code: int
) -> None:
    first = await sending.send(part_for(discord), key=KEY)
    later = part_for(discord, number=1, in_thread=True, opening=first.remote_id)
    discord.faults.add("error", route="POST */threads", code=code, status=400)
    receipt = await sending.send(later, key=OTHER)
    assert receipt.remote_id.startswith(f"{later.channel}/")
    assert len(discord.posted("papers")) == 2


async def test_a_part_whose_forum_post_is_gone_begins_another(
    discord: DiscordStandIn, sending: Sending
) -> None:
    part = part_for(discord, "reading", number=1, opening="123/123")
    await sending.send(part, key=KEY)
    (post,) = discord.threads("reading")
    assert post.name == TITLE


@pytest.mark.parametrize("crosspost", [True, False])
async def test_an_announcement_is_published_where_that_is_wanted(
    discord: DiscordStandIn, wire: Wire, crosspost: bool
) -> None:
    sending = Sending(wire=wire, people=People(wire, FakeClock()), crosspost=crosspost)
    await sending.send(part_for(discord, "news"), key=KEY)
    await sending.send(part_for(discord, "papers"), key=OTHER)
    await sending.aside.end()
    assert discord.calls("POST /channels/{channel}/messages/{message}/crosspost") == int(crosspost)


async def test_every_announcement_of_an_hour_is_published() -> None:
    async with DiscordStandIn(rates=True) as limited:
        settings = DiscordSettings.load(api_url=limited.api_url, token=limited.bot_token)
        wire = Wire(settings, FakeClock())
        sending = Sending(wire=wire, people=People(wire, FakeClock()), crosspost=True)
        for number in (1, 2, 3):
            await sending.send(part_for(limited, "news"), key=f"part {number}")
        await sending.aside.end()
        await wire.close()
        assert limited.calls("POST /channels/{channel}/messages/{message}/crosspost") == 3
        assert not judge(limited).complaints()


@pytest.mark.parametrize("kind", ["429-shared", "503", "error", "reset"])
async def test_an_announcement_that_cannot_be_published_is_there_all_the_same(
    discord: DiscordStandIn, wire: Wire, kind: str
) -> None:
    sending = Sending(wire=wire, people=People(wire, FakeClock()), crosspost=True)
    discord.faults.add(kind, route="POST */crosspost", code=40033, status=400)
    assert await sending.send(part_for(discord, "news"), key=KEY)
    assert len(discord.posted("news")) == 1
