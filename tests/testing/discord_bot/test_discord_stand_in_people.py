"""People at the stand-in reach a bot made with discord.py, and a bad bot is told on."""

from __future__ import annotations

import aiohttp
import discord as library
import pytest

from bot.testing.discord import DiscordStandIn, Driver, Impossible, judge


async def test_what_a_client_posts_is_posted_once(
    client: library.AutoShardedClient, discord: DiscordStandIn
) -> None:
    channel = client.get_channel(int(discord.channel("papers").id))
    assert isinstance(channel, library.TextChannel)
    discord.faults.add("502_after")
    sent = await channel.send("x", embed=library.Embed(title="t"))
    assert [one.id for one in discord.posted("papers")] == [str(sent.id)]
    thread = await sent.create_thread(name="Abstracts")
    await thread.send("y")
    assert [one.text for one in discord.threads("papers")[0].messages] == ["", "y"]
    assert judge(discord).clean


async def test_a_command_is_deferred_and_answered_privately(driver: Driver, discord: DiscordStandIn) -> None:
    act = await driver.slash("papers search", query="graphs", user="ben")
    assert act.callback is not None
    assert act.callback["type"] == 5
    assert [one.text for one in act.answers] == ["found graphs"]
    assert [one.text for one in discord.private_to("ben")] == ["found graphs"]
    assert discord.messages("papers") == []
    assert judge(discord).clean


async def test_choices_are_offered_while_somebody_types(driver: Driver) -> None:
    act = await driver.autocomplete("papers search", "query", "cs")
    assert [one["name"] for one in act.choices] == ["cs.LG"]


async def test_a_button_changes_its_message_and_a_menu_answers(driver: Driver) -> None:
    shown = (await driver.slash("papers search", query="x")).answers[0]
    await driver.press(shown, "More")
    assert shown.text == "page 2"
    assert [one.text for one in (await driver.select(shown, "1")).answers] == ["v1"]


async def test_a_modal_is_filled_in(driver: Driver) -> None:
    shown = (await driver.slash("papers search", query="x")).answers[0]
    asked = await driver.press(shown, "Edit")
    assert [one.text for one in (await driver.submit(asked)).answers] == ["saved cat:cs.LG"]
    asked = await driver.press(shown, "Edit")
    sent = await driver.submit(asked, {"Query": "title:graphs"})
    assert [one.text for one in sent.answers] == ["saved title:graphs"]


async def test_a_command_on_a_message_gets_the_message(driver: Driver) -> None:
    said = driver.say("https://arxiv.org/abs/2011.13456")
    assert (await driver.context("Look up", said)).answers[0].text.startswith("about https://arxiv.org")


async def test_a_command_works_in_ones_own_direct_message(driver: Driver) -> None:
    act = await driver.slash("papers search", query="x", channel="@ben", user="ben")
    assert [one.text for one in act.answers] == ["found x"]


@pytest.mark.parametrize(
    ("line", "options"),
    [("papers dance", {}), ("papers search", {}), ("papers search", {"x": "y"}), ("papers", {})],
)
async def test_what_nobody_could_type_is_impossible(
    driver: Driver, line: str, options: dict[str, str]
) -> None:
    with pytest.raises(Impossible):
        await driver.slash(line, **options)


async def test_somebody_elses_private_answer_cannot_be_pressed(driver: Driver) -> None:
    shown = (await driver.slash("papers search", query="x", user="ada")).answers[0]
    with pytest.raises(Impossible):
        await driver.press(shown, "More", user="ben")


async def test_a_command_that_is_never_answered_is_told_on(driver: Driver, discord: DiscordStandIn) -> None:
    driver.patience = 0.1
    act = await driver.slash("papers mute")
    assert not act.finished
    assert judge(discord).complaints() == ("/papers mute {}: not answered",)


async def hook(discord: DiscordStandIn, line: str, body: object) -> tuple[int, int]:
    method, path = line.split(" ", 1)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, discord.api_url + path, json=body) as answer,
    ):
        said = await answer.json() if answer.status != 204 else {}
        return answer.status, said.get("code", 0)


async def test_a_second_first_answer_is_refused_and_told_on(driver: Driver, discord: DiscordStandIn) -> None:
    act = await driver.slash("papers search", query="x")
    line = f"POST /interactions/{act.id}/{act.token}/callback"
    assert await hook(discord, line, {"type": 5}) == (400, 40060)
    assert judge(discord).late == (act,)


async def test_an_answer_after_a_quarter_of_an_hour_is_refused(
    driver: Driver, discord: DiscordStandIn
) -> None:
    act = await driver.slash("papers search", query="x")
    act.sent -= 901
    line = f"PATCH /webhooks/{discord.state.bot.id}/{act.token}/messages/@original"
    assert await hook(discord, line, {"content": "late"}) == (401, 50027)


async def test_commands_that_discord_would_refuse_are_refused(discord: DiscordStandIn) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.bot_token}"}) as session:
        url = f"{discord.api_url}/applications/{discord.state.bot.id}/commands"
        verb = {"type": 1, "name": "v", "description": "d"}
        many = [{**verb, "name": f"v{n}"} for n in range(26)]
        for bad in (
            {"name": "Papers", "description": "d"},
            {"name": "papers", "description": ""},
            {"name": "papers", "description": "d", "options": many},
            {"name": "papers", "description": "d", "options": [{**verb, "description": "d" * 101}]},
        ):
            async with session.put(url, json=[bad]) as answer:
                assert (await answer.json())["code"] == 50035


async def test_a_message_posted_twice_is_told_on(discord: DiscordStandIn) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "k:abc:0"}]}
    for text in ("one", "one, again"):
        body = {"content": text, "components": [row]}
        discord.state.say(discord.channel("papers"), discord.state.bot, body)
    assert len(judge(discord).repeated) == 1


async def test_an_interaction_told_twice_is_told_on_when_it_is_answered_twice(
    driver: Driver, discord: DiscordStandIn
) -> None:
    act = await driver.slash("papers search", query="x")
    await driver.again(act)
    await discord.until(lambda: act.late)
    assert judge(discord).late == (act,)
