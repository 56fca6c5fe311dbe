"""The commands of the README, from two tokens to the first digest, and a digest at the time that was said."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from subprocess import PIPE, STDOUT

import pytest

from bot.testing.http import FakeServer, reply

pytestmark = pytest.mark.slow

ENTRY = """<entry><id>https://example.org/{n}</id><link href="https://example.org/{n}"/>
<title>On weaving looms, part {n}</title><published>{now}</published><author><name>Ada Example</name></author>
<summary>We study looms. Part {n} is about weaving. It needs no needles.</summary></entry>"""


def feed() -> bytes:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = "".join(ENTRY.format(n=n, now=now) for n in range(1, 6))
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Looms</title><id>x</id>{entries}</feed>'.encode()
    )


async def init(bot) -> str:
    """`paperround init slack` with the two tokens, each on a line of its own."""
    environment = {
        name: value
        for name, value in bot.environment().items()
        if not name.startswith(("SLACK_", "PAPERROUND_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "init", "slack"),
        cwd=bot.folder,
        env=environment | {"SLACK_API_URL": bot.slack.api_url},
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate(f"{bot.slack.bot_token}\n{bot.slack.app_token}\n".encode())
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_from_two_tokens_to_the_first_digest(a_bot, verdict_of, stopwatch) -> None:
    async with a_bot("socket", rates=True) as bot, FakeServer() as papers:
        papers.on("/feed.xml", reply(200, feed(), content_type="application/atom+xml"))
        said = await init(bot)
        assert "Next: paperround run" in said
        bot.more = {
            "PAPERROUND_SOURCES": "feed",
            "PAPERROUND_FEEDS": papers.url("/feed.xml"),
            "PAPERROUND_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
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
