"""What happens to channels and to the bot: each event is taken at once, and has one effect however often it is sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import StoreBusy
from bot.ports import Installation
from bot.testing import FakeClock
from bot.testing.slack.sent import Ack

from .conftest import NOW, Scene, everything


async def test_the_bot_greets_a_channel_once_and_says_how_to_begin(scene: Scene) -> None:
    await _joins(scene)
    await _joins(scene)
    (said,) = scene.slack.posted("papers")
    assert "/papers subscribe topic:llm" in said.text
    assert "/papers subscribe topic:llm" in everything(said.blocks)


async def test_a_channel_that_has_begun_is_not_greeted(scene: Scene) -> None:
    await scene.subscribe()
    await _joins(scene)
    assert scene.slack.posted("papers") == []


async def test_when_the_bot_comes_back_what_was_held_is_posted(scene: Scene) -> None:
    await _joins(scene)
    assert scene.kept.told == [("back", scene.slack.home.id, _id(scene))]


async def test_others_come_and_go_as_they_like(scene: Scene) -> None:
    mia = scene.slack.home.person("mia").id
    await _event(scene, "member_joined_channel", user=mia)
    await _event(scene, "member_left_channel", user=mia)
    assert (scene.kept.told, scene.slack.posted("papers")) == ([], [])


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("channel_left", "removed"),
        ("group_left", "removed"),
        ("channel_archive", "archived"),
        ("group_archive", "archived"),
        ("channel_deleted", "deleted"),
        ("group_deleted", "deleted"),
    ],
)
async def test_a_channel_that_is_gone_is_told_of_in_words(scene: Scene, kind: str, word: str) -> None:
    await _event(scene, kind)
    (told,) = scene.kept.told
    assert told[:3] == ("gone", scene.slack.home.id, _id(scene))
    assert word in told[3]


async def test_when_the_bot_is_thrown_out_its_digests_rest(scene: Scene) -> None:
    await _event(scene, "member_left_channel", user=scene.slack.home.bot_user)
    assert scene.kept.told[0][0] == "gone"


@pytest.mark.parametrize("kind", ["channel_unarchive", "group_unarchive"])
async def test_a_channel_that_is_opened_again_goes_on(scene: Scene, kind: str) -> None:
    await _event(scene, kind)
    assert scene.kept.told == [("back", scene.slack.home.id, _id(scene))]


@pytest.mark.parametrize("kind", ["channel_rename", "group_rename"])
async def test_a_channel_goes_by_its_new_name(scene: Scene, kind: str) -> None:
    await scene.driver().event(kind, {"channel": {"id": _id(scene), "name": "knitting", "created": 1}})
    await scene.settled()
    assert scene.kept.told == [("renamed", scene.slack.home.id, _id(scene), "#knitting")]


async def test_a_rename_is_known_at_the_next_command(scene: Scene) -> None:
    await scene.slash("list")
    await scene.driver().rename("papers", "knitting")
    await scene.settled()
    await scene.slash("list", channel="knitting")
    assert scene.asked[-1][3] == "#knitting"


async def test_the_same_event_three_times_has_one_effect(scene: Scene) -> None:
    await scene.driver().event("channel_archive", {"channel": _id(scene)}, again=2)
    await scene.settled()
    assert len(scene.kept.told) == 1


async def test_the_same_event_of_another_workspace_is_another_one(scene: Scene) -> None:
    _install_elsewhere(scene)
    for workspace in (scene.slack.home, scene.slack.other):
        channel = workspace.channel("papers").id
        await scene.driver(workspace).event("channel_archive", {"channel": channel}, event_id="Ev1")
        await scene.settled()
    assert (
        len({told[1] for told in scene.kept.told}) == 1
    )  # the bot has one token here: the other is none of its


@pytest.mark.parametrize("kind", ["message", "reaction_added", "star_added", "something_new"])
async def test_an_event_nobody_listens_to_is_acknowledged(scene: Scene, kind: str) -> None:
    ack = await scene.driver().event(kind, {"channel": _id(scene), "text": "hello"})
    await scene.settled()
    assert (ack.status, scene.asked) == (200, [])


async def test_the_bots_own_messages_are_nothing_to_it(scene: Scene) -> None:
    about = {"user": scene.slack.home.bot_user, "channel": _id(scene), "text": "<@U1> today"}
    assert (await scene.driver().event("app_mention", about)).in_time
    await scene.settled()
    assert scene.asked == []


async def test_an_event_is_taken_before_anything_is_done_about_it(scene: Scene) -> None:
    hold = asyncio.Event()

    async def held(*_given: object) -> None:
        await hold.wait()

    scene.kept.channel_gone = held  # type: ignore[method-assign]  # a database that is busy
    assert (await scene.driver().event("channel_archive", {"channel": _id(scene)})).status == 200
    hold.set()
    await scene.settled()


async def test_a_store_that_fails_harms_no_later_event(scene: Scene) -> None:
    async def fails(*_given: object) -> None:
        raise RuntimeError("no")

    gone, scene.kept.channel_gone = scene.kept.channel_gone, fails  # type: ignore[method-assign]  # for one event
    assert (await _event(scene, "channel_archive")).in_time
    scene.kept.channel_gone = gone  # type: ignore[method-assign]  # as it was
    await _event(scene, "channel_archive")
    assert len(scene.kept.told) == 1


async def test_what_slack_says_minutes_late_does_not_undo_what_happened_since(scene: Scene) -> None:
    now = scene.slack.state.clock.now()
    bot = scene.slack.home.bot_user
    clock, scene.slack.state.clock = scene.slack.state.clock, FakeClock(now)
    await _joins(scene)
    scene.slack.state.clock = FakeClock(now - timedelta(minutes=2))
    await _event(scene, "member_left_channel", user=bot)
    assert scene.kept.told == [("back", scene.slack.home.id, _id(scene))]
    scene.slack.state.clock = FakeClock(now + timedelta(minutes=2))
    await _event(scene, "member_left_channel", user=bot)
    assert [word for word, *_ in scene.kept.told] == ["back", "gone"]
    scene.slack.state.clock = clock


@pytest.mark.parametrize(
    ("kind", "method"), [("app_uninstalled", "uninstalled"), ("channel_archive", "channel_gone")]
)
async def test_what_slack_says_once_is_known_after_the_database_was_busy(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, kind: str, method: str
) -> None:
    write, tries = getattr(scene.kept, method), []

    async def busy(*given: object) -> None:
        tries.append(given)
        if len(tries) < 3:
            raise StoreBusy("The database did not answer in time.")
        await write(*given)

    monkeypatch.setattr(scene.kept, method, busy)
    await _event(scene, kind)
    assert (len(tries), len(scene.kept.told)) == (3, 1)


async def test_an_operator_whose_one_token_is_gone_is_told_what_to_do(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.driver().event("app_uninstalled", {})
    await scene.settled()
    assert "removed the bot" in caplog.text
    assert "SLACK_BOT_TOKEN" in caplog.text


async def test_a_workspace_that_removes_the_bot_is_forgotten(scene: Scene) -> None:
    await scene.driver().event("app_uninstalled")
    await scene.settled()
    assert scene.tokens.known(scene.slack.home.id) is None
    assert scene.kept.told == [("uninstalled", scene.slack.home.id)]


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_both_ways_of_saying_so_may_come_in_any_order(scene: Scene, first: str) -> None:
    second = {"app_uninstalled": "tokens_revoked", "tokens_revoked": "app_uninstalled"}[first]
    for kind in (first, second, first):
        ack = await scene.driver().event(kind, {"tokens": {"bot": [scene.slack.home.bot_user]}})
        await scene.settled()
        assert ack.in_time
    assert set(scene.kept.told) == {("uninstalled", scene.slack.home.id)}


async def test_a_persons_own_token_is_none_of_ours(scene: Scene) -> None:
    await scene.driver().event("tokens_revoked", {"tokens": {"oauth": ["U1"], "bot": []}})
    await scene.settled()
    assert scene.kept.told == []
    assert scene.tokens.known(scene.slack.home.id) is not None


async def test_an_ending_from_before_a_new_installation_does_not_end_it(scene: Scene) -> None:
    later = scene.slack.state.clock.now() + timedelta(minutes=1)
    scene.kept.installed_in[scene.slack.home.id] = _installation(scene.slack.home.id, later)
    await scene.driver().event("app_uninstalled")
    await scene.settled()
    assert scene.kept.told == []
    assert scene.tokens.known(scene.slack.home.id) is not None


async def test_an_ending_from_before_the_token_that_is_set_now_does_not_end_it(scene: Scene) -> None:
    await scene.tokens.forget(scene.slack.home.id)
    scene.clock.move_to(scene.slack.state.clock.now() + timedelta(minutes=1))
    await scene.tokens.start()  # the operator has set a new token, and Slack took it
    await scene.driver().event("app_uninstalled")
    await scene.settled()
    assert scene.kept.told == []
    assert scene.tokens.known(scene.slack.home.id) is not None


async def _joins(scene: Scene) -> None:
    await _event(scene, "member_joined_channel", user=scene.slack.home.bot_user)


async def _event(scene: Scene, kind: str, **fields: str) -> Ack:
    ack = await scene.driver().event(kind, {"channel": _id(scene), **fields})
    assert ack.in_time
    await scene.settled()
    return ack


def _id(scene: Scene) -> str:
    return scene.slack.home.channel("papers").id


def _installation(workspace: str, at: object = NOW) -> Installation:
    return Installation(platform="slack", workspace=workspace, token="xoxb-2", installed_at=at)  # type: ignore[arg-type]  # a moment


def _install_elsewhere(scene: Scene) -> None:
    other = scene.slack.other.id
    scene.kept.installed_in[other] = _installation(other)
