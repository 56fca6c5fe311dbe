"""Whether Discord has a message already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.chat.discord import finding
from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.aside import Aside
from adapters.chat.discord.drawing.embeds import Message, button, embed, option, row, select
from adapters.chat.discord.drawing.parts import Posting, encoded
from adapters.chat.discord.finding import LookingUp
from adapters.chat.discord.marking import holds, marked
from adapters.chat.discord.publishing import Publishing
from adapters.chat.discord.sending import Sending
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import DeliveryError, Throttled, Transient, Unknown
from bot.ports import CannotTell, Found, NotFound, Part
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission

KEY, OTHER = "key0000000000000000000001", "key0000000000000000000002"
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=27)
MESSAGE = Message(content="**Three papers today**", embeds=(embed(title="Robots that knit"),))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def discord(clock: FakeClock) -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn(clock=clock) as made:
        yield made


@pytest.fixture
async def wire(discord: DiscordStandIn, clock: FakeClock) -> AsyncIterator[Wire]:
    made = Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), clock)
    yield made
    await made.close()


@pytest.fixture
def sending(wire: Wire, clock: FakeClock) -> Sending:
    return Sending(wire=wire, people=People(wire, clock))


@pytest.fixture
def looking(wire: Wire, clock: FakeClock) -> LookingUp:
    return LookingUp(wire=wire, people=People(wire, clock))


def part_for(discord: DiscordStandIn, channel: str = "papers", **changes: Any) -> Part:
    posting = Posting(message=MESSAGE, in_thread=changes.pop("in_thread", False), name="Papers")
    given = {"number": 0, "channel": discord.channel(channel).id, "workspace": discord.home.id}
    return Part(**(given | {"payload": encoded(posting)} | changes))


@pytest.mark.parametrize("channel", ["papers", "news", "reading", "@ben"])
async def test_what_was_posted_is_found_and_what_was_not_is_not(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp, channel: str
) -> None:
    part = part_for(discord, channel)
    receipt = await sending.send(part, key=KEY)
    assert await looking.find(part, key=KEY, since=SINCE) == Found(receipt.remote_id)
    assert await looking.find(part, key=OTHER, since=SINCE) == NotFound()


@pytest.mark.parametrize("channel", ["papers", "reading"])
@pytest.mark.parametrize("kind", ["reset_after", "close_after", "502_after", "garbage"])
async def test_a_post_whose_answer_was_lost_is_found(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp, channel: str, kind: str
) -> None:
    discord.faults.add(kind, route="POST *")
    with pytest.raises(Unknown):
        await sending.send(part_for(discord, channel), key=KEY)
    assert isinstance(await looking.find(part_for(discord, channel), key=KEY, since=SINCE), Found)


@pytest.mark.parametrize("channel", ["papers", "reading"])
async def test_a_later_part_is_found_where_it_belongs_and_where_it_fell_back_to(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp, channel: str
) -> None:
    first = await sending.send(part_for(discord, channel), key="first")
    later = part_for(discord, channel, number=1, in_thread=True, opening=first.remote_id)
    there = await sending.send(later, key=KEY)
    assert await looking.find(later, key=KEY, since=SINCE) == Found(there.remote_id)
    elsewhere = await sending.send(part_for(discord, channel), key=OTHER)
    assert await looking.find(later, key=OTHER, since=SINCE) == Found(elsewhere.remote_id)
    gone = replace(later, opening=f"{later.channel}/1")
    assert await looking.find(gone, key=OTHER, since=SINCE) == Found(elsewhere.remote_id)


async def test_a_forums_post_is_found_when_it_is_archived_and_nobody_elses_is_opened(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp
) -> None:
    receipt = await sending.send(part_for(discord, "reading"), key=KEY)
    (post,) = discord.threads("reading")
    post.archived = True
    other = discord.state.add_channel(discord.home, "Knots", kind=11, parent=discord.channel("reading"))
    discord.state.say(other, discord.home.member("ben"), {"content": "Knots?"}, id=other.id)
    assert await looking.find(part_for(discord, "reading"), key=KEY, since=SINCE) == Found(receipt.remote_id)
    assert await looking.find(part_for(discord, "reading"), key=OTHER, since=SINCE) == NotFound()
    assert not [one for one in discord.state.journal if other.id in one.path]


async def test_a_message_behind_many_others_is_found(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp
) -> None:
    talk(discord, 7)
    receipt = await sending.send(part_for(discord), key=KEY)
    talk(discord, 7)
    discord.state.history_limit = 3
    assert await looking.find(part_for(discord), key=KEY, since=SINCE) == Found(receipt.remote_id)
    assert await looking.find(part_for(discord), key=OTHER, since=SINCE) == NotFound()


async def test_what_is_not_read_to_its_end_tells_nothing(
    discord: DiscordStandIn, looking: LookingUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_PAGES", 2)
    discord.state.history_limit = 3
    talk(discord, 9)
    assert await looking.find(part_for(discord), key=KEY, since=SINCE) == CannotTell()


@pytest.mark.parametrize(("channel", "wanted"), [("news", True), ("news", False), ("papers", True)])
async def test_an_announcement_that_is_found_is_published_once(
    discord: DiscordStandIn, wire: Wire, sending: Sending, clock: FakeClock, channel: str, wanted: bool
) -> None:
    publishing = Publishing(wire=wire, aside=Aside(), wanted=wanted)
    looking = LookingUp(wire=wire, people=People(wire, clock), publishing=publishing)
    discord.faults.add("close_after", route="POST *")
    with pytest.raises(Unknown):
        await sending.send(part_for(discord, channel), key=KEY)
    for _ in range(2):
        assert isinstance(await looking.find(part_for(discord, channel), key=KEY, since=SINCE), Found)
        await publishing.aside.end()
    published = int(wanted and channel == "news")
    assert discord.calls("POST /channels/{channel}/messages/{message}/crosspost") == published


async def test_in_a_channel_where_much_is_said_what_was_posted_just_now_is_found(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_PAGES", 2)
    discord.state.history_limit = 3
    talk(discord, 9)
    receipt = await sending.send(part_for(discord), key=KEY)
    talk(discord, 4)
    assert await looking.find(part_for(discord), key=KEY, since=SINCE) == Found(receipt.remote_id)
    assert await looking.find(part_for(discord), key=OTHER, since=SINCE) == CannotTell()


async def test_what_is_older_is_not_looked_at(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp, clock: FakeClock
) -> None:
    await sending.send(part_for(discord), key=KEY)
    await sending.send(part_for(discord, "reading"), key=KEY)
    clock.advance(timedelta(hours=1))
    since = clock.now() - timedelta(minutes=10)
    for channel in ("papers", "reading"):
        assert await looking.find(part_for(discord, channel), key=KEY, since=since) == NotFound()


@pytest.mark.parametrize("lost", [Permission.READ_MESSAGE_HISTORY, Permission.VIEW_CHANNEL])
async def test_where_history_is_closed_nobody_can_tell(
    discord: DiscordStandIn, looking: LookingUp, lost: Permission
) -> None:
    for channel in ("papers", "reading"):
        discord.deny(channel, lost)
        assert await looking.find(part_for(discord, channel), key=KEY, since=SINCE) == CannotTell()


async def test_in_a_channel_that_is_gone_there_is_nothing(
    discord: DiscordStandIn, looking: LookingUp
) -> None:
    part = replace(part_for(discord), channel="1")
    assert await looking.find(part, key=KEY, since=SINCE) == NotFound()


@pytest.mark.parametrize(("kind", "error"), [("429", Throttled), ("503", Transient), ("html", Transient)])
async def test_when_discord_does_not_answer_it_is_asked_again_later(
    discord: DiscordStandIn, looking: LookingUp, kind: str, error: type[DeliveryError]
) -> None:
    discord.faults.add(kind, route="GET /channels/*/messages")
    with pytest.raises(error):
        await looking.find(part_for(discord), key=KEY, since=SINCE)


async def test_a_page_that_is_none_tells_nothing(
    discord: DiscordStandIn, looking: LookingUp, wire: Wire
) -> None:
    await wire.me()
    discord.faults.add("garbage", route="GET /channels/*/messages")
    with pytest.raises(Transient):
        await looking.find(part_for(discord), key=KEY, since=SINCE)


async def test_whoever_was_written_to_was_told_and_nobody_else(
    discord: DiscordStandIn, sending: Sending, looking: LookingUp
) -> None:
    mia, ben = (discord.home.member(name).id for name in ("mia", "ben"))
    await sending.tell(mia, "*Hello* /papers help")
    assert await looking.was_told(mia, "*Hello* /papers help")
    assert not await looking.was_told(mia, "Hello")
    assert not await looking.was_told(ben, "*Hello* /papers help")


def talk(discord: DiscordStandIn, messages: int) -> None:
    """Somebody says something."""
    for number in range(messages):
        discord.state.say(
            discord.channel("papers"), discord.home.member("ben"), {"content": f"Knot {number}"}
        )


MENU = select("paper", [option("Robots that knit", "1")])
LONG = button("More", "do|" + "x" * 90)


@pytest.mark.parametrize(
    "rows",
    [[], [row([MENU])], [row([LONG])], [row([LONG]), row([MENU])], [row([LONG, button("S", "do|s|")])]],
)
def test_the_key_goes_into_one_id_and_into_no_id_too_long_for_it(rows: list[dict[str, Any]]) -> None:
    body = Message(content="", components=tuple(rows)).body()
    sent = marked(body, KEY)
    assert holds(sent, KEY)
    assert not holds(sent, OTHER)
    assert not holds(body, KEY)
    assert str(sent).count(KEY) == 1
    ids = [one["custom_id"] for line in sent["components"] for one in line["components"]]
    assert all(len(one) <= 100 for one in ids)
    assert body == Message(content="", components=tuple(rows)).body()


@pytest.mark.parametrize("components", [None, "x", [None], [{"components": None}], [{"components": ["x"]}]])
def test_a_message_of_any_shape_may_stand_in_a_history(components: object) -> None:
    assert not holds({"components": components}, KEY)
