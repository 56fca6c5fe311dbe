"""App Home: the workspace as one person may see it, drawn when it is opened and after each button."""

from __future__ import annotations

import json

from bot.commands.parsing import Call
from bot.testing.slack import View

from .conftest import Scene, everything


async def test_home_shows_the_channels_somebody_may_see(scene: Scene) -> None:
    await scene.subscribe("knitting")
    await scene.subscribe("sourdough", channel="secret-papers")
    assert "secret-papers" in everything((await _home(scene, "mia")).blocks)
    outside = everything((await _home(scene, "gus")).blocks)
    assert "secret-papers" not in outside
    assert "sourdough" not in outside


async def test_home_shows_ones_own_saved_papers_and_nobody_elses(scene: Scene) -> None:
    await scene.slash("save 2606.00001", user="mia")
    assert "Flow Matching" in everything((await _home(scene, "mia")).blocks)
    assert "Flow Matching" not in everything((await _home(scene, "ada")).blocks)


async def test_home_is_asked_for_in_a_place_of_ones_own(scene: Scene) -> None:
    await _home(scene, "ada")
    ada = scene.slack.home.person("ada").id
    assert {(address.channel, place) for _, _, address, place in scene.asked} == {(ada, "your Home")}


async def test_homes_other_tab_is_not_drawn(scene: Scene) -> None:
    about = {"user": scene.slack.home.person("ada").id, "tab": "messages", "channel": "D1"}
    await scene.driver().event("app_home_opened", about)
    await scene.settled()
    assert scene.slack.calls("views.publish") == 0


async def test_who_opens_home_again_at_once_sees_what_was_just_drawn(scene: Scene) -> None:
    about = {"user": scene.slack.home.person("ada").id, "tab": "home", "channel": "D1"}
    for moment in ("1780000000.1", "1780000000.2", "1780000001.9", "1780000030.0"):
        await scene.driver().event("app_home_opened", {**about, "event_ts": moment})
        await scene.settled()
    assert scene.slack.calls("views.publish") == 2


async def test_the_same_opening_sent_three_times_is_one(scene: Scene) -> None:
    about = {"user": scene.slack.home.person("ada").id, "tab": "home", "channel": "D1"}
    await scene.driver().event("app_home_opened", about, again=2)
    await scene.settled()
    assert scene.slack.calls("views.publish") == 1


async def test_of_two_drawings_at_once_the_newer_one_is_seen(scene: Scene) -> None:
    scene.slack.faults.add("slow", method="views.publish", seconds=0.1)
    about = {"user": scene.slack.home.person("ada").id, "tab": "home"}
    await scene.driver().event("app_home_opened", {**about, "event_ts": "1780000000.1"})
    await scene.slack.until(lambda: scene.slack.faults.met["slow"])
    await scene.subscribe("knitting")
    await scene.driver().event("app_home_opened", {**about, "event_ts": "1780000030.1"})
    await scene.settled()
    home = scene.slack.home_of("ada")
    assert home is not None
    assert "knitting" in everything(home.blocks)


async def test_an_opening_without_a_moment_is_told_apart_by_its_id(scene: Scene) -> None:
    about = {"user": scene.slack.home.person("ada").id, "tab": "home", "event_ts": "never"}
    for event in ("Ev1", "Ev1", "Ev2"):
        await scene.driver().event("app_home_opened", about, event_id=event)
        await scene.settled()
    assert scene.slack.calls("views.publish") == 2


async def test_a_button_in_home_is_answered_in_a_window_and_home_is_drawn_anew(scene: Scene) -> None:
    await scene.subscribe("knitting")
    home = await _home(scene)
    _give(home, ["list", {}, _where(scene, "papers")])
    await scene.driver().press(home, "do:x")
    await scene.settled()
    assert "knitting" in everything(scene.window().blocks)
    assert scene.slack.calls("views.publish") == 2


async def test_a_button_in_that_window_is_about_the_same_channel(scene: Scene) -> None:
    which = await scene.subscribe("knitting")
    home = await _home(scene)
    _give(home, ["list", {}, _where(scene, "papers")])
    await scene.driver().press(home, "do:x")
    await scene.settled()
    await scene.driver().press(scene.window(), f"Drop {which}")
    await scene.settled()
    assert "Dropped 1 subscription of #papers" in everything(scene.window().blocks)
    assert scene.slack.calls("views.publish") == 3


async def test_a_button_in_home_cannot_reach_a_channel_one_is_not_in(scene: Scene) -> None:
    await scene.subscribe("sourdough", channel="secret-papers")
    home = await _home(scene, "gus")
    for command in ("list", "status", "more", "pause"):
        _give(home, [command, {}, _where(scene, "secret-papers")])
        await scene.driver().press(home, "do:x")
        await scene.settled()
        said = everything(scene.window("gus").blocks)
        assert "not in that channel" in said
        assert "sourdough" not in said


async def test_rights_count_in_the_channel_a_home_button_is_about(scene: Scene) -> None:
    which = await scene.subscribe("knitting")
    for user, word in (("mia", "for the managers"), ("ben", "Paused")):  # ben made the channel
        home = await _home(scene, user)
        _give(home, ["pause", {"which": which}, _where(scene, "papers")])
        await scene.driver().press(home, "do:x")
        await scene.settled()
        assert word in everything(scene.window(user).blocks)


async def test_a_forged_value_in_home_runs_nothing(scene: Scene) -> None:
    home = await _home(scene)
    scene.asked.clear()
    _give(home, ["unsubscribe", {"which": "*", "sudo": "yes"}, _where(scene, "papers")])
    ack = await scene.driver().press(home, "do:x")
    await scene.settled()
    assert ack.in_time
    assert scene.asked == []


async def test_a_home_that_cannot_be_drawn_harms_nobody(scene: Scene) -> None:
    scene.slack.faults.add("500", method="views.publish")
    await scene.driver().open_home()
    await scene.settled()
    await scene.driver().event("app_home_opened", _about(scene, "1780000099.0"))
    await scene.settled()
    assert scene.slack.home_of("ada") is not None


async def test_refreshing_home_opens_no_window(scene: Scene) -> None:
    home = await _home(scene)
    _give(home, ["overview", {}])
    await scene.driver().press(home, "do:x")
    await scene.settled()
    assert scene.slack.modal("ada") is None
    assert scene.slack.calls("views.publish") == 2


async def test_what_is_subscribed_from_home_asks_for_its_channel(scene: Scene) -> None:
    home = await _home(scene)
    _give(home, ["subscribe", {"query": "knitting"}])
    await scene.driver().press(home, "do:x")
    await scene.settled()
    fields = {block["block_id"]: block["element"] for block in scene.window().blocks if "element" in block}
    assert fields["query"]["initial_value"] == "knitting"
    assert fields["channel"]["type"] == "conversations_select"
    assert await scene.store.destinations() == ()


async def test_nothing_can_be_subscribed_in_a_place_that_is_no_channel(scene: Scene) -> None:
    home = await _home(scene)
    for command, arguments in (("settings", {"at": "9am"}), ("define", {"topic": "x", "definition": "y"})):
        _give(home, [command, arguments])
        await scene.driver().press(home, "do:x", user="mia")
        await scene.settled()
    assert await scene.store.destinations() == ()
    assert await scene.store.topics(scene.slack.home.id) == {}


async def test_a_fault_in_home_is_told_in_its_window(scene: Scene) -> None:
    home = await _home(scene)
    _give(home, ["list", {}, _where(scene, "papers")])
    scene.instead = RuntimeError("no")
    await scene.driver().press(home, "do:x")
    await scene.settled()
    assert "failed inside Paper Round" in everything(scene.window().blocks)


async def _home(scene: Scene, user: str = "ada") -> View:
    about = _about(scene, str(1780000000 + 10 * len(scene.asked)), user)
    assert (await scene.driver().event("app_home_opened", about)).in_time
    await scene.settled()
    home = scene.slack.home_of(user)
    assert home is not None
    return home


def _about(scene: Scene, moment: str, user: str = "ada") -> dict[str, str]:
    return {"user": scene.slack.home.person(user).id, "tab": "home", "channel": "D1", "event_ts": moment}


def _where(scene: Scene, channel: str) -> dict[str, str]:
    return {"channel": scene.slack.home.channel(channel).id, "place": f"#{channel}"}


def _give(home: View, value: object) -> None:
    """Let Home have one button that carries this."""
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": "do:x", "text": text, "value": json.dumps(value)}
    home.content["blocks"] = [{"type": "actions", "block_id": "x", "elements": [button]}]


def _commands(scene: Scene) -> list[str]:
    return [asked.command for asked, *_ in scene.asked if isinstance(asked, Call)]
