"""People at the stand-in reach a bot made with discord.py, and a bad bot is told on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord as library
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.testing.discord import DiscordStandIn, Driver, Impossible, Permission, judge


class Form(library.ui.Modal, title="Edit"):
    query: library.ui.TextInput[Form] = library.ui.TextInput(label="Query", default="cat:cs.LG")

    async def on_submit(self, interaction: library.Interaction) -> None:
        await interaction.response.send_message(f"saved {self.query.value}", ephemeral=True)


class Buttons(library.ui.View):
    @library.ui.button(label="More", custom_id="more")
    async def more(self, interaction: library.Interaction, _button: Any) -> None:
        await interaction.response.edit_message(content="page 2")

    @library.ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: library.Interaction, _button: Any) -> None:
        await interaction.response.send_modal(Form())

    @library.ui.select(
        custom_id="pick",
        options=[library.SelectOption(label=str(n), value=f"v{n}") for n in range(3)],
    )
    async def pick(self, interaction: library.Interaction, menu: Any) -> None:
        await interaction.response.send_message(menu.values[0], ephemeral=True)


def commands_of(client: library.Client) -> app_commands.CommandTree[Any]:
    tree: app_commands.CommandTree[Any] = app_commands.CommandTree(client)
    papers = app_commands.Group(name="papers", description="Papers")

    @papers.command(name="search", description="Search")
    async def search(interaction: library.Interaction, query: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"found {query}", view=Buttons(), ephemeral=True)

    @search.autocomplete("query")
    async def offered(_interaction: library.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}.LG", value="cat:cs.LG")]

    @papers.command(name="mute", description="Says nothing")
    async def mute(_interaction: library.Interaction) -> None:
        return

    @app_commands.context_menu(name="Look up")
    async def look(interaction: library.Interaction, message: library.Message) -> None:
        await interaction.response.send_message(f"about {message.content}", ephemeral=True)

    tree.add_command(papers)
    tree.add_command(look)
    return tree


class Bot:
    """A bot made with discord.py, at the stand-in."""

    def __init__(self, discord: DiscordStandIn) -> None:
        self.client = library.AutoShardedClient(
            intents=library.Intents(guilds=True), guild_ready_timeout=0.05
        )
        self.tree = commands_of(self.client)
        self.removed: list[str] = []
        self.discord = discord

        @self.client.event
        async def on_guild_remove(guild: library.Guild) -> None:
            self.removed.append(guild.name)

    async def start(self) -> asyncio.Task[None]:
        await self.client.login(self.discord.bot_token)
        await self.tree.sync()
        connected = asyncio.create_task(self.client.connect())
        await self.client.wait_until_ready()
        return connected


@pytest.fixture
async def bot(discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr(Route, "BASE", discord.api_url)
    gateway = yarl.URL(discord.state.base.replace("http", "ws") + "/gateway")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    made = Bot(discord)
    connected = await made.start()
    yield made
    await made.client.close()
    await connected


@pytest.fixture
def driver(bot: Bot, discord: DiscordStandIn) -> Driver:
    assert bot.client.is_ready()
    return Driver(discord)


async def test_a_bot_knows_its_servers_and_channels(bot: Bot, discord: DiscordStandIn) -> None:
    assert [one.name for one in bot.client.guilds] == ["Knitting Lab"]
    forum = bot.client.get_channel(int(discord.channel("reading").id))
    assert isinstance(forum, library.ForumChannel)
    assert [tag.name for tag in forum.available_tags] == ["cs.LG", "cs.CL", "stat.ML"]
    hushed = bot.client.get_channel(int(discord.channel("hushed").id))
    assert isinstance(hushed, library.TextChannel)
    assert not hushed.permissions_for(hushed.guild.me).send_messages


async def test_what_a_client_posts_is_posted_once(bot: Bot, discord: DiscordStandIn) -> None:
    channel = bot.client.get_channel(int(discord.channel("papers").id))
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


async def test_a_bot_installed_by_one_person_only_answers_where_it_is_no_member(
    bot: Bot, discord: DiscordStandIn
) -> None:
    away = Driver(discord, discord.other)
    act = await away.slash("papers search", query="x", alone=True)
    assert bot.client.get_guild(int(discord.other.id)) is None
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


async def test_a_cut_connection_is_resumed_and_nothing_is_missed(
    driver: Driver, discord: DiscordStandIn
) -> None:
    await discord.gateway.drop()
    act = await driver.slash("papers search", query="x")
    assert act.finished
    assert discord.gateway.count("resume") == 1
    assert discord.gateway.count("identify") == 1


@pytest.mark.slow  # discord.py itself waits five seconds
async def test_an_invalid_session_is_identified_anew(bot: Bot, discord: DiscordStandIn) -> None:
    await discord.gateway.invalidate()
    await discord.until(lambda: discord.gateway.count("identify") == 2)
    await discord.until(lambda: discord.gateway.ready)


async def test_a_bot_that_is_thrown_out_is_told(bot: Bot, driver: Driver, discord: DiscordStandIn) -> None:
    driver.kick()
    await discord.until(lambda: bot.removed)
    assert bot.removed == ["Knitting Lab"]
    driver.join(discord.other)
    await discord.until(lambda: [one.name for one in bot.client.guilds] == ["Crochet Lab"])


async def test_a_channel_that_is_deleted_or_closed_is_told(
    bot: Bot, driver: Driver, discord: DiscordStandIn
) -> None:
    gone = driver.delete("general")
    await discord.until(lambda: bot.client.get_channel(int(gone.id)) is None)
    driver.deny("papers", Permission.SEND_MESSAGES)
    closed = bot.client.get_channel(int(discord.channel("papers").id))
    assert isinstance(closed, library.TextChannel)
    await discord.until(lambda: not closed.permissions_for(closed.guild.me).send_messages)


async def test_other_permissions_of_its_role_are_told(
    bot: Bot, driver: Driver, discord: DiscordStandIn
) -> None:
    guild = bot.client.guilds[0]
    assert not guild.me.guild_permissions.view_audit_log
    driver.entitle(discord.home.bot_permissions | Permission.VIEW_AUDIT_LOG)
    discord.home.added_by = discord.home.member("mia").id
    await discord.until(lambda: guild.me.guild_permissions.view_audit_log)
    added = [one async for one in guild.audit_logs(action=library.AuditLogAction.bot_add, limit=1)]
    assert [str(one.user) for one in added] == ["mia"]


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


@pytest.mark.slow  # discord.py itself waits five seconds between shards
async def test_two_shards_hear_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with DiscordStandIn(shards=2) as discord:
        monkeypatch.setattr(Route, "BASE", discord.api_url)
        made = Bot(discord)
        connected = await made.start()
        driver = Driver(discord)
        for channel in ("papers", "@ada"):
            act = await driver.slash("papers search", query="x", channel=channel)
            assert [one.text for one in act.answers] == ["found x"]
        assert sorted(one.shard for one in discord.gateway.sessions.values()) == [(0, 2), (1, 2)]
        assert judge(discord).clean
        await made.client.close()
        await connected


async def test_an_interaction_told_twice_is_told_on_when_it_is_answered_twice(
    driver: Driver, discord: DiscordStandIn
) -> None:
    act = await driver.slash("papers search", query="x")
    await driver.again(act)
    await discord.until(lambda: act.late)
    assert judge(discord).late == (act,)
