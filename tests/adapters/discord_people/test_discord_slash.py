"""`/papers ...`, used in a server, in direct messages, and where the bot is no member."""

from __future__ import annotations

import pytest

from bot.commands.parsing import Call
from bot.testing.discord import Impossible
from bot.testing.discord.world import THREAD

from .conftest import Scene, read


async def test_a_search_is_answered_privately(scene: Scene) -> None:
    said = await scene.slash("papers search", query='"flow matching"')
    assert "Flow Matching for Knitting Robots" in said
    assert scene.discord.posted("papers") == []


async def test_who_asks_and_where_is_what_discord_says(scene: Scene) -> None:
    await scene.slash("papers status", user="mia")
    asked, asker, address, place = scene.asked[-1]
    assert asked == Call("status")
    assert (asker.manager, asker.admin, place) == (True, False, "#papers")
    channel = scene.discord.channel("papers")
    assert (address.workspace, address.channel) == (scene.discord.home.id, channel.id)


async def test_an_administrator_rules_the_server(scene: Scene) -> None:
    await scene.slash("papers-admin feed list", user="ada")
    asked, asker, _, _ = scene.asked[-1]
    assert asked == Call("feed list")
    assert (asker.manager, asker.admin) == (True, True)


async def test_whoever_manages_nothing_cannot_subscribe(scene: Scene) -> None:
    said = await scene.slash("papers subscribe", user="ben", query="topic:llm")
    assert "is for the managers of #papers" in said


async def test_a_manager_subscribes_a_channel(scene: Scene) -> None:
    said = await scene.slash("papers subscribe", user="mia", query="knitting", at="09:00", tz="Berlin")
    assert "knitting" in said
    assert "Europe/Berlin" in said


async def test_what_holds_for_the_whole_server_is_not_even_shown_to_others(scene: Scene) -> None:
    with pytest.raises(Impossible):
        await scene.slash("papers-admin feed list", user="ben")


async def test_everybody_rules_their_own_direct_messages(scene: Scene) -> None:
    said = await scene.slash("papers subscribe", user="ben", channel="@ben", query="knitting")
    _, asker, address, place = scene.asked[-1]
    assert "knitting" in said
    assert (asker.manager, asker.admin, place) == (True, False, "this conversation")
    assert address.workspace == f"@{asker.user}"
    assert address.channel == scene.discord.channel("@ben").id


async def test_where_the_bot_is_no_member_one_can_search_and_subscribe_nothing(scene: Scene) -> None:
    place = scene.discord.channel("papers", scene.discord.other).id
    assert "Knitting" in await scene.slash("papers search", alone=True, channel=place, query="knitting")
    said = await scene.slash("papers subscribe", alone=True, channel=place, query="knitting")
    assert "where the bot is no member" in said
    assert all(address.workspace.startswith("@") for _, _, address, _ in scene.asked)


async def test_a_verb_of_two_words_is_a_line_in_a_group(scene: Scene) -> None:
    await scene.slash("papers my save", paper="1")
    assert scene.asked[-1][0] == Call("save", {"paper": "1"})


async def test_hints_name_verbs_as_they_are_used_here(scene: Scene) -> None:
    said = await scene.slash("papers help")
    assert "/papers my saved" in said
    assert "/papers-admin feed add" in said
    assert "/papers saved" not in said


async def test_a_channel_is_picked_and_comes_with_its_name(scene: Scene) -> None:
    await scene.subscribe()
    await scene.slash("papers move", user="ada", to=scene.discord.channel("general"))
    general = scene.discord.channel("general")
    assert scene.asked[-1][0] == Call("move", {"to": f"<#{general.id}|general>"})


async def test_numbers_and_choices_are_typed_as_such(scene: Scene) -> None:
    await scene.slash("papers trending", period="week", page=2)
    assert scene.asked[-1][0] == Call("trending", {"period": "week", "page": 2})


async def test_the_papers_of_a_message_are_looked_up(scene: Scene) -> None:
    said = scene.driver.say("Have you read https://arxiv.org/abs/2606.00001?")
    act = await scene.driver.context("Look up papers", said)
    assert "Flow Matching for Knitting Robots" in read(act)


async def test_a_message_without_papers_says_so(scene: Scene) -> None:
    act = await scene.driver.context("Look up papers", scene.driver.say("Good morning"))
    assert "speaks of no paper" in read(act)


async def test_a_thread_is_about_its_channel(scene: Scene) -> None:
    papers = scene.discord.channel("papers")
    thread = scene.discord.state.add_channel(scene.discord.home, "A talk", kind=THREAD, parent=papers)
    await scene.slash("papers subscribe", channel=thread.id, query="knitting")
    _, _, address, place = scene.asked[-1]
    assert (address.channel, place) == (papers.id, "#papers")


async def test_in_a_forum_one_asks_in_any_of_its_posts(scene: Scene) -> None:
    forum = scene.discord.channel("reading")
    post = scene.discord.state.add_channel(scene.discord.home, "Hello", kind=THREAD, parent=forum)
    await scene.slash("papers subscribe", channel=post.id, query="knitting")
    _, asker, address, place = scene.asked[-1]
    assert (address.channel, place, asker.manager) == (forum.id, "#reading", True)
