"""Buttons, menus and forms as SimCord has people press them, and what a restart leaves of them."""

from __future__ import annotations

from typing import Any

import simcord

from .conftest import Stage, many, shown, texts


async def test_pages_take_each_others_place(stage: Stage) -> None:
    await many(stage)
    first = await stage.slash("papers search", stage.ben, query="knitting")
    before = texts(first)
    turned = await stage.ben.click(first, label="Next")
    assert turned.response is not None
    assert turned.response.id == first.id
    assert "Page 2" in texts(turned.response)
    back = await stage.ben.click(turned.response, label="Previous")
    assert back.response is not None
    assert texts(back.response) == before


async def test_a_paper_is_chosen_and_everything_can_be_done_with_it(stage: Stage) -> None:
    found = await stage.slash("papers search", stage.ben, query="knitting robots")
    card = shown(await choose(stage, found))
    assert "Flow Matching for Knitting Robots" in texts(card)
    for label, said in (
        ("Save", "Saved"),
        ("Why", "Nothing is subscribed"),
        ("Cite", "@misc"),
        ("Similar", "A Survey of Knitting"),
        ("Mute Ada Example", "Muted"),
    ):
        assert said in texts(shown(await stage.ben.click(card, label=label))), label
    question = shown(await stage.ben.click(card, label="Not for us"))
    refused = await stage.ben.click(question, label="Not for us")
    assert refused.response is not None
    assert "is for the managers" in texts(refused.response)


async def test_what_destroys_is_asked_first(stage: Stage) -> None:
    await stage.slash("papers subscribe", query="knitting")
    listed = await stage.slash("papers list")
    question = shown(await stage.mia.click(listed, label="Drop 1"))
    left = await stage.mia.click(question, label="Cancel")
    assert left.response is not None
    assert "Nothing was changed" in texts(left.response)
    assert "knitting" in texts(await stage.slash("papers list"))
    question = shown(await stage.mia.click(listed, label="Drop 1"))
    dropped = await stage.mia.click(question, label="Drop 1")
    assert dropped.response is not None
    assert "Dropped 1 subscription" in texts(dropped.response)


async def choose(stage: Stage, found: simcord.ResponseMessage) -> simcord.InteractionResult:
    """Ben chooses the first paper of a list."""
    menu = next(one for row in found.components for one in row["components"] if "options" in one)
    return await stage.ben.select(found, [menu["options"][0]["value"]], custom_id=menu["custom_id"])


def filled(**given: Any) -> dict[str, Any]:
    whole = {"query": "crochet", "at": "08:30", "tz": "Tokyo", "days": ["monday", "friday"], "max": "7"}
    return {**whole, **given}


async def test_a_subscription_is_changed_in_a_form(stage: Stage) -> None:
    await stage.slash("papers subscribe", query="knitting")
    opened = await stage.mia.slash(stage.papers, "papers edit", which="1")
    assert opened.modal is not None
    assert "knitting" in str(opened.modal)
    said = texts(shown(await stage.mia.submit_modal(opened, filled())))
    assert "Mon, Fri 08:30 Asia/Tokyo" in said
    assert "crochet" in texts(await stage.slash("papers list"))


async def test_a_form_that_was_not_taken_is_offered_again_with_all_that_was_typed(stage: Stage) -> None:
    await stage.slash("papers subscribe", query="knitting")
    opened = await stage.mia.slash(stage.papers, "papers edit", which="1")
    refused = shown(await stage.mia.submit_modal(opened, filled(at="25 o'clock")))
    assert "o'clock" in texts(refused)
    again = await stage.mia.click(refused, label="Open the form again")
    assert "25 o'clock" in str(again.modal)
    assert "08:30" in texts(shown(await stage.mia.submit_modal(again, filled())))


async def test_from_the_status_one_gets_to_everything_else(stage: Stage) -> None:
    status = await stage.slash("papers status")
    assert (await stage.mia.click(status, label="Follow something")).modal is not None
    await stage.slash("papers subscribe", query="knitting", tz="Tokyo")
    status = await stage.slash("papers status")
    assert "<t:1780358400:f>" in texts(
        status
    )  # 09:00 on Tuesday in Tokyo; who looks reads it in their own zone
    for label, said in (
        ("Subscriptions", "knitting"),
        ("Preview", "Flow Matching for Knitting Robots"),
        ("Saved papers", "nothing yet"),
        ("Every channel", "#papers"),
    ):
        assert said in texts(shown(await stage.mia.click(status, label=label))), label


async def test_buttons_from_before_a_restart_still_work(stage: Stage) -> None:
    await many(stage)
    found = await stage.slash("papers search", stage.ben, query="knitting")
    listed = await stage.slash("papers subscribe", query="knitting")
    await stage.env.restart_bot(stage.client())
    turned = await stage.ben.click(found, label="Next")
    assert turned.response is not None
    assert "Page 2" in texts(turned.response)
    assert (await stage.mia.click(listed, label="Edit")).modal is not None
    undone = await stage.mia.click(listed, label="Undo")
    assert undone.response is not None
    assert "Dropped 1 subscription" in texts(undone.response)


async def test_a_button_that_a_restart_forgot_says_so(stage: Stage) -> None:
    long = " OR ".join(f'"knitting pattern {number}"' for number in range(12))
    await many(stage)
    await stage.slash("papers subscribe", query=long)
    dropped = await stage.slash("papers unsubscribe", which="*")
    await stage.env.restart_bot(stage.client())
    said = shown(await stage.mia.click(dropped, label="Undo"))
    assert "too old" in texts(said)
    assert "Run the command again" in texts(said)


async def test_whoever_lost_a_right_presses_in_vain(stage: Stage) -> None:
    listed = await stage.slash("papers subscribe", query="knitting")
    stage.env.backend.get_guild(stage.guild.id).members[stage.mia.id].role_ids.clear()
    refused = await stage.mia.click(listed, label="Undo")
    assert refused.response is not None
    assert "is for the managers" in texts(refused.response)
