"""Any workspace installs the bot, uses it, removes it and comes back; what one does is nothing to the other."""

from __future__ import annotations

import pytest

from bot.testing.slack import Driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),  # slack_sdk uses it
]


async def installed(bot, driver: Driver) -> None:
    status, page = await driver.install(f"{bot.site}/slack/install")
    assert status == 200, page


async def listed(driver: Driver) -> str:
    (said,) = await driver.answered(await driver.slash("list"))
    return said.words()


@pytest.mark.parametrize("rotating", [False, True], ids=["lasting", "rotating"])
@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_two_workspaces_install_and_one_leaves_and_returns(
    a_bot, verdict_of, transport, rotating
) -> None:
    async with a_bot(transport, oauth=True, rates=True, rotating=rotating) as bot:
        await bot.papers()
        await bot.start()
        knitting, crochet = bot.driver(), bot.driver(bot.slack.other)
        for driver, query in ((knitting, "weaving"), (crochet, "looms")):
            await installed(bot, driver)
            await driver.answered(await driver.slash(f"subscribe {query}"))
        assert "looms" not in await listed(knitting)

        await knitting.uninstall()
        await bot.again()
        await bot.make_due()
        await bot.again()
        await bot.slack.until(lambda: bot.slack.posted("papers", bot.slack.other), seconds=90)
        assert bot.slack.posted("papers") == []

        await installed(bot, knitting)
        assert "weaving" in await listed(knitting)
        assert await bot.end() == 0, bot.said()
        assert verdict_of(bot).complaints() == ()


async def test_who_does_not_consent_installs_nothing(a_bot) -> None:
    async with a_bot("http", oauth=True) as bot:
        await bot.start()
        status, _ = await bot.driver().install(f"{bot.site}/slack/install", answer="cancel")
        assert status >= 400 or not bot.ask("SELECT * FROM installation")
        assert bot.ask("SELECT count(*) FROM installation") == [(0,)]
