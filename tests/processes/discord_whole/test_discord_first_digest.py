"""The commands of the README, from a token to the first digest."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from subprocess import PIPE, STDOUT

import pytest

from bot.testing.http import FakeServer, reply

pytestmark = pytest.mark.slow

MOST_COMMANDS = 3
ENTRY = """<entry><id>https://example.org/{n}</id><link href="https://example.org/{n}"/>
<title>A language model on looms, part {n}</title><published>{now}</published><author><name>Ada Example</name></author>
<summary>We study large language models. Part {n} is about weaving. It needs no needles.</summary></entry>"""


def feed() -> bytes:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = "".join(ENTRY.format(n=n, now=now) for n in range(1, 6))
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Looms</title><id>x</id>{entries}</feed>'.encode()
    )


async def init(bot) -> str:
    """`paperround init discord` with the token on a line of its own."""
    environment = {
        name: value
        for name, value in bot.environment().items()
        if not name.startswith(("DISCORD_", "PAPERROUND_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "init", "discord"),
        cwd=bot.folder,
        env=environment | {"DISCORD_API_URL": bot.discord.api_url},
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate(f"{bot.discord.bot_token}\n".encode())
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_from_a_token_to_the_first_digest(bot, verdict_of, each_once, stopwatch) -> None:
    commands = []
    async with FakeServer() as papers:
        papers.on("/feed.xml", reply(200, feed(), content_type="application/atom+xml"))
        said = await init(bot)
        commands.append("paperround init discord")
        assert "Next: paperround run" in said
        bot.more = {
            "PAPERROUND_SOURCES": "feed",
            "PAPERROUND_FEEDS": papers.url("/feed.xml"),
            "PAPERROUND_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
        bot.without = ("DISCORD_TOKEN", "PAPERROUND_CHAT", "PAPERROUND_SECRET_KEY")
        await bot.start()
        commands.append("paperround run")
        await bot.until(lambda: bot.ask("SELECT count(*) FROM paper") == [(5,)], seconds=60)
        ada = bot.driver()
        act = await ada.slash("papers subscribe", query="topic:llm")
        commands.append("/papers subscribe")
        assert act.finished, bot.said()
        await ada.press(act.answers[0], "Post today's now")
        await bot.until(lambda: bot.discord.posted("papers"), seconds=60)
        sys.stdout.write(
            f"\nfrom a token to the first digest: {stopwatch():.1f} s, {len(commands)} commands: {commands}\n"
        )
        await bot.sent_all()
        assert "on looms" in str(bot.discord.posted("papers")[0].raw)
        assert each_once(bot)
        assert verdict_of(bot).complaints() == ()
        assert len(commands) <= MOST_COMMANDS
