"""`/papers ...`: acknowledged at once, answered privately, run once, whatever happens."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.errors import StoreBusy
from bot.testing.slack import Driver, payloads
from bot.testing.slack.sent import Sent

from .conftest import Scene, everything


async def test_a_command_is_answered_to_its_asker_alone(scene: Scene) -> None:
    said = await scene.slash("search knitting")
    assert "Flow Matching for Knitting Robots" in said
    assert scene.slack.posted("papers") == []


async def test_the_acknowledgement_says_nothing(scene: Scene) -> None:
    ack = await scene.driver().slash("today")
    assert (ack.status, ack.body) == (200, "")


async def test_nothing_is_asked_before_the_acknowledgement(scene: Scene) -> None:
    scene.slack.faults.add("hang", method="users.info", seconds=0.3)
    ack = await scene.driver().slash("today")
    assert (ack.status, scene.asked) == (200, [])
    await scene.settled()
    assert len(scene.asked) == 1


async def test_the_command_alone_is_help(scene: Scene) -> None:
    assert "What you can ask" in await scene.slash("")


async def test_what_slack_escapes_is_read_as_it_was_typed(scene: Scene) -> None:
    await scene.slash("search knitting upvotes&gt;=2")
    assert scene.asked[-1][0] == "search knitting upvotes>=2"


async def test_half_a_character_is_no_fault_of_the_program(scene: Scene) -> None:
    where = {"user": scene.slack.home.person("ada").id, "channel": scene.slack.home.channel("papers").id}
    await scene.driver().event("app_mention", {**where, "text": "<@U0> show \ud800 2606.00001", "ts": "1.2"})
    await scene.settled()
    (said,) = scene.slack.private_to("ada")
    assert "Flow Matching" in everything(said.blocks)


async def test_who_asks_and_where_comes_from_slack(scene: Scene) -> None:
    await scene.slash("list", user="olga", channel="secret-papers")
    _, asker, address, place = scene.asked[-1]
    assert (asker.user, asker.tz, asker.manager) == (scene.slack.home.person("olga").id, "Asia/Tokyo", True)
    assert address.channel == scene.slack.home.channel("secret-papers").id
    assert place == "#secret-papers"


async def test_a_conversation_with_the_bot_is_ones_own(scene: Scene) -> None:
    assert "Subscribed" in await scene.slash("subscribe topic:llm", user="mia", channel="@bot")
    assert scene.asked[-1][3] == "this conversation"


async def test_a_channel_the_bot_does_not_know_is_this_conversation(scene: Scene) -> None:
    await scene.slash("list", user="ben", channel="closed-circle")
    assert scene.asked[-1][3] == "this conversation"


async def test_a_command_sent_again_runs_once(scene: Scene) -> None:
    payload, response = _slash(scene, "save 2606.00001")
    for retry in (0, 1, 2):
        ack = await scene.driver().deliver(
            Sent(what="/papers", kind="slash_commands", payload=payload, response=response, retry=retry)
        )
        assert ack.in_time
        await scene.settled()
    assert len(scene.asked) == 1


async def test_the_same_command_typed_again_runs_again(scene: Scene) -> None:
    await scene.slash("list")
    await scene.slash("list")
    assert len(scene.asked) == 2


async def test_an_error_of_the_program_is_a_private_notice_with_a_mark(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.instead = RuntimeError("xoxb-secret is here")
    said = await scene.slash("list")
    assert "failed inside Paper Round" in said
    assert "RuntimeError" not in said
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.getMessage().rpartition(" ")[2].rstrip(")") in said


async def test_an_error_we_know_is_told_in_its_own_words(scene: Scene) -> None:
    scene.instead = StoreBusy("The database is busy, so nothing was changed.", fix="Try again.")
    assert "The database is busy" in await scene.slash("list")


async def test_a_person_who_cannot_be_looked_up_manages_nothing(scene: Scene) -> None:
    scene.slack.faults.add("error", method="users.info", times=None, code="user_not_found")
    assert "for the managers" in await scene.slash("subscribe topic:llm")


@pytest.mark.parametrize("tamper", ["signature", "secret", "old", "missing"])
async def test_a_forged_request_is_refused(scene: Scene, tamper: str) -> None:
    ack = await scene.driver().slash("list", tamper=tamper)
    await scene.settled()
    assert ack.status == 401
    assert scene.asked == []


async def test_where_the_bot_is_not_installed_its_people_are_told_so(scene: Scene) -> None:
    driver = scene.driver(scene.slack.other)
    ack = await driver.slash("list")
    assert ack.in_time
    await scene.settled()
    assert "not installed" in driver.answers(ack)[0].text
    assert scene.asked == []


async def test_an_answer_that_comes_after_five_uses_comes_by_another_way(scene: Scene) -> None:
    ack = await _with_used_up_url(scene)
    await scene.settled()
    assert scene.driver().answers(ack) == []
    (said,) = scene.slack.private_to("ada")
    assert (said.via, "What you can ask" in said.text) == ("chat.postEphemeral", True)


async def test_a_url_that_is_too_old_is_not_used(scene: Scene) -> None:
    driver = scene.driver()
    scene.meanwhile = lambda: scene.clock.advance(timedelta(minutes=31))
    ack = await driver.slash("list")
    await scene.settled()
    assert driver.uses(ack) == 0
    assert len(scene.slack.private_to("ada")) == 1


async def test_patience_that_is_asked_for_is_kept_once(scene: Scene) -> None:
    scene.slack.faults.add("429", method="response", seconds=7)
    before = scene.clock.monotonic()
    assert "What you can ask" in await scene.slash("help")
    assert scene.clock.monotonic() - before == 7


@pytest.mark.parametrize("kind", ["500", "503", "reset"])
async def test_an_answer_that_is_not_taken_comes_by_another_way(scene: Scene, kind: str) -> None:
    scene.slack.faults.add(kind, method="response", times=None)
    await scene.driver().slash("help")
    await scene.settled()
    assert [one.via for one in scene.slack.private_to("ada")] == ["chat.postEphemeral"]


async def test_blocks_that_slack_refuses_come_as_a_sentence(scene: Scene) -> None:
    scene.slack.state.check_message = lambda message: ["no"] if message.get("blocks") else []
    ack = await scene.driver().slash("help")
    await scene.settled()
    (said,) = scene.driver().answers(ack)
    assert ("What you can ask" in said.text, said.blocks) == (True, [])
    scene.slack.state.findings.clear()


async def test_when_no_way_is_left_nothing_is_raised_and_nothing_secret_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    scene.slack.faults.add("500", method="response", times=None)
    scene.slack.faults.add("error", method="chat.postEphemeral", times=None, code="user_not_in_channel")
    await scene.driver().slash("help")
    await scene.settled()
    assert "user_not_in_channel" in caplog.text
    assert "xoxb" not in caplog.text
    assert "/response/" not in caplog.text


async def test_an_answer_is_at_most_four_messages_over_one_url(scene: Scene) -> None:
    driver = scene.driver()
    ack = await driver.slash("help")
    await scene.settled()
    assert 1 <= driver.uses(ack) <= 4


async def test_a_mention_is_answered_to_whoever_wrote_it(scene: Scene) -> None:
    home = scene.slack.home
    about = {"user": home.person("mia").id, "channel": home.channel("papers").id, "ts": "1.2"}
    await scene.driver().event("app_mention", {"text": f"<@{home.bot_user}> search knitting", **about})
    await scene.settled()
    (said,) = scene.slack.private_to("mia")
    assert scene.asked[-1][0] == "search knitting"
    assert said.channel == home.channel("papers").id
    assert scene.slack.posted("papers") == []


async def test_a_mention_in_a_thread_is_answered_there(scene: Scene) -> None:
    home = scene.slack.home
    parent = scene.driver().say("What is new?")
    about = {"user": home.person("mia").id, "channel": parent.channel, "text": f"<@{home.bot_user}> today"}
    for ts, thread in (("9.1", parent.ts), ("9.2", "9.2")):
        await scene.driver().event("app_mention", {**about, "ts": ts, "thread_ts": thread})
        await scene.settled()
    assert [one.thread_ts for one in scene.slack.private_to("mia")] == [parent.ts, ""]


async def test_settings_in_the_environment_do_not_turn_on_what_bolt_would_make_of_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-from-the-environment")
    bot = type(scene.bot)(scene.office)
    assert bot.oauth_flow is None
    scene.bot = bot
    before = scene.slack.calls("auth.test")
    assert "What you can ask" in await scene.slash("help")
    assert scene.slack.calls("auth.test") == before


def _slash(scene: Scene, text: str) -> tuple[dict[str, object], str]:
    home = scene.slack.home
    return payloads.slash(
        scene.slack.state, home, home.person("ada"), home.channel("papers"), "/papers", text
    )


async def _with_used_up_url(scene: Scene) -> object:
    payload, response = _slash(scene, "help")
    scene.slack.state.responses.all[response].uses = 5
    driver: Driver = scene.driver()
    return await driver.deliver(
        Sent(what="/papers", kind="slash_commands", payload=payload, response=response)
    )
