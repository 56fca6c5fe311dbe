"""Buttons and menus: whoever presses is asked anew."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.chat.discord.drawing.parts import decoded, parts_of
from adapters.chat.discord.marking import marked
from bot.commands.parsing import Call
from bot.testing import contract_digests
from bot.testing.discord import Impossible, Interaction, Said

from .conftest import Scene, read


def buttons(said: Said) -> list[str]:
    return [one["label"] for row in said.components for one in row["components"] if one["type"] == 2]


async def a_card(scene: Scene) -> Interaction:
    """The card of the first paper about knitting, as ada sees it."""
    act = await scene.driver.slash("papers search", query="knitting")
    menu = next(one for row in act.answers[0].components for one in row["components"] if one["type"] == 3)
    return await scene.driver.select(act.answers[0], menu["options"][0]["value"])


async def test_a_line_of_a_menu_is_the_card_of_its_paper(scene: Scene) -> None:
    card = await a_card(scene)
    assert "Knitting" in read(card)
    assert scene.asked[-1][0].command == "show"  # type: ignore[union-attr]  # a button's is a call


async def test_a_paper_is_saved_with_a_button(scene: Scene) -> None:
    card = await a_card(scene)
    number = scene.asked[-1][0].arguments["paper"]  # type: ignore[union-attr]  # a button's is a call
    label = next(one for one in buttons(card.answers[-1]) if "save" in one.lower())
    assert "Saved" in read(await scene.driver.press(card.answers[-1], label))
    assert scene.asked[-1][0] == Call("save", {"paper": number})


async def test_a_button_of_somebody_elses_making_does_nothing(scene: Scene) -> None:
    said = posted(scene, "do|drop everything|x=1")
    act = await scene.driver.press(said, "do|drop everything|x=1")
    assert "too old" in read(act)
    assert scene.asked == []


async def test_what_was_kept_in_memory_and_is_gone_says_so(scene: Scene) -> None:
    said = posted(scene, "do|*0123456789")
    assert "Run the command again" in read(await scene.driver.press(said, "do|*0123456789"))


async def test_whoever_presses_has_only_their_own_rights(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    said = posted(scene, f"do|unsubscribe|which={number}")
    act = await scene.driver.press(said, f"do|unsubscribe|which={number}", user="ben")
    assert "is for the managers of #papers" in read(act)


async def test_what_everybody_sees_is_never_replaced(scene: Scene) -> None:
    said = posted(scene, "tn|search|query=knitting&page=1")
    act = await scene.driver.press(said, "tn|search|query=knitting&page=1", user="ben")
    assert act.callback is not None
    assert act.callback["type"] == 5
    assert said.edits == 0
    assert "Knitting" in read(act)


async def test_an_answer_of_ones_own_is_turned_in_place(scene: Scene) -> None:
    first = await scene.driver.slash("papers search", query="knitting")
    own = first.answers[0]
    own.raw["components"] = row_of("tn|search|query=bread")
    act = await scene.driver.press(own, "tn|search|query=bread")
    assert act.callback is not None
    assert act.callback["type"] == 6
    assert own.edits >= 1


async def test_a_question_is_asked_before_what_destroys(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    said = posted(scene, f"ask|unsubscribe|which={number}")
    question = await scene.driver.press(said, f"ask|unsubscribe|which={number}")
    assert "Undo" in read(question)
    assert scene.asked[-1][0].command == "subscribe"  # type: ignore[union-attr]  # nothing since
    done = await scene.driver.press(question.answers[0], buttons(question.answers[0])[0])
    assert scene.asked[-1][0] == Call("unsubscribe", {"which": number})
    assert done.finished


async def test_a_question_may_be_answered_with_no(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    said = posted(scene, f"ask|unsubscribe|which={number}")
    question = await scene.driver.press(said, f"ask|unsubscribe|which={number}")
    await scene.driver.press(question.answers[0], "Cancel")
    assert scene.asked[-1][0].command == "subscribe"  # type: ignore[union-attr]  # nothing since
    assert "Nothing was changed" in question.answers[0].text


async def test_a_private_answer_is_nobody_elses_to_press(scene: Scene) -> None:
    act = await a_card(scene)
    with pytest.raises(Impossible):
        await scene.driver.press(act.answers[-1], buttons(act.answers[-1])[0], user="ben")


def row_of(custom_id: str) -> list[dict[str, object]]:
    return [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Press", "custom_id": custom_id}]}]


def posted(scene: Scene, custom_id: str) -> Said:
    """A message of the bot's that everybody sees, with one button."""
    place, bot = scene.discord.channel("papers"), scene.discord.state.bot
    return scene.discord.state.say(place, bot, {"content": "Papers", "components": row_of(custom_id)})


async def test_everything_under_a_digest_does_something(scene: Scene) -> None:
    for digest_number, digest in enumerate(contract_digests("discord")):
        for part in parts_of(digest):
            body = marked(decoded(part.payload).message.body(), f"{digest_number}-{part.number}".zfill(25))
            said = scene.discord.state.say(scene.discord.channel("papers"), scene.discord.state.bot, body)
            for component in (one for row in said.components for one in row["components"]):
                act = await used(scene, said, component)
                assert act.callback is not None
                assert "too old" not in " ".join(one.text for one in act.answers)


async def used(scene: Scene, said: Said, component: dict[str, Any]) -> Interaction:
    if component["type"] == 3:
        return await scene.driver.select(said, component["options"][-1]["value"])
    return await scene.driver.press(said, component["custom_id"])
