"""A database that takes two seconds for everything: people get their answers late, and a first word at once."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.slow

SECONDS = "2"
PATIENCE = 150.0  # for an answer that asks the database many times


async def test_everything_is_answered_within_three_seconds(a_bot, slowly, verdict_of) -> None:
    async with a_bot(rates=True, main=slowly(SECONDS)) as bot:
        await bot.papers(6)
        await bot.start()
        mia = bot.driver()
        mia.patience = PATIENCE
        subscribed, found = await asyncio.gather(
            mia.slash("papers subscribe", query="weaving", user="mia"),
            mia.slash("papers search", query="looms", user="mia"),
        )
        card, listed, offered, asked = await asyncio.gather(
            mia.select(found.answers[0], chosen_first(found), user="mia"),
            mia.slash("papers list", user="mia"),
            mia.autocomplete("papers unsubscribe", "which", "", user="mia"),
            mia.slash("papers edit", which="1", user="mia"),
        )
        acts = [subscribed, found, card, listed, offered, asked]
        assert [one.what for one in acts if not one.finished] == [], bot.said()
        assert asked.modal, bot.said()
        mia.patience = 0.0  # what is saved in the end is not waited for
        saved = await mia.submit(asked, {"query": "weaving OR spinning"})
        await bot.until(lambda: saved.callback, seconds=PATIENCE)
        assert verdict_of(bot).complaints() == ()


def chosen_first(act) -> str:
    """The first paper in the menu of an answer."""
    menus = [part for row in act.answers[0].components for part in row["components"] if part["type"] == 3]
    return menus[0]["options"][0]["value"]
