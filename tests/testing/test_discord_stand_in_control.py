"""A stand-in in a process of its own does over HTTP what its driver does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.testing.discord import DiscordStandIn, Driver
from bot.testing.discord.control import Control


@pytest.fixture
async def led() -> AsyncIterator[DiscordStandIn]:
    discord = DiscordStandIn()
    made = Driver(discord)
    made.patience = 0.05
    discord.more_routes = Control(discord, made).add_to
    async with discord:
        yield discord


async def do(discord: DiscordStandIn, deed: str, **given: object) -> tuple[int, Any]:
    url = f"{discord.state.base}/control/{deed}"
    async with aiohttp.ClientSession() as session, session.post(url, json=given) as answer:
        return answer.status, await answer.json()


async def test_what_people_do_is_done_and_shown(led: DiscordStandIn) -> None:
    status, said = await do(led, "say", text="hello", user="ben")
    assert (status, said["content"]) == (200, "hello")
    assert [one["id"] for one in (await do(led, "said"))[1]] == [said["id"]]
    assert (await do(led, "rename", channel="papers", name="reading-room"))[1]["name"] == "reading-room"


async def test_a_command_is_used_and_an_unknown_one_is_refused(led: DiscordStandIn) -> None:
    assert (await do(led, "slash", line="papers"))[0] == 400
    led.state.commands[""] = [{"type": 1, "name": "papers", "description": "d", "options": [], "id": "1"}]
    status, act = await do(led, "slash", line="papers")
    assert (status, act["finished"]) == (200, False)
    assert (await do(led, "verdict"))[1]["complaints"] == ["/papers {}: not answered"]


async def test_a_button_is_pressed_by_the_id_of_its_message(led: DiscordStandIn) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "More", "custom_id": "more"}]}
    said = led.state.say(led.channel("papers"), led.state.bot, {"content": "x", "components": [row]})
    assert (await do(led, "press", said=said.id, what="More"))[0] == 200
    assert (await do(led, "press", said=said.id, what="Less"))[0] == 400
    assert (await do(led, "press", said="1", what="More"))[0] == 400


async def test_faults_begin_and_end(led: DiscordStandIn) -> None:
    await do(led, "fault", kind="500", route="*", times=None)
    assert led.faults.draw("GET /gateway") is not None
    await do(led, "calm")
    assert led.faults.draw("GET /gateway") is None
    assert (await do(led, "fault", kind="flood"))[0] == 400


async def test_servers_and_their_threads_are_shown(led: DiscordStandIn) -> None:
    assert [one["name"] for one in (await do(led, "world"))[1]["guilds"]] == ["Knitting Lab", "Crochet Lab"]
    assert (await do(led, "join", guild="Crochet Lab"))[0] == 200
    assert led.state.bot.id in led.other.members
    assert (await do(led, "threads"))[1] == []
    assert (await do(led, "private", who="ben"))[1] == []
    assert (await do(led, "gateway", how="reconnect"))[0] == 200
    assert (await do(led, "dance"))[0] == 404
