"""The whole round in Discord with the real process: from the first command to the digest, and out again."""

from __future__ import annotations

import pytest

from bot.testing.discord import Interaction, Said

pytestmark = pytest.mark.slow

TAG = {"id": "77", "name": "robotics", "moderated": False, "emoji_id": None, "emoji_name": None}
CROSSPOSTED = 1
PATIENCE = 60.0  # seconds, on a busy machine


def words(act: Interaction) -> str:
    """Everything that was answered."""
    assert act.finished, f"{act.what} was not answered"
    return str([one.raw for one in act.answers])


def papers_in(said: Said) -> list[str]:
    """The papers that a message's menu has, by what chooses them."""
    menus = [part for row in said.components for part in row["components"] if part["type"] == 3]
    return [option["value"] for option in menus[0]["options"]]


async def test_a_server_subscribes_reads_edits_and_leaves(bot, verdict_of, each_once) -> None:
    bot.more = {"DISCORD_CROSSPOST": "1"}
    bot.discord.channel("reading").tags.append(TAG)
    await bot.papers()
    await bot.start()
    mia = bot.driver()

    await subscribed(mia)
    await searched(mia)
    await looked_at(mia)
    await edited(mia)
    await paused(mia)
    await bot.again()
    assert bot.discord.state.synced == 1

    assert await bot.end() == 0, bot.said()
    await bot.make_due()
    await bot.start()
    await bot.sent_all()
    assert each_once(bot) >= 3
    posted_everywhere(bot.discord)

    assert "weaving" in words(await mia.slash("papers unsubscribe", which="1", user="mia"))
    assert "weaving" not in words(await mia.slash("papers list", user="mia"))
    assert await bot.end() == 0, bot.said()
    assert verdict_of(bot).complaints() == ()


async def subscribed(mia) -> None:
    """In a channel, in one of announcements, and in a forum, to which a channel's digest moves."""
    offered = await mia.autocomplete("papers subscribe", "query", "topic:robo", user="mia")
    assert "topic:robotics" in [one["value"] for one in offered.choices]
    assert "Subscribed" in words(await mia.slash("papers subscribe", query="weaving", user="mia"))
    assert "Subscribed" in words(
        await mia.slash("papers subscribe", query="looms", user="mia", channel="news")
    )
    await mia.slash("papers subscribe", query="topic:robotics", user="mia", channel="general")
    forum = mia.discord.channel("reading")
    assert "Moved" in words(await mia.slash("papers move", to=forum, user="mia", channel="general"))
    assert "weaving" in words(await mia.slash("papers list", user="mia"))


async def searched(mia) -> None:
    """Three pages, forth and back, in one private message."""
    (found,) = (await mia.slash("papers search", query="looms", user="ben")).answers
    first, embeds = found.text, found.embeds
    await mia.press(found, "Next", user="ben")
    await mia.discord.until(lambda: "Page 2 of 3" in found.text, seconds=PATIENCE)
    assert found.embeds != embeds
    await mia.press(found, "Previous", user="ben")
    await mia.discord.until(lambda: (found.text, found.embeds) == (first, embeds), seconds=PATIENCE)
    assert found.only_for == mia.guild.member("ben").id


async def looked_at(mia) -> None:
    """Whatever anybody may ask for, and the card of a paper from a menu."""
    found = (await mia.slash("papers today", user="ben")).answers[0]
    paper = papers_in(found)[0]
    assert "looms" in words(await mia.select(found, paper, user="ben"))
    for line in ("show", "why", "cite", "similar"):
        assert words(await mia.slash(f"papers {line}", paper=paper, user="ben")), line
    for line in ("trending", "status", "help", "topics", "my saved"):
        assert words(await mia.slash(f"papers {line}", user="ben")), line
    said = mia.say("Look at https://arxiv.org/abs/2606.00001", user="ben")
    assert "looms" in words(await mia.context("Look up papers", said, user="ben"))


async def edited(mia) -> None:
    """The form that a button opens changes the subscription and the channel's hour."""
    listed = await mia.slash("papers list", user="mia")
    asked = await mia.press(listed.answers[0], "Edit 1", user="mia")
    saved = await mia.submit(asked, {"query": "weaving OR spinning", "at": "07:30"})
    assert "07:30" in words(saved)
    assert "spinning" in words(await mia.slash("papers list", user="mia"))


async def paused(mia) -> None:
    """By a button, and on again by a command."""
    listed = await mia.slash("papers list", user="mia")
    assert "paused" in words(await mia.press(listed.answers[0], "Pause 1", user="mia")).lower()
    assert "is for the managers" in words(await mia.slash("papers resume", user="ben"))
    assert words(await mia.slash("papers resume", which="1", user="mia"))
    assert "paused" not in words(await mia.slash("papers list", user="mia")).lower()


def posted_everywhere(discord) -> None:
    """A message with a thread, a published one, and a post with the tag of its topic."""
    (first,) = discord.posted("papers")
    (thread,) = discord.threads("papers")
    assert thread.id == first.id
    assert [one.raw["flags"] & CROSSPOSTED for one in discord.posted("news")] == [CROSSPOSTED]
    (post,) = discord.threads("reading")
    assert post.applied_tags == [TAG["id"]]
    assert post.messages[0].id == post.id
