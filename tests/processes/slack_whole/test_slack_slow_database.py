"""A database that takes two seconds for everything: people are answered late, and acknowledged at once."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

SECONDS = "2"
PATIENCE = 120.0  # for an answer that asks the database many times


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_everything_is_acknowledged_within_three_seconds(a_bot, slowly, verdict_of, transport) -> None:
    async with a_bot(transport, rates=True, main=slowly(SECONDS)) as bot:
        await bot.papers(6)
        await bot.start()
        ben = bot.driver()
        subscribed = await ben.slash("subscribe weaving", user="ben")
        found = await ben.slash("search looms", user="ben")
        home = await ben.open_home(user="ben")
        await ben.answered(subscribed, seconds=PATIENCE)
        (papers,) = await ben.answered(found, seconds=PATIENCE)
        why = await ben.choose(papers, "Why", user="ben")
        listed = await ben.slash("list", user="ben")
        (subscriptions,) = await ben.answered(listed, seconds=PATIENCE)
        edit = await ben.press(subscriptions, "Edit")
        await ben.slack.until(
            lambda: (modal := ben.slack.modal("ben")) and modal.content.get("submit"), seconds=PATIENCE
        )
        form = ben.slack.modal("ben")
        topics = await ben.suggest(form, "topic", "rea")
        saved = await ben.submit(form, {"query": "weaving OR spinning"})
        removed = await ben.rename("papers", "weavers")
        acks = [subscribed, found, home, why, listed, edit, topics, saved, removed]
        assert [one.what for one in acks if not one.in_time] == []
        await ben.slack.until(
            lambda: "spinning" in str(form.blocks) and not form.content.get("submit"), seconds=PATIENCE
        )
        await ben.answered(why, seconds=PATIENCE)
        assert verdict_of(bot).complaints() == ()
