"""The real bot as a process of its own, Slack's stand-in in this one."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.domain.subscription import Address
from bot.testing.slack import Driver, SlackStandIn, Verdict, judge
from bot.testing.whole_bot import MAIN, WholeBot


@dataclass(kw_only=True)
class Bot(WholeBot):
    """The bot, and the Slack it is told of."""

    slack: SlackStandIn
    transport: str
    oauth: bool = False
    port: int = 0

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def driver(self, workspace: object = None) -> Driver:
        return Driver(
            self.slack, transport=self.transport, url=f"{self.site}/slack/events", workspace=workspace
        )

    def of_chat(self) -> Mapping[str, str]:
        served = {"PAPERROUND_WEB_PORT": str(self.port), "PAPERROUND_WEB_URL": self.site}
        return {
            "PAPERROUND_CHAT": "slack",
            **(served if self.transport == "http" or self.oauth else {}),
            **self.slack.environment(transport=self.transport, oauth=self.oauth),
        }

    async def answers(self) -> bool:
        if self.transport == "socket" and not self.slack.sockets.connections:
            return False
        return self.port == 0 or await self._serves("install" if self.oauth else "events?ssl_check=1")

    async def _serves(self, page: str) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.site}/slack/{page}", allow_redirects=False) as answer,
            ):
                return answer.status < 400
        except aiohttp.ClientError:
            return False

    def is_gone(self) -> bool:
        return not self.slack.sockets.connections


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


Running = Callable[..., object]


@pytest.fixture
def a_bot(tmp_path: Path) -> Running:
    """`async with a_bot("socket", rates=True) as bot:` - a stand-in and a bot that is not started yet."""

    @asynccontextmanager
    async def make(
        transport: str, *, oauth: bool = False, main: tuple[str, ...] = MAIN, **slack: object
    ) -> AsyncIterator[Bot]:
        folder = tmp_path / "bot"
        folder.mkdir()
        async with SlackStandIn(**slack) as stand_in:
            port = free_port() if transport == "http" or oauth else 0
            one = Bot(folder=folder, slack=stand_in, transport=transport, oauth=oauth, port=port, main=main)
            try:
                yield one
            finally:
                await one.cleared_away()

    return make


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, a_bot: Running) -> AsyncIterator[Bot]:
    """The bot of one workspace, over each way that events may come; the posting limit is enforced."""
    async with a_bot(request.param, rates=True) as one:
        yield one


@pytest.fixture
def verdict_of() -> Callable[[Bot], Verdict]:
    """What readers would complain about, with the slowest acknowledgement told to whoever runs this with -s."""

    def judged(one: Bot) -> Verdict:
        found, acks = judge(one.slack), one.slack.state.acks
        slowest = max((ack.seconds for ack in acks), default=0.0)
        sys.stdout.write(
            f"\n{one.transport}: {len(acks)} acknowledged, the slowest after {slowest:.2f} s; {found.posted} messages\n"
        )
        return found

    return judged


@pytest.fixture
def digests_everywhere() -> Callable[..., object]:
    """Make so many channels whose digest is due now, of a few papers each; their ids."""

    async def make(one: Bot, count: int) -> list[str]:
        await one.papers(6)
        home = one.slack.home
        channels = [home.add_channel(f"loom-{number}", members=("bot", "ben")) for number in range(count)]
        places = [
            (Address(platform="slack", workspace=home.id, channel=channel.id), f"#{channel.name}")
            for channel in channels
        ]
        await one.follow(places, by=home.person("ben").id)
        return [channel.id for channel in channels]

    return make
