"""The commands of the README, from two tokens to the first digest, and a digest at the time that was said."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.testing.init_program import InitProgram

pytestmark = pytest.mark.slow


async def test_from_two_tokens_to_the_first_digest(a_bot, verdict_of, stopwatch, looms) -> None:
    async with a_bot("socket", rates=True) as bot:
        program = InitProgram("slack", bot.folder, {"SLACK_API_URL": bot.slack.api_url})
        code, said = await program.piped(f"{bot.slack.bot_token}\n{bot.slack.app_token}\n")
        assert code == 0, said
        assert "Next: paperround run" in said
        bot.more = looms
        bot.without = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PAPERROUND_CHAT", "PAPERROUND_SECRET_KEY")
        await bot.start()
        ada = bot.driver()
        await bot.slack.until(lambda: bot.ask("SELECT count(*) FROM paper") == [(5,)], seconds=60)
        (answer,) = await ada.answered(await ada.slash("subscribe weaving at:9am days:weekdays"))
        await ada.press(answer, "Post today's now")
        await bot.slack.until(lambda: bot.slack.posted("papers"), seconds=60)
        sys.stdout.write(f"\nfrom `init slack` to the first digest: {stopwatch():.1f} s\n")
        await bot.sent_all()
        assert "On weaving looms" in bot.slack.posted("papers")[0].words()
        assert verdict_of(bot).complaints() == ()


async def test_a_digest_comes_at_the_time_that_was_said(bot, verdict_of) -> None:
    await bot.papers(6)
    await bot.start()
    ada, at = bot.driver(), datetime.now(UTC) + timedelta(seconds=65)
    await ada.answered(await ada.slash(f"subscribe weaving at:{at:%H:%M} tz:UTC days:daily"))
    await bot.slack.until(lambda: bot.slack.posted("papers"), seconds=180)
    posted = datetime.fromtimestamp(float(bot.slack.posted("papers")[0].ts), UTC)
    assert posted >= at.replace(second=0, microsecond=0)
    await bot.sent_all()
    assert verdict_of(bot).complaints() == ()
