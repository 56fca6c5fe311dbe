"""Answered at once, done once, never a traceback; and Discord may be away."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import UserError
from bot.testing.discord import judge

from .conftest import Scene, read


async def test_an_answer_comes_before_the_database_has_one(scene: Scene, monkeypatch: Any) -> None:
    go, original = asyncio.Event(), scene.commands

    async def slow(*asked: Any, **given: Any) -> object:
        await go.wait()
        return await original(*asked, **given)

    monkeypatch.setattr(scene, "commands", slow)
    asking = asyncio.create_task(scene.driver.slash("papers status"))
    acts = scene.discord.state.interactions
    await scene.discord.until(lambda: any(one.callback for one in acts.values()), seconds=3)
    go.set()
    assert read(await asking)


async def test_an_interaction_that_comes_again_is_done_once(scene: Scene) -> None:
    act = await scene.driver.slash("papers status")
    await scene.driver.again(act)
    await scene.slash("papers list")
    assert [one.command for one, *_ in scene.asked if not isinstance(one, str)] == ["status", "list"]
    assert not judge(scene.discord).late


async def test_a_mistake_of_a_persons_is_told(scene: Scene) -> None:
    scene.instead = UserError("That is no query.", fix="Try another.")
    said = await scene.slash("papers search", query="x")
    assert "That is no query." in said
    assert "Try another." in said


async def test_a_fault_of_ours_gets_an_answer_and_a_line_in_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.instead = ZeroDivisionError("by nought")
    said = await scene.slash("papers search", query="x")
    assert "fault of the program" in said
    assert "by nought" not in said
    assert any("incident" in one.getMessage() for one in caplog.records)


async def test_what_discord_waits_for_no_more_is_not_done(scene: Scene) -> None:
    scene.discord.faults.add("error", route="POST /interactions/*/*/callback", code=10062, status=404)
    scene.driver.patience = 0.3
    act = await scene.driver.slash("papers my save", paper="1")
    assert not act.finished
    assert scene.asked == []
    scene.discord.state.interactions.pop(act.token)  # the judge would take it for forgotten


async def test_a_lost_first_answer_is_made_good(scene: Scene) -> None:
    scene.discord.faults.add("close_after", route="POST /interactions/*/*/callback")
    assert "Knitting" in await scene.slash("papers search", query="knitting")


async def test_an_answer_discord_cannot_read_is_said_in_plain_words(scene: Scene) -> None:
    scene.discord.faults.add("error", route="PATCH /webhooks/*/*/messages/@original", code=50035, status=400)
    act = await scene.driver.slash("papers search", query="knitting")
    assert act.finished
    assert act.answers[0].embeds == []


async def test_an_answer_that_took_a_quarter_of_an_hour_is_given_to_nobody(scene: Scene) -> None:
    scene.meanwhile = lambda: scene.clock.advance(timedelta(minutes=15))
    scene.driver.patience = 0.3
    act = await scene.driver.slash("papers status")
    assert act.loading
    assert not act.answers or not act.answers[0].edits


async def test_a_dropped_connection_is_resumed(scene: Scene) -> None:
    assert await scene.slash("papers status")
    await scene.discord.gateway.drop()
    await scene.discord.until(lambda: scene.discord.gateway.sessions, seconds=10)
    assert "Knitting" in await scene.slash("papers search", query="knitting")


async def test_nobody_is_pinged_by_what_they_search(scene: Scene) -> None:
    said = await scene.slash("papers search", query="@everyone <@1>")
    assert said
    assert not judge(scene.discord).pings


async def test_no_log_has_what_an_interaction_may_be_answered_with(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.discord.faults.add("429", route="PATCH */messages/@original", seconds=0.1)
    await scene.slash("papers status")
    tokens = [one.token for one in scene.discord.state.interactions.values()]
    assert tokens
    assert not [one for one in tokens if one in caplog.text]
