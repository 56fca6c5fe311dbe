"""Buttons and menus: whoever presses is asked anew, and what a button carries is a claim."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.commands.parsing import Call
from bot.testing.slack import Said, payloads
from bot.testing.slack.sent import Ack, Sent

from .conftest import Scene, everything

TOO_OLD = "That button is too old"


async def test_a_menu_line_is_carried_out_for_whoever_chose_it(scene: Scene) -> None:
    (said,) = await _answers(scene, "search flow")
    ack = await scene.driver().choose(said, "Save")
    assert ack.in_time
    assert "Saved: Flow Matching" in await scene.read(ack)
    asked, asker, address, _ = scene.asked[-1]
    assert isinstance(asked, Call)
    assert (asked.command, asker.user) == ("save", scene.slack.home.person("ada").id)
    assert address.channel == scene.slack.home.channel("papers").id


async def test_an_undo_takes_the_place_of_its_private_message(scene: Scene) -> None:
    (said,) = await _answers(scene, "save 2606.00001")
    await scene.driver().press(said, "Undo")
    await scene.settled()
    assert scene.slack.state.responses.all
    bodies = [body for one in scene.slack.state.responses.all.values() for body in one.bodies]
    assert [body["replace_original"] for body in bodies] == [False, True]


async def test_a_plain_button_leaves_its_message_alone(scene: Scene) -> None:
    (said,) = await _answers(scene, "show 2606.00001")
    ack = await scene.driver().press(said, "Similar")
    await scene.settled()
    (body,) = scene.slack.state.responses.all[ack.response].bodies
    assert body["replace_original"] is False


async def test_in_a_message_that_all_can_see_nothing_is_replaced(scene: Scene) -> None:
    said = _posted(scene, "turn:0", ["save", {"paper": "2606.00001"}])
    ack = await scene.driver().press(said, "turn:0", user="mia")
    await scene.settled()
    (body,) = scene.slack.state.responses.all[ack.response].bodies
    assert body["replace_original"] is False


async def test_an_answer_to_a_button_in_a_thread_stays_in_the_thread(scene: Scene) -> None:
    parent = _posted(scene, "do:0", ["list", {}])
    said = _posted(scene, "do:0", ["list", {}], thread_ts=parent.ts)
    ack = await scene.driver().press(said, "do:0")
    await scene.settled()
    (body,) = scene.slack.state.responses.all[ack.response].bodies
    assert body["thread_ts"] == parent.ts


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '["save"]',
        '["save", 3]',
        '["save", {"paper": 3}]',
        '["no such command", {}]',
        '["save", {"paper": "1", "user": "U1"}]',
        '["list", {}, {"channel": "C1"}, 1]',
        "[" * 1900,
        "null",
    ],
)
async def test_a_forged_or_stale_value_runs_nothing(scene: Scene, value: str) -> None:
    said = _posted(scene, "do:0", ["list", {}])
    said.blocks[0]["elements"][0]["value"] = value
    ack = await scene.driver().press(said, "do:0")
    assert TOO_OLD in await scene.read(ack)
    assert scene.asked == []


async def test_a_button_nobody_knows_any_more_is_told_to_be_old(scene: Scene) -> None:
    said = _posted(scene, "vote:up", ["list", {}])
    assert TOO_OLD in await scene.read(await scene.driver().press(said, "vote:up"))


async def test_a_button_that_is_a_link_is_only_acknowledged(scene: Scene) -> None:
    said = _posted(scene, "link:0", ["list", {}])
    payload, response = _press(scene, said)
    payload["actions"] = [{"action_id": "link:0", "type": "button", "url": "https://example.org"}]
    ack = await scene.driver().deliver(
        Sent(what="link", kind="interactive", payload=payload, response=response)
    )
    await scene.settled()
    assert ack.in_time
    assert scene.driver().answers(ack) == []


async def test_a_press_that_is_delivered_three_times_runs_once(scene: Scene) -> None:
    said = _posted(scene, "do:0", ["save", {"paper": "2606.00001"}])
    payload, response = _press(scene, said)
    payload["actions"] = [{"action_id": "do:0", "type": "button", "value": '["list", {}]'}]
    for retry in (0, 1, 2):
        sent = Sent(what="press", kind="interactive", payload=payload, response=response, retry=retry)
        assert (await scene.driver().deliver(sent)).in_time
        await scene.settled()
    assert len(scene.asked) == 1


async def test_two_presses_run_twice(scene: Scene) -> None:
    said = _posted(scene, "do:0", ["list", {}])
    for _ in range(2):
        await scene.driver().press(said, "do:0")
        await scene.settled()
    assert len(scene.asked) == 2


async def test_the_channel_is_the_messages_own_whatever_the_value_says(scene: Scene) -> None:
    claim = {"channel": scene.slack.home.channel("secret-papers").id, "place": "#secret-papers"}
    said = _posted(scene, "do:0", ["list", {}, claim])
    await scene.read(await scene.driver().press(said, "do:0", user="gus"))
    assert scene.asked[-1][2].channel == scene.slack.home.channel("papers").id


async def test_a_member_who_presses_a_managers_button_changes_nothing(scene: Scene) -> None:
    which = await scene.subscribe()
    said = _posted(scene, "do:0", ["unsubscribe", {"which": which}])
    assert "for the managers" in await scene.read(await scene.driver().press(said, "do:0", user="mia"))
    assert await scene.store.subscriptions([1])


async def test_rights_are_looked_at_when_a_button_is_pressed_not_when_it_was_drawn(scene: Scene) -> None:
    which = await scene.subscribe()
    said = _posted(scene, "do:0", ["pause", {"which": which}])
    assert "Paused" in await scene.read(await scene.driver().press(said, "do:0", user="ada"))
    scene.slack.home.person("ada").admin = False
    scene.clock.advance(timedelta(minutes=6))  # what Slack says of people is remembered for five
    assert "for the managers" in await scene.read(await scene.driver().press(said, "do:0", user="ada"))


async def test_a_fault_behind_a_button_is_a_private_notice(scene: Scene) -> None:
    said = _posted(scene, "do:0", ["list", {}])
    scene.instead = ValueError("no")
    assert "failed inside Paper Round" in await scene.read(await scene.driver().press(said, "do:0"))


async def test_a_person_pages_through_what_was_found(scene: Scene) -> None:
    said = _posted(scene, "turn:0", ["search", {"query": "knitting", "page": "1"}])
    ack = await scene.driver().press(said, "turn:0")
    assert "Flow Matching" in everything([one.blocks for one in await _read(scene, ack)])


async def _answers(scene: Scene, text: str) -> list[Said]:
    ack = await scene.driver().slash(text)
    return await _read(scene, ack)


async def _read(scene: Scene, ack: Ack) -> list[Said]:
    await scene.settled()
    return scene.driver().answers(ack)


def _posted(scene: Scene, name: str, value: object, **more: str) -> Said:
    """A message of the bot's with one button."""
    home = scene.slack.home
    button = {
        "type": "button",
        "action_id": name,
        "text": {"type": "plain_text", "text": "Press"},
        "value": json.dumps(value),
    }
    block = {"type": "actions", "elements": [button]}
    return scene.slack.state.say(
        home, home.channel("papers"), user=home.bot_user, text="x", blocks=[block], **more
    )


def _press(scene: Scene, said: Said) -> tuple[dict[str, object], str]:
    home = scene.slack.home
    payload, response = payloads.on_message(scene.slack.state, home, home.person("ada"), said)
    return {"type": "block_actions", **payload}, response
