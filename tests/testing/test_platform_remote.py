"""A platform behind a socket behaves as the one in the same process."""

import asyncio
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.subscription import Address
from bot.errors import AuthFailed, DestinationGone, Rejected, Throttled, Transient, Unknown
from bot.ports import CannotTell, Found, NotFound, Part
from bot.testing import FakeClock, check_chat_adapter
from bot.testing.platforms import (
    CommitLate,
    Deny,
    FakePlatform,
    FakeSlack,
    Faults,
    LoseAnswer,
    Lost,
    Refuse,
    Reject,
    RemoteChat,
    Slow,
    Throttle,
    serve,
)

PART = Part(number=0, payload="#crafts\nknitting 1 – naïve".encode(), channel="C1", repeated=True)
ADDRESS = Address(platform="slack", workspace="T1", channel="C1")
SINCE = datetime(2026, 6, 1, tzinfo=UTC)


class HeldClock(FakeClock):
    """Whoever sleeps waits for `wake`."""

    def __init__(self):
        super().__init__()
        self.asleep, self.wake = asyncio.Event(), asyncio.Event()

    async def sleep(self, seconds):
        self.asleep.set()
        await self.wake.wait()
        await super().sleep(seconds)


@pytest.fixture
def path():
    """A socket's path must be short, which pytest's folders are not."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "s"


def slack(faults=None, **settings):
    return FakeSlack(clock=FakeClock(), faults=faults, **settings)


def remote(path):
    return RemoteChat(path, platform="slack")


async def test_a_remote_platform_keeps_the_contract_of_a_chat(path):
    async with serve(slack(), path):
        await check_chat_adapter(remote(path))


async def test_everything_about_a_message_goes_through(path):
    platform = slack()
    async with serve(platform, path):
        receipt = await remote(path).send(PART, key="k")
        await remote(path).tell(ADDRESS, "ada", "hello")
    (message,) = platform.messages
    assert (message.remote_id, message.payload, message.repeated) == (receipt.remote_id, PART.payload, True)
    assert [(one.workspace, one.person, one.text) for one in platform.told] == [("T1", "ada", "hello")]


async def test_each_answer_to_a_question_goes_through(path):
    platform = slack()
    async with serve(platform, path):
        chat = remote(path)
        assert await chat.find(PART, key="k", since=SINCE) == NotFound()
        receipt = await chat.send(PART, key="k")
        assert await chat.find(PART, key="k", since=SINCE) == Found(receipt.remote_id)
        platform.has_history = False
        assert await chat.find(PART, key="k", since=SINCE) == CannotTell()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refuse(), Transient),
        (Reject(), Rejected),
        (Deny(), AuthFailed),
        (LoseAnswer(), Unknown),
        (LoseAnswer(how=Lost.TIMEOUT), Unknown),
        (CommitLate(seconds=0.0), Unknown),
    ],
    ids=repr,
)
async def test_each_error_comes_through(path, fault, error):
    async with serve(slack(Faults().then(fault)), path):
        with pytest.raises(error):
            await remote(path).send(PART, key="k")


async def test_patience_comes_through_with_its_length_and_scope(path):
    async with serve(slack(Faults().gone("C2").then(Throttle(seconds=30, whole_lane=True))), path):
        with pytest.raises(Throttled) as raised:
            await remote(path).send(PART, key="k")
        assert (raised.value.retry_after, raised.value.whole_lane) == (30.0, True)
        with pytest.raises(DestinationGone):
            await remote(path).send(Part(number=0, payload=b"x", channel="C2"), key="k")


async def test_nobody_listening_is_certainly_not_posted(path):
    with pytest.raises(Transient):
        await remote(path).send(PART, key="k")
    async with serve(slack(), path):
        pass
    with pytest.raises(Transient):
        await remote(path).send(PART, key="k")


async def test_a_request_read_whole_is_carried_out_although_its_sender_is_gone(path):
    clock = HeldClock()
    platform = FakePlatform(clock=clock, faults=Faults().then(Slow(before=0.1)))
    async with serve(platform, path):
        sending = asyncio.create_task(remote(path).send(PART, key="k"))
        await clock.asleep.wait()
        sending.cancel()
        assert platform.messages == ()
        clock.wake.set()
    assert [message.key for message in platform.messages] == ["k"]


async def test_half_a_request_is_none(path):
    platform = FakePlatform(clock=FakeClock())
    async with serve(platform, path):
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(json.dumps({"do": "send", "key": "k"}).encode()[:10])
        writer.close()
        await writer.wait_closed()
        await remote(path).find(PART, key="other", since=SINCE)
    assert (platform.requests, platform.questions) == ([], 1)
