"""The form about a subscription: opened at once, filled in, saved."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.chat.discord.listening import forming
from bot.commands.parsing import Call
from bot.testing.discord import Interaction

from .conftest import Scene, read


def values(act: Interaction) -> dict[str, Any]:
    """What stands in a form at first."""
    assert act.modal is not None, f"no form: {[one.text for one in act.answers]}"
    inner = [one["component"] for one in act.modal["components"]]
    return {one["custom_id"]: one.get("value", "") for one in inner}


async def test_an_edit_without_a_query_opens_the_form_as_it_is(scene: Scene) -> None:
    number = await scene.subscribe("knitting", at="08:30", tz="Berlin")
    act = await scene.driver.slash("papers edit", which=number)
    assert values(act)["query"] == "knitting"
    assert (values(act)["at"], values(act)["tz"]) == ("08:30", "Europe/Berlin")


async def test_what_was_filled_in_is_carried_out(scene: Scene) -> None:
    number = await scene.subscribe("knitting", at="08:30", tz="Berlin")
    act = await scene.driver.slash("papers edit", which=number)
    done = await scene.driver.submit(act, {"query": "crochet", "at": "07:00"})
    said = read(done)
    assert "07:00" in said
    calls = [asked.command for asked, *_ in scene.asked[-2:] if isinstance(asked, Call)]
    assert calls == ["edit", "settings"]
    assert "crochet" in await scene.slash("papers list")


async def test_what_is_left_as_it_was_changes_nothing(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    act = await scene.driver.slash("papers edit", which=number)
    assert "nothing was changed" in read(await scene.driver.submit(act, {}))


async def test_a_form_that_was_not_taken_is_offered_again_with_everything_in_it(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    act = await scene.driver.slash("papers edit", which=number)
    refused = await scene.driver.submit(act, {"query": 'knit AND "', "at": "25:99"})
    again = await scene.driver.press(refused.answers[-1], forming.OPEN_AGAIN)
    assert (values(again)["query"], values(again)["at"]) == ('knit AND "', "25:99")


async def test_a_new_subscription_is_made_with_the_form(scene: Scene) -> None:
    act = await scene.driver.slash("papers subscribe", user="mia")
    assert values(act)["query"] == ""
    said = read(await scene.driver.submit(act, {"query": "knitting"}))
    assert "knitting" in said
    assert scene.asked[-1][0] == Call("subscribe", {"query": "knitting"})


async def test_a_form_for_a_second_subscription_shows_how_the_channel_is_set(scene: Scene) -> None:
    await scene.subscribe("knitting", at="08:30", tz="Berlin")
    act = await scene.driver.slash("papers subscribe")
    assert (values(act)["query"], values(act)["at"]) == ("", "08:30")


async def test_what_was_given_with_the_command_stands_in_the_form(scene: Scene) -> None:
    act = await scene.driver.slash("papers subscribe", at="06:15")
    assert values(act)["at"] == "06:15"


async def test_whoever_may_change_nothing_is_told_so_instead(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    for line, options in (("papers edit", {"which": number}), ("papers subscribe", {})):
        act = await scene.driver.slash(line, user="ben", **options)
        assert act.modal is None
        assert "is for the managers of #papers" in read(act)


async def test_a_subscription_that_is_gone_is_told_of(scene: Scene) -> None:
    await scene.subscribe("knitting")
    act = await scene.driver.slash("papers edit", which="999")
    assert "no subscription 999 here" in read(act)


async def test_rights_are_asked_for_again_when_a_form_is_sent(scene: Scene) -> None:
    act = await scene.driver.slash("papers subscribe", user="mia")
    member = scene.discord.home.member("mia")
    scene.discord.home.member("mia")
    act.person = scene.discord.home.member("ben")
    assert member is not act.person
    assert "is for the managers of #papers" in read(await scene.driver.submit(act, {"query": "knitting"}))


async def test_a_slow_database_opens_an_empty_form_in_time(scene: Scene, monkeypatch: Any) -> None:
    number = await scene.subscribe("knitting")
    monkeypatch.setattr(forming, "PATIENCE", 0.05)

    async def never(*_asked: object, **_given: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(scene, "commands", never)
    act = await scene.driver.slash("papers edit", which=number)
    assert values(act)["query"] == ""
    assert act.modal is not None
    assert number in act.modal["title"]
