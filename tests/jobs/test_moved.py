"""A channel's digest that moves to another channel, at whatever moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.domain.delivery import Claim, Status
from bot.domain.subscription import Address, Destination
from bot.errors import DestinationGone
from bot.ports import Answer, Found, NotFound, Part
from bot.testing.fake_chat import FakeChat
from jobs.outcomes import SETTLE

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class ChatWithRooms(FakeChat):
    """A chat that is asked about one channel at a time, as Slack is."""

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        here = [one for one in self.sent if (one.key, one.channel) == (key, part.channel)]
        return Found(remote_id="there") if here else NotFound()


async def _moves(town, home: Destination, channel: str) -> None:
    there = Address(platform="fake", workspace="w", channel=channel)
    await town.store.update_destination(home.id, address=there, name=f"#{channel}")


async def test_a_new_digest_where_another_was_before_comes_the_same_day(town) -> None:
    first = await town.channel("a")
    await town.lists(1)
    await town.at(NINE)
    await _moves(town, first, "b")
    await town.channel("a", at=time(10))
    await town.at(NINE + HOUR)
    assert [one.channel for one in town.chat.sent] == ["a", "a"]
    assert len({one.key for one in town.chat.sent}) == 2


async def test_all_parts_come_in_a_channel_that_had_the_same_date_from_another(town) -> None:
    town.chat = FakeChat(papers_per_part=1)
    first = await town.channel("a")
    await town.lists(1, 2)
    await town.at(NINE)
    second = await town.channel("b", at=time(10))
    town.clock.move_to(NINE + HOUR)
    await town.plan()
    await _moves(town, first, "c")
    await _moves(town, second, "a")
    await town.deliver()
    mine = await town.store.deliveries(destination_id=second.id)
    assert [(one.status, one.channel) for one in mine] == [(Status.SENT, "a")] * 2
    assert [one.channel for one in town.chat.sent] == ["a"] * 4


async def test_what_waits_goes_to_the_new_channel(town) -> None:
    home = await town.channel("a")
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    await _moves(town, home, "b")
    await town.deliver()
    assert [one.channel for one in town.chat.sent] == ["b"]


async def test_what_may_be_in_the_old_channel_is_looked_for_there(town) -> None:
    town.chat = ChatWithRooms()
    home = await town.channel("a")
    await town.lists(1)
    town.chat.loses_answers()
    await town.at(NINE)
    await _moves(town, home, "b")
    town.clock.advance(SETTLE + timedelta(seconds=1))
    await town.deliver()
    assert [one.channel for one in town.chat.sent] == ["a"]
    (one,) = await town.store.deliveries()
    assert (one.status, one.channel) == (Status.SENT, "a")


async def test_what_is_not_in_the_old_channel_goes_to_the_new_one(town) -> None:
    town.chat = ChatWithRooms()
    home = await town.channel("a")
    await town.lists(1)
    town.chat.loses_answers()
    await town.at(NINE)
    town.chat.sent.clear()
    await _moves(town, home, "b")
    town.clock.advance(SETTLE + timedelta(seconds=1))
    await town.deliver()
    assert [one.channel for one in town.chat.sent] == ["b"]


async def test_what_was_read_before_the_move_is_not_sent_to_the_old_channel(town) -> None:
    home = await town.channel("a")
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    (read,) = await town.store.ready("fake:w", NINE)
    await _moves(town, home, "b")
    await town.store.take_lane("fake:w", owner="me", seconds=60)
    stale = Claim(delivery_id=read.id, at=NINE, channel=read.channel)
    assert await town.store.record([stale], owner="me") == (False,)
    (now,) = await town.store.ready("fake:w", NINE)
    assert (now.status, now.attempt, now.channel) == (Status.PENDING, 0, "b")
    assert await town.store.record([Claim(delivery_id=now.id, at=NINE, channel="b")], owner="me") == (True,)


async def test_a_channel_that_went_while_its_digest_moved_on_pauses_nothing(town) -> None:
    home = await town.channel("a")
    await town.lists(1)
    accepted = town.chat.send

    async def send(part: Part, *, key: str):
        if part.channel == "a":
            await _moves(town, home, "b")
            raise DestinationGone("a is archived")
        return await accepted(part, key=key)

    town.chat.send = send
    await town.at(NINE)
    await town.deliver()
    assert [one.channel for one in town.chat.sent] == ["b"]
    assert not (await town.store.destination_by_id(home.id)).paused
