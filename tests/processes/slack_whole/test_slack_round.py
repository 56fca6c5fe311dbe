"""The whole round in Slack with the real process: from the first command to the digest, and out again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


def words(said) -> str:
    return said.words()


async def test_a_channel_subscribes_reads_edits_and_leaves(bot, verdict_of) -> None:
    await bot.papers()
    await bot.start()
    slack, ben = bot.slack, bot.driver()

    ack = await ben.slash("subscribe weaving", user="ben")
    assert ack.in_time, bot.said()
    (said,) = await ben.answered(ack)
    assert "Subscribed" in words(said)
    (said,) = await ben.answered(await ben.slash("list", user="ben"))
    assert "weaving" in words(said)
    await searched(ben)
    await looked_at(ben)
    await edited(ben)

    paused = await ben.press((await ben.answered(await ben.slash("list", user="ben")))[0], "Pause")
    assert "paused" in words((await ben.answered(paused))[0]).lower()
    (listed,) = await ben.answered(await ben.slash("list", user="ben"))
    assert "paused" in words(listed)
    await ben.answered(await ben.press(listed, "Resume"))

    assert await bot.end() == 0, bot.said()
    await bot.make_due()
    await bot.start()
    await slack.until(lambda: slack.posted("papers"), seconds=90)
    await bot.sent_all()
    parent = slack.posted("papers")[0]
    assert "weaving" in words(parent)
    assert all(one.thread_ts == parent.ts for one in slack.posted("papers")[1:])

    (left,) = await ben.answered(await ben.slash("unsubscribe 1", user="ben"))
    assert "weaving" in words(left)
    (said,) = await ben.answered(await ben.slash("list", user="ben"))
    assert await bot.end() == 0, bot.said()
    assert verdict_of(bot).complaints() == ()


async def searched(ben) -> None:
    """Three pages, forth and back, in one private message."""
    (found,) = await ben.answered(await ben.slash("search looms", user="ben"))
    first = words(found)
    await ben.answered(await ben.press(found, "Next"))
    assert words(found) != first
    await ben.answered(await ben.press(found, "Previous"))
    assert words(found) == first


async def looked_at(ben) -> None:
    for line in ("show 1", "today", "why 1", "trending", "status", "help", "topics", "settings"):
        ack = await ben.slash(line, user="ben")
        assert (await ben.answered(ack))[0].text, line


async def edited(ben) -> None:
    """The form that a button opens changes the subscription and the channel's hour."""
    (listed,) = await ben.answered(await ben.slash("list", user="ben"))
    await ben.press(listed, "Edit")
    await ben.slack.until(lambda: (modal := ben.slack.modal("ben")) and modal.content.get("submit"))
    form = ben.slack.modal("ben")
    await ben.suggest(form, "topic", "rea")
    await ben.submit(form, {"query": "weaving OR spinning", "at": "07:30"})
    await ben.slack.until(lambda: "spinning" in str(form.blocks) and not form.content.get("submit"))
    await ben.close(form)
