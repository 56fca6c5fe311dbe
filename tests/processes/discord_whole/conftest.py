"""The real bot as a process of its own, Discord's stand-in in this one."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.subscription import Address
from bot.testing.discord import Channel, DiscordStandIn, Driver, Said, Verdict, judge
from bot.testing.discord.checking import parts_of
from bot.testing.discord.judge import MARK
from bot.testing.discord.world import ANNOUNCEMENT, FORUM, TEXT
from bot.testing.whole_bot import MAIN, WholeBot

DYING_MAIN = Path(__file__).with_name("dying_main.py")
KINDS = {"text": TEXT, "news": ANNOUNCEMENT, "forum": FORUM}
PATIENCE = 60.0  # seconds that people look at an answer that does not come, on a busy machine


@dataclass(kw_only=True)
class Bot(WholeBot):
    """The bot, and the Discord it is told of."""

    discord: DiscordStandIn

    def driver(self) -> Driver:
        """People, who are patient: the judge says what was answered too late."""
        made = Driver(self.discord)
        made.patience = PATIENCE
        return made

    def of_chat(self) -> Mapping[str, str]:
        return {"PAPERROUND_CHAT": "discord", **self.discord.environment()}

    async def launch(self) -> None:
        """A new process knows of no limits that an earlier one was told of."""
        self.discord.state.rates.forget_told()
        await super().launch()

    async def answers(self) -> bool:
        return self.is_listening() and bool(self.discord.state.commands[""])

    def is_listening(self) -> bool:
        """Whether every shard is told what people do."""
        live = {one.shard for one in self.discord.gateway.sessions.values() if one.line is not None}
        return len(live) == self.discord.state.shards

    def is_gone(self) -> bool:
        return not self.discord.gateway.lines

    def keyed(self) -> list[Said]:
        """The parts of digests that it posted, and no word to anybody in private."""
        state = self.discord.state
        own = [one for one in state.everything_said() if one.author == state.bot.id and one.via == "api"]
        return [one for one in own if key_of(one)]


def key_of(said: Said) -> str:
    """The key of the delivery that a message is of; "" when it is of none."""
    marks = (MARK.search(str(one.get("custom_id", ""))) for one in parts_of(said.components))
    return next((mark[1].removeprefix("k:") for mark in marks if mark), "")


Running = Callable[..., object]


@pytest.fixture
def a_bot(tmp_path: Path) -> Running:
    """`async with a_bot(rates=True) as bot:` - a stand-in and a bot that is not started yet."""

    @asynccontextmanager
    async def make(*, main: tuple[str, ...] = MAIN, **discord: object) -> AsyncIterator[Bot]:
        folder = tmp_path / "bot"
        folder.mkdir()
        async with DiscordStandIn(**discord) as stand_in:
            one = Bot(folder=folder, discord=stand_in, main=main)
            try:
                yield one
            finally:
                await one.cleared_away()

    return make


@pytest.fixture
async def bot(a_bot: Running) -> AsyncIterator[Bot]:
    """The bot of one server; Discord's limits are enforced."""
    async with a_bot(rates=True) as one:
        yield one


@pytest.fixture
def verdict_of() -> Callable[[Bot], Verdict]:
    """What readers would complain about, with the slowest answer told to whoever runs this with -s."""

    def judged(one: Bot) -> Verdict:
        found, acts = judge(one.discord), one.discord.state.interactions.values()
        slowest = max((act.seconds or 0.0 for act in acts), default=0.0)
        sys.stdout.write(
            f"\n{len(acts)} answered, the slowest after {slowest:.2f} s; {found.posted} messages,"
            f" {found.invalid} invalid calls, {one.starts} starts\n"
        )
        return found

    return judged


@pytest.fixture
def digests_everywhere() -> Callable[..., object]:
    """Make a channel of each kind whose digest is due now, of a few papers each."""

    async def make(one: Bot, *kinds: str) -> list[Channel]:
        discord = one.discord
        made = [
            discord.state.add_channel(discord.home, f"loom-{kind}-{number}", kind=KINDS[kind])
            for number, kind in enumerate(kinds, start=len(discord.home.channels))
        ]
        places = [
            (Address(platform="discord", workspace=discord.home.id, channel=channel.id), f"#{channel.name}")
            for channel in made
        ]
        await one.follow(places, by=discord.home.member("mia").id)
        return made

    return make


@pytest.fixture
def each_once() -> Callable[[Bot], int]:
    """Find every part of every digest once, in order, as the ledger has it; how many there are."""

    def found(one: Bot) -> int:
        ledger = one.ask(
            "SELECT slot_id, key, status, remote_id, n_parts FROM delivery ORDER BY slot_id, part_no"
        )
        assert {status for _, _, status, _, _ in ledger} == {"sent"}
        for slot in {row[0] for row in ledger}:
            parts = [row for row in ledger if row[0] == slot]
            numbers = [int(str(remote_id).partition("/")[2]) for *_, remote_id, _ in parts]
            assert numbers == sorted(numbers)
            assert {n_parts for *_, n_parts in parts} == {len(parts)}
        posted = [(key_of(said), f"{said.channel}/{said.id}") for said in one.keyed()]
        assert sorted(posted) == sorted((str(key), str(remote_id)) for _, key, _, remote_id, _ in ledger)
        return len(ledger)

    return found


@pytest.fixture
def dying() -> Callable[[str, int], tuple[str, ...]]:
    """The program of a bot that kills itself when it is at a crash point for the n-th time."""
    return lambda point, visit: (str(DYING_MAIN), point, str(visit), "run")
