"""Whatever goes wrong on the way: in the end every part of a digest is in Discord, once, in order, and pings nobody."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.drawing.embeds import Message, embed
from adapters.chat.discord.drawing.parts import Posting, encoded
from adapters.chat.discord.finding import LookingUp
from adapters.chat.discord.sending import Sending
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import DeliveryError, Throttled, Unknown
from bot.ports import CannotTell, Found, Part
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Said
from bot.testing.discord.judge import judge

KINDS = (
    *("429", "429-shared", "500", "502", "503", "504", "html", "reset"),
    *("reset_after", "close_after", "502_after", "504_after", "garbage"),
)
PARTS = 4
SETTLE = (
    65.0  # seconds that an uncertain message rests; five times as many and Discord knows no nonce any more
)


@pytest.mark.parametrize("channel", ["papers", "news", "reading", "@ben"])
@pytest.mark.parametrize("patience", [SETTLE, 5 * SETTLE])
@pytest.mark.parametrize("seed", range(4))
async def test_every_part_is_there_once_and_in_order(channel: str, patience: float, seed: int) -> None:
    clock, chance = FakeClock(), Random(seed)
    async with DiscordStandIn(clock=clock, seed=seed) as discord:
        for kind in KINDS:
            discord.faults.add(kind, route="*", times=None, probability=0.02 + 0.03 * chance.random())
        wire = Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), clock)
        ledger = Ledger(discord, wire, clock, patience)
        opening = ""
        for number in range(PARTS):
            sent = await ledger.delivered(part_for(discord, channel, number, opening))
            opening = opening or sent
        await wire.close()
        assert [said.text for said in everything(discord)] == [f"Part {number}" for number in range(PARTS)]
        assert discord.faults.met
        verdict = judge(discord)
        assert not verdict.complaints()
        assert verdict.invalid <= 50


class Ledger:
    """Sends as the real one does: what is uncertain rests, is asked about, and goes again only when it is not there."""

    def __init__(self, discord: DiscordStandIn, wire: Wire, clock: FakeClock, patience: float) -> None:
        people = People(wire, clock)
        self._sending = Sending(wire=wire, people=people)
        self._looking = LookingUp(wire=wire, people=people)
        self._clock = clock
        self._patience = patience
        self._begun = clock.now()

    async def delivered(self, part: Part) -> str:
        """The id of the message in the end."""
        for _ in range(200):
            try:
                return (await self._sending.send(part, key=f"key{part.number}")).remote_id
            except Unknown:
                if found := await self._settled(part):
                    return found
            except DeliveryError as error:
                await self._rest(error)
        raise AssertionError("it never arrived")

    async def _settled(self, part: Part) -> str:
        await self._clock.sleep(self._patience)
        since = self._begun - timedelta(minutes=2)
        for _ in range(200):
            try:
                answer = await self._looking.find(part, key=f"key{part.number}", since=since)
            except DeliveryError as error:
                await self._rest(error)
                continue
            assert not isinstance(answer, CannotTell)
            return answer.remote_id if isinstance(answer, Found) else ""
        raise AssertionError("nobody could tell")

    async def _rest(self, error: DeliveryError) -> None:
        await self._clock.sleep(error.retry_after + 1 if isinstance(error, Throttled) else 10.0)


def part_for(discord: DiscordStandIn, channel: str, number: int, opening: str) -> Part:
    message = Message(content=f"Part {number}", embeds=(embed(title=f"Paper {number}"),))
    posting = Posting(message=message, in_thread=number > 0, name="Papers")
    return Part(
        number=number,
        payload=encoded(posting),
        channel=discord.channel(channel).id,
        workspace=discord.home.id,
        opening=opening,
    )


def everything(discord: DiscordStandIn) -> list[Said]:
    """All that the bot posted anywhere, by its moment."""
    own = discord.state.bot.id
    said = [one for one in discord.state.everything_said() if one.author == own and one.via == "api"]
    return sorted(said, key=lambda one: int(one.id))
