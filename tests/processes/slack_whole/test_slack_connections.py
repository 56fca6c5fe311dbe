"""The real process keeps its connections, takes nothing that Slack did not sign, and waits where Slack is away."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


async def answered(driver) -> str:
    ack = await driver.slash("list")
    assert ack.in_time
    return (await driver.answered(ack))[0].words()


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_connection_that_slack_ends_is_followed_by_another(a_bot, reason: str) -> None:
    async with a_bot("socket") as bot:
        await bot.start()
        await bot.slack.sockets.disconnect(reason)
        await bot.slack.until(lambda: bot.slack.sockets.opened >= 2, seconds=60)
        assert await answered(bot.driver())


async def test_what_slack_did_not_sign_is_refused(a_bot) -> None:
    async with a_bot("http") as bot:
        await bot.papers(3)
        await bot.start()
        ada = bot.driver()
        for how in ("signature", "secret", "old", "missing", "body"):
            assert (await ada.slash("subscribe weaving", tamper=how)).status == 401, how
        assert "weaving" not in await answered(ada)


async def test_the_same_event_twice_is_acknowledged_twice_and_done_once(bot) -> None:
    await bot.start()
    ada = bot.driver()
    home = bot.slack.home.person("ada").id
    direct = bot.slack.home.direct("ada").id
    fields = {"user": home, "channel": direct, "tab": "home"}
    await ada.event("app_home_opened", fields, event_id="Ev0TWICE", again=2)
    await bot.slack.until(lambda: bot.slack.home_of("ada"))
    first = bot.slack.calls("views.publish")
    await answered(ada)  # whatever the others would have done is done by then
    assert bot.slack.calls("views.publish") == first
    assert all(one.in_time for one in bot.slack.state.acks)


async def test_a_start_while_slack_is_away_is_a_start_all_the_same(
    bot, digests_everywhere, verdict_of
) -> None:
    await digests_everywhere(bot, 2)
    bot.slack.faults.add("503", method="auth.test", times=2)
    bot.slack.faults.add("reset", method="apps.connections.open", times=2)
    await bot.start()
    await bot.sent_all()
    assert verdict_of(bot).complaints() == ()
