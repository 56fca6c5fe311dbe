"""What everything in Slack goes through, whatever it is."""

from __future__ import annotations

import asyncio
import logging

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.chat.slack.listening import acts, handling
from adapters.chat.slack.listening.bolt import LoadedAuthorize
from bot.errors import Transient
from bot.testing.slack.sent import Sent

from .conftest import TURNS, Scene


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "app_rate_limited", "minute_rate_limited": 1},
        {"type": "interactive_message", "callback_id": "x", "actions": [{"name": "a"}]},
        {"type": "something_new"},
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "edit", "id": "V1"}},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "other", "id": "V1"}},
        {"type": "shortcut", "callback_id": "other", "trigger_id": "1"},
    ],
)
async def test_what_nobody_listens_to_is_acknowledged(scene: Scene, payload: dict[str, object]) -> None:
    whole = {**payload, "team": {"id": scene.slack.home.id}, "user": {"id": "U1"}}
    ack = await scene.driver().deliver(Sent(what="x", kind="interactive", payload=whole))
    await scene.settled()
    assert (ack.status, scene.asked) == (200, [])


async def test_who_the_bot_is_comes_from_memory(scene: Scene) -> None:
    before = len(scene.slack.state.journal)
    loaded = LoadedAuthorize(scene.tokens)
    found = await loaded(context={}, enterprise_id=None, team_id=scene.slack.home.id, user_id="U1")  # type: ignore[arg-type]  # it looks at none
    nobody = await loaded(context={}, enterprise_id=None, team_id=None, user_id="U1")  # type: ignore[arg-type]  # as above
    assert (found.bot_user_id, found.bot_token) == (scene.slack.home.bot_user, None)
    assert nobody.bot_user_id is None
    assert len(scene.slack.state.journal) == before


async def test_a_payload_without_a_workspace_is_nobodys(scene: Scene) -> None:
    ack = await scene.driver().deliver(
        Sent(what="x", kind="slash_commands", payload={"command": "/papers", "text": "list", "user_id": "U1"})
    )
    await scene.settled()
    assert (ack.status, scene.asked) == (200, [])


async def test_a_workspace_that_cannot_be_looked_up_now_is_told_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(_workspace: str) -> None:
        raise Transient("Slack could not be reached, so nothing was done.")

    monkeypatch.setattr(scene.tokens, "client", later)
    monkeypatch.setattr(scene.tokens, "known", lambda _workspace: None)
    assert "could not be reached" in await scene.slash("list")


async def test_a_fault_in_drawing_still_gets_an_answer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_given: object, **_more: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(acts, "reply_messages", fails)
    assert "failed inside Paper Round" in await scene.slash("list")
    assert [one.levelno for one in caplog.records].count(logging.ERROR) == 2


async def test_what_does_not_end_is_ended_with_the_bot(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "END_SECONDS", 0)
    begun, ended = asyncio.Event(), list[str]()

    async def never(*_asked: object, **_given: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    monkeypatch.setattr(scene, "commands", never)
    ack = await scene.driver().slash("list")
    await begun.wait()
    await scene.bot.end()
    assert (ack.status, ended) == (200, ["ended"])


async def test_the_bot_is_left_in_good_order(scene: Scene) -> None:
    async with scene.bot:
        await scene.driver().slash("help")
    assert len(scene.asked) == 1


async def test_a_crowd_is_answered_a_few_at_a_time_and_keeps_no_other_workspace_waiting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "AT_ONCE", 2)
    open_now, inside = asyncio.Event(), list[str]()

    async def waiting(act: acts.Act) -> None:
        inside.append(act.workspace)
        await open_now.wait()

    async def taken(*_said: object, **_more: object) -> None:
        """An acknowledgement."""

    made = handling.Handling(scene.office)
    listener = made.of(waiting, installed=False)
    for workspace in ("T1", "T1", "T1", "T1", "T2"):
        await listener(taken, {}, AsyncBoltContext({"team_id": workspace}))
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert inside == ["T1", "T1", "T2"]
    open_now.set()
    await made.end()
    assert inside == ["T1", "T1", "T2", "T1", "T1"]
