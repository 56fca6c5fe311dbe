"""Discord knows nobody's time zone: a channel is asked for it once, and only its managers can answer."""

from __future__ import annotations

from typing import Any

import simcord

from adapters.chat.discord.drawing.zones import ANOTHER

from .conftest import Stage, shown, texts


def picker(message: simcord.ResponseMessage) -> dict[str, Any]:
    menus = [one for row in message.components for one in row["components"] if "options" in one]
    return next((one for one in menus if one["custom_id"] == "menu|zone"), {})


async def pick(
    stage: Stage, by: simcord.MemberActor, asked: simcord.ResponseMessage, city: str
) -> simcord.InteractionResult:
    values = {one["label"].partition(" (")[0]: one["value"] for one in picker(asked)["options"]}
    return await by.select(asked, [values[city]], custom_id="menu|zone")


async def test_the_first_subscription_asks_for_the_zone_and_names_the_one_that_holds(stage: Stage) -> None:
    asked = await stage.slash("papers subscribe", query="knitting")
    assert "09:00 is in UTC, as nobody said otherwise" in texts(asked)
    assert "America/New\\_York" not in texts(asked)
    said = texts(shown(await pick(stage, stage.mia, asked, "New York")))
    assert "daily 09:00 America/New" in said
    assert not picker(await stage.slash("papers subscribe", query="crochet"))


async def test_it_is_asked_once_even_when_nobody_answers(stage: Stage) -> None:
    assert picker(await stage.slash("papers subscribe", query="knitting"))
    assert not picker(await stage.slash("papers subscribe", query="crochet"))


async def test_whoever_names_a_zone_is_not_asked(stage: Stage) -> None:
    assert not picker(await stage.slash("papers subscribe", query="knitting", tz="Berlin"))
    await stage.slash("papers unsubscribe", which="*")
    assert not picker(await stage.slash("papers subscribe", query="knitting"))


async def test_another_zone_is_typed_into_the_form(stage: Stage) -> None:
    asked = await stage.slash("papers subscribe", query="knitting")
    opened = await pick(stage, stage.mia, asked, ANOTHER)
    given = {"query": "knitting", "at": "09:00", "tz": "Kathmandu", "days": ["monday"], "max": "10"}
    said = texts(shown(await stage.mia.submit_modal(opened, given)))
    assert "Asia/Kathmandu" in said


async def test_whoever_begins_with_the_form_is_asked_as_well_in_their_own_language(stage: Stage) -> None:
    opened = await stage.mia.slash(stage.papers, "papers subscribe")
    asked = shown(await stage.mia.submit_modal(opened, {"query": "knitting"}))
    assert (
        picker(asked)["options"][0]["label"] == "New York (America/New_York)"
    )  # SimCord's people speak en-US


async def test_whoever_lost_the_right_to_answer_changes_nothing(stage: Stage) -> None:
    asked = await stage.slash("papers subscribe", query="knitting")
    stage.env.backend.get_guild(stage.guild.id).members[stage.mia.id].role_ids.clear()
    refused = await pick(stage, stage.mia, asked, "Tokyo")
    assert "is for the managers" in texts(shown(refused))
    assert "09:00 UTC" in texts(await stage.slash("papers list", stage.ben))
