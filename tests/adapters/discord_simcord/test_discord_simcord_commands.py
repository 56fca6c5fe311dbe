"""Commands as SimCord has people use them: synced, typed, completed, kept from whoever may not, on two shards."""

from __future__ import annotations

import discord
import pytest
import simcord

from adapters.chat.discord.listening.sync import digest_of
from adapters.chat.discord.listening.tree import ADMIN, commands
from bot.commands.parsing import Call

from .conftest import Stage, shown, texts


async def test_the_commands_are_registered_once_and_not_again(stage: Stage) -> None:
    registered = stage.env.backend.commands[None].values()
    assert digest_of(list(registered)) == digest_of(commands())
    await stage.env.restart_bot(stage.client())
    assert stage.calls("GET", "/commands") == 2
    assert stage.calls("PUT", "/commands") == 1


async def test_an_answer_is_deferred_at_once_and_private(stage: Stage) -> None:
    done = await stage.ben.slash(stage.papers, "papers search", query="knitting")
    callback = next(one for one in stage.env.http_requests if one.path.endswith("/callback"))
    assert callback.json == {"type": 5, "data": {"flags": 64}}
    assert "Flow Matching for Knitting Robots" in texts(shown(done))
    assert stage.papers.history(viewer=stage.mia) == []


async def test_a_line_of_a_group_takes_its_options(stage: Stage) -> None:
    await stage.slash("papers my save", stage.ben, paper="2606.00001")
    assert "Flow Matching for Knitting Robots" in texts(await stage.slash("papers my saved", stage.ben))
    await stage.slash("papers trending", period="week", page=1)
    assert stage.asked[-1][0] == Call("trending", {"period": "week", "page": 1})


async def test_a_channel_is_an_option_with_a_name(stage: Stage) -> None:
    await stage.slash("papers subscribe", query="knitting")
    general = stage.guild.create_text_channel("general")
    await stage.slash("papers move", to=general)
    assert stage.asked[-1][0] == Call("move", {"to": f"<#{general.id}|general>"})


async def test_what_discord_would_not_send_is_not_taken(stage: Stage) -> None:
    for line, options in (
        ("papers trending", {"period": "decade"}),
        ("papers settings", {"max": 51}),
        ("papers search", {}),
    ):
        with pytest.raises(simcord.OptionError):
            await stage.slash(line, **options)


async def test_options_are_completed(stage: Stage) -> None:
    await stage.slash("papers subscribe", query="knitting")
    for line, option, typed, value in (
        ("papers settings", "tz", "tokyo", "Asia/Tokyo"),
        ("papers search", "query", "bread cat:robotics", "bread cat:cs.RO"),
        ("papers topics", "text", "llm", "large-language-models"),
        ("papers unsubscribe", "which", "knit", "1"),
    ):
        offered = await stage.mia.autocomplete(stage.papers, line, option, typed)
        assert value in [one["value"] for one in offered], line


async def test_whoever_manages_no_channel_changes_nothing(stage: Stage) -> None:
    said = texts(await stage.slash("papers subscribe", stage.ben, query="knitting"))
    assert "is for the managers of #papers" in said
    assert "papers-admin feed list" not in stage.mia.available_commands(stage.papers)
    assert "papers subscribe" in stage.mia.available_commands(stage.papers)
    with pytest.raises(simcord.SetupError):
        await stage.slash("papers-admin feed list")


async def test_whoever_a_server_lets_in_is_asked_again(stage: Stage) -> None:
    number = next(int(one["id"]) for one in stage.env.backend.commands[None].values() if one["name"] == ADMIN)
    stage.guild.set_command_permissions(number, {stage.ben: True})
    said = texts(await stage.slash("papers-admin feed add", stage.ben, url="https://example.org/feed"))
    assert "is for the admins" in said


async def test_a_right_lost_is_lost_at_once(stage: Stage) -> None:
    assert "knitting" in texts(await stage.slash("papers subscribe", query="knitting"))
    stage.env.backend.get_guild(stage.guild.id).members[stage.mia.id].role_ids.clear()
    assert "is for the managers" in texts(await stage.slash("papers pause"))


async def test_the_papers_of_another_bots_embed_are_looked_up(stage: Stage) -> None:
    hook = stage.guild.create_webhook(stage.papers)
    said = await hook.send(
        embeds=[
            discord.Embed(title="New today", description="[robots](https://arxiv.org/abs/2606.00001v2)"),
            discord.Embed(title="bread", url="https://arxiv.org/pdf/2606.00003"),
        ]
    )
    found = texts(shown(await stage.ben.context_menu(stage.papers, "Look up papers", said)))
    assert "Flow Matching for Knitting Robots" in found
    assert "Diffusion Models Bake Bread" in found


async def test_a_message_without_papers_says_so(stage: Stage) -> None:
    said = await stage.mia.send(stage.papers, "Good morning")
    done = await stage.ben.context_menu(stage.papers, "Look up papers", said)
    assert "speaks of no paper" in texts(shown(done))


async def test_two_shards_answer_as_one(stage: Stage) -> None:
    for shard in (0, 1):
        guild = stage.env.create_guild(f"Server {shard}", shard_id=shard)
        ada = guild.add_member(stage.env.create_user(f"ada{shard}"))
        place = guild.create_text_channel("papers")
        assert "Knitting" in texts(shown(await ada.slash(place, "papers search", query="knitting")))
        assert stage.asked[-1][2].workspace == str(guild.id)


async def test_everybody_rules_their_own_direct_messages(stage: Stage) -> None:
    done = await stage.ben.user.slash("papers subscribe", query="knitting")
    assert "knitting" in texts(shown(done))
    assert stage.asked[-1][2].workspace == f"@{stage.ben.id}"
