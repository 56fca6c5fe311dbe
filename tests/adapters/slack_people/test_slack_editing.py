"""The form of a subscription: opened at once, filled when the answer is there, saved with rights looked at anew."""

from __future__ import annotations

import json

from bot.commands.parsing import Call
from bot.testing.slack import Said, View, payloads
from bot.testing.slack.sent import Sent

from .conftest import Scene, everything

WHICH = "1"
TOPIC = "topic:large-language-models"  # what "topic:llm" is short for


async def test_a_form_opens_with_what_there_is(scene: Scene) -> None:
    view = await _opened(scene, at="7:30", tz="Tokyo", days="weekdays", max="8")
    values = {block["block_id"]: block["element"] for block in view.blocks if "element" in block}
    assert view.content["callback_id"] == "edit"
    assert values["query"]["initial_value"] == TOPIC
    assert values["at"]["initial_time"] == "07:30"
    assert values["zone"]["initial_option"]["value"] == "Asia/Tokyo"
    assert values["max"]["initial_option"]["value"] == "8"


async def test_the_window_is_open_before_anything_is_looked_up(scene: Scene) -> None:
    await scene.subscribe()
    seen: list[str] = []
    scene.meanwhile = lambda: seen.append(everything(scene.window().blocks))
    await scene.driver().press(_button(scene), "do:0")
    await scene.settled()
    assert "One moment" in seen[0]


async def test_a_trigger_that_is_too_old_is_told_privately(scene: Scene) -> None:
    await scene.subscribe()
    scene.slack.faults.add("error", method="views.open", code="expired_trigger_id")
    said = await scene.read(await scene.driver().press(_button(scene), "do:0"))
    assert "nothing was changed" in said
    assert "Press the button once more" in said


async def test_a_member_sees_at_once_that_it_is_for_managers(scene: Scene) -> None:
    await scene.subscribe()
    await scene.driver().press(_button(scene), "do:0", user="mia")
    await scene.settled()
    assert "for the managers" in everything(scene.window("mia").blocks)


async def test_a_subscription_that_is_gone_is_told(scene: Scene) -> None:
    await scene.subscribe()
    await scene.driver().press(_button(scene, which="77"), "do:0")
    await scene.settled()
    assert "no subscription 77" in everything(scene.window().blocks)


async def test_what_is_saved_is_acknowledged_before_it_is_done(scene: Scene) -> None:
    view = await _opened(scene)
    ack = await scene.driver().submit(view, {"query": "diffusion"})
    assert ack.in_time
    assert ack.body["response_action"] == "update"
    await scene.settled()
    assert "diffusion" in everything(scene.window().blocks)


async def test_only_what_changed_is_changed(scene: Scene) -> None:
    view = await _opened(scene)
    scene.asked.clear()
    await _saved(scene, view, {"query": "diffusion"})
    assert _commands(scene) == ["settings", "edit", *HOME]
    (one,) = (await scene.store.subscriptions([1]))[1]
    assert one.query == "diffusion"


async def test_settings_alone_leave_the_query_alone(scene: Scene) -> None:
    view = await _opened(scene)
    scene.asked.clear()
    await _saved(scene, view, {"max": "3"})
    assert _commands(scene) == ["settings", "settings", *HOME]
    assert "up to 3 papers" in everything(scene.window().blocks)


async def test_both_can_be_changed_at_once(scene: Scene) -> None:
    view = await _opened(scene)
    await _saved(scene, view, {"query": "diffusion", "at": "17:30"})
    (home,) = await scene.store.destinations()
    assert f"{home.schedule.at:%H:%M}" == "17:30"
    assert (await scene.store.subscriptions([1]))[1][0].query == "diffusion"


async def test_nothing_changed_says_so_and_runs_nothing(scene: Scene) -> None:
    view = await _opened(scene, days="mon,thu")
    scene.asked.clear()
    await _saved(scene, view, {})
    assert _commands(scene) == ["settings", *HOME]
    assert "nothing was changed" in everything(scene.window().blocks)


async def test_an_error_leaves_the_form_open_with_what_was_filled_in(scene: Scene) -> None:
    view = await _opened(scene)
    await _saved(scene, view, {"query": "catt:cs.CV", "max": "3"})
    shown = scene.window()
    values = {block["block_id"]: block["element"] for block in shown.blocks if "element" in block}
    assert shown.content["callback_id"] == "edit"
    assert "cat:" in everything(shown.blocks[0])
    assert values["query"]["initial_value"] == "catt:cs.CV"
    assert values["max"]["initial_option"]["value"] == "3"
    assert (await scene.store.subscriptions([1]))[1][0].query == TOPIC


async def test_who_lost_the_right_meanwhile_saves_nothing(scene: Scene) -> None:
    view = await _opened(scene)
    view.user = scene.slack.home.person("mia").id
    await _saved(scene, view, {"query": "diffusion"})
    assert (await scene.store.subscriptions([1]))[1][0].query == TOPIC


async def test_a_form_that_names_another_workspace_is_refused(scene: Scene) -> None:
    view = await _opened(scene)
    _claim(view, workspace=scene.slack.other.id)
    scene.asked.clear()
    await _saved(scene, view, {"query": "diffusion"})
    assert scene.asked == []
    assert "another workspace" in everything(scene.window().blocks)


async def test_a_form_cannot_reach_a_channel_its_sender_is_not_in(scene: Scene) -> None:
    await scene.subscribe("knitting", channel="secret-papers")
    view = await _opened(scene, user="olga")  # an owner of the workspace, and not in that channel
    _claim(view, channel=scene.slack.home.channel("secret-papers").id)
    await _saved(scene, view, {"query": "diffusion"})
    assert "not in that channel" in everything(scene.window("olga").blocks)
    queries = {one.query for some in (await scene.store.subscriptions([1, 2])).values() for one in some}
    assert queries == {"knitting", TOPIC}


async def test_private_metadata_that_is_garbage_is_refused(scene: Scene) -> None:
    view = await _opened(scene)
    view.content["private_metadata"] = "[" * 500
    await _saved(scene, view, {"query": "diffusion"})
    assert "another workspace" in everything(scene.window().blocks)


async def test_a_form_for_a_new_subscription_asks_for_the_channel(scene: Scene) -> None:
    await scene.driver().open_home()
    await scene.settled()
    home = scene.slack.home_of("ada")
    assert home is not None
    await scene.driver().press(home, "Follow something")
    await scene.settled()
    papers = scene.slack.home.channel("papers").id
    await _saved(scene, scene.window(), {"query": "knitting", "channel": papers, "at": "08:00"})
    assert "Subscribed" in everything(scene.window().blocks)
    (made,) = await scene.store.destinations()
    assert (made.address.channel, made.name) == (papers, "#papers")


async def test_a_topic_is_followed_beside_the_query(scene: Scene) -> None:
    view = await _opened(scene)
    option = {"text": {"type": "plain_text", "text": "RLHF"}, "value": "rlhf"}
    await _saved(scene, view, {"query": "knitting", "topic": option})
    assert (await scene.store.subscriptions([1]))[1][0].query == "knitting OR topic:rlhf"


async def test_a_fault_while_saving_is_told_in_the_window(scene: Scene) -> None:
    view = await _opened(scene)
    scene.instead = RuntimeError("no")
    await _saved(scene, view, {"query": "diffusion"})
    assert "failed inside Paper Round" in everything(scene.window().blocks)


async def test_who_closed_the_window_meanwhile_is_told_in_the_channel(scene: Scene) -> None:
    view = await _opened(scene)
    scene.meanwhile = lambda: scene.slack.state.views.close(view)
    await _saved(scene, view, {"query": "diffusion"})
    (said,) = scene.slack.private_to("ada")
    assert "diffusion" in said.text
    assert said.channel == scene.slack.home.channel("papers").id


async def test_a_form_that_was_sent_twice_is_saved_once(scene: Scene) -> None:
    view = await _opened(scene)
    home = scene.slack.home
    payload = payloads.on_view(scene.slack.state, home, home.person("ada"), view, {"query": "diffusion"})
    for retry in (0, 1):
        whole = {**payload, "type": "view_submission"}
        await scene.driver().deliver(Sent(what="x", kind="interactive", payload=whole, retry=retry))
        await scene.settled()
    assert _commands(scene).count("edit") == 1


HOME = ["overview", "saved"]  # Home is drawn anew after each change


def _commands(scene: Scene) -> list[str]:
    return [asked.command for asked, *_ in scene.asked if isinstance(asked, Call)]


def _button(scene: Scene, which: str = WHICH) -> Said:
    home = scene.slack.home
    text = {"type": "plain_text", "text": "Edit"}
    value = json.dumps(["edit", {"which": which}])
    button = {"type": "button", "action_id": "do:0", "text": text, "value": value}
    block = {"type": "actions", "elements": [button]}
    return scene.slack.state.say(home, home.channel("papers"), user=home.bot_user, text="x", blocks=[block])


async def _opened(scene: Scene, *, user: str = "ada", **settings: str) -> View:
    which = await scene.subscribe(**settings)
    await scene.driver().press(_button(scene, which), "do:0", user=user)
    await scene.settled()
    return scene.window(user)


async def _saved(scene: Scene, view: View, values: dict[str, object]) -> None:
    assert (await scene.driver().submit(view, values)).in_time
    await scene.settled()


def _claim(view: View, **changes: str) -> None:
    """Let the form say something else of itself."""
    kept = json.loads(view.content["private_metadata"])
    view.content["private_metadata"] = json.dumps(kept | changes)
